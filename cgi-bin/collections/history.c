/* history.c — the revisions of the schema: what was changed, when (data.md §4.3). */
#include "routes.h"

#include "data/revision.h"

/* compat: the client's types are in camel case and the server's in snake case; both are sent. */
struct entry {
    struct str revision, description, down_revision;
    int64_t created_at;
    struct out_list branch_labels;
    bool is_applied, is_head, is_dynamic;
    struct str label;
};
static const struct output ENTRY_OUT[] = {
    OUT(O_TEXT, entry, revision),
    OUT(O_TEXT, entry, description),
    OUT(O_TEXT, entry, down_revision),
    OUT(O_TEXTS, entry, branch_labels),
    OUT(O_BOOL, entry, is_applied),   OUT_AS(O_BOOL, entry, is_applied, "isApplied"),
    OUT(O_BOOL, entry, is_head),      OUT_AS(O_BOOL, entry, is_head, "isHead"),
    OUT(O_BOOL, entry, is_dynamic),   OUT_AS(O_BOOL, entry, is_dynamic, "isDynamic"),
    OUT(O_STAMP, entry, created_at),  OUT_AS(O_STAMP, entry, created_at, "createdAt"),
    { 0 },
};
struct entries { struct out_list revisions; int64_t total; struct str current_revision; };
static const struct output LIST_OUT[] = {
    OUT(O_LIST, entries, revisions, .of = ENTRY_OUT), OUT(O_INT, entries, total),
    OUT(O_TEXT, entries, current_revision),
    OUT_AS(O_TEXT, entries, current_revision, "currentRevision"), { 0 },
};
static const struct output CURRENT_OUT[] = {
    OUT(O_TEXT, entry, revision),
    OUT(O_TEXT, entry, description),
    OUT(O_BOOL, entry, is_dynamic),   OUT_AS(O_BOOL, entry, is_dynamic, "isDynamic"),
    OUT(O_STAMP, entry, created_at),  OUT_AS(O_STAMP, entry, created_at, "createdAt"),
    OUT_AS(O_STAMP, entry, created_at, "appliedAt"),
    { 0 },
};
static const struct output STEP_OUT[] = {
    OUT(O_TEXT, entry, revision),
    OUT(O_TEXT, entry, description),
    OUT(O_BOOL, entry, is_dynamic),   OUT_AS(O_BOOL, entry, is_dynamic, "isDynamic"),
    OUT(O_STAMP, entry, created_at),  OUT_AS(O_STAMP, entry, created_at, "createdAt"),
    { 0 },
};
struct steps { struct out_list history; int64_t total; };
static const struct output HISTORY_OUT[] = {
    OUT(O_LIST, steps, history, .of = STEP_OUT), OUT(O_INT, steps, total), { 0 },
};

static bool is_head(const struct revision *all, size_t n, size_t i)
{
    for (size_t later = i + 1; later < n; later++)
        if (str_eq(all[later].branch, all[i].branch))
            return false;
    return true;
}

/* All revisions, oldest first, and the headers that every reply of this file carries. */
static bool load(struct cx *cx, struct reply *reply, struct entry **out, size_t *n)
{
    struct revision *all;

    TRY(revision_list(cx, &all, n));
    *out = arena_list(cx->mem, struct entry, *n);
    for (size_t i = 0; i < *n; i++) {
        struct entry *entry = &(*out)[i];
        *entry = (struct entry){
            .revision = all[i].revision, .description = all[i].description,
            .down_revision = all[i].down_revision, .created_at = all[i].created_at,
            .label = all[i].branch, .is_applied = all[i].applied_at != 0,
            .is_dynamic = str_eq(all[i].branch, S("dynamic")), .is_head = is_head(all, *n, i),
        };
        entry->branch_labels = (struct out_list){ &entry->label, 1, sizeof(entry->label) };
    }
    reply_header(reply, "Cache-Control", S("private, max-age=60"));
    reply_etag(reply, *n > 0 ? all[*n - 1].revision : S("none"));
    return true;
}

static bool list(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct entry *all, *newest_first;
    size_t n;

    TRY(load(cx, reply, &all, &n));
    newest_first = arena_list(cx->mem, struct entry, n);
    for (size_t i = 0; i < n; i++)
        newest_first[n - 1 - i] = all[i];
    return reply_with(reply, LIST_OUT, &(struct entries){
        .revisions = { newest_first, n, sizeof(*all) }, .total = (int64_t)n,
        .current_revision = n > 0 ? all[n - 1].revision : NO_STR,
    });
}

static bool current(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct entry *all;
    size_t n;

    TRY(load(cx, reply, &all, &n));
    if (n == 0)
        return fail(cx, E_NOT_FOUND, "Not Found",
                    "No current revision found. Database may not be initialized.");
    return reply_with(reply, CURRENT_OUT, &all[n - 1]);
}

static bool history(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct entry *all;
    size_t n, applied = 0;

    TRY(load(cx, reply, &all, &n));
    for (size_t i = 0; i < n; i++)
        if (all[i].is_applied)
            all[applied++] = all[i];
    return reply_with(reply, HISTORY_OUT, &(struct steps){
        .history = { all, applied, sizeof(*all) }, .total = (int64_t)applied });
}

const struct route history_routes[] = {
    { GET, "/api/v1/migrations", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      .output = LIST_OUT, .run = list, .broken = "Failed to retrieve migration list",
      .title = "List the revisions of the schema" },
    { GET, "/api/v1/migrations/current", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      .output = CURRENT_OUT, .run = current, .broken = "Failed to retrieve current migration",
      .title = "Show the newest revision" },
    { GET, "/api/v1/migrations/history", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      .output = HISTORY_OUT, .run = history, .broken = "Failed to retrieve migration history",
      .title = "Tell the history of the schema" },
    { 0 },
};
