/* revision.c — the history of definitions: one revision for each change of a table. */
#include "data/revision.h"

#include "audit/change.h"
#include "base/random.h"
#include "base/settings.h"
#include "db/migrate.h"
#include "db/rows.h"

struct heads { int64_t seq; struct str dynamic, core; };
static const struct col HEADS_COLS[] = {
    COL(C_INT, heads, seq), COL(C_TEXT, heads, dynamic), COL(C_TEXT, heads, core), { 0 },
};
static const struct sql HEADS = SQL(
    "SELECT (SELECT COALESCE(MAX(seq), 0) FROM schema_migrations) AS seq,"
    " (SELECT revision FROM schema_migrations WHERE branch = 'dynamic'"
    "  ORDER BY seq DESC LIMIT 1) AS dynamic,"
    " (SELECT SUBSTR(checksum, 1, 12) FROM schema_files ORDER BY name DESC LIMIT 1) AS core");

static const struct col REVISION_COLS[] = {
    COL(C_TEXT, revision, revision),    COL(C_TEXT, revision, down_revision),
    COL(C_TEXT, revision, branch),      COL(C_TEXT, revision, description),
    COL(C_TIME, revision, created_at),  COL(C_TIME, revision, applied_at), { 0 },
};
static const struct sql DYNAMIC = SQL(
    "SELECT revision, down_revision, branch, description, created_at, applied_at"
    " FROM schema_migrations ORDER BY seq");
/* The files of schema/ that have run are the branch core. */
static const struct sql CORE = SQL(
    "SELECT SUBSTR(checksum, 1, 12) AS revision, CAST(NULL AS text) AS down_revision,"
    " 'core' AS branch, REPLACE(name, '.sql', '') AS description,"
    " applied_at AS created_at, applied_at FROM schema_files ORDER BY name");

static bool heads_now(struct cx *cx, struct heads *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };

    TRY(db_query(cx, HEADS, NO_BINDS, &rows));
    return rows_next(&rows, HEADS_COLS, out) || rows_done(&rows);
}

bool revision_add(struct cx *cx, const char *verb, struct str name, struct str *revision)
{
    enum { REVISION_BYTES = 6 };
    struct heads heads = { 0 };
    struct str description = str_fmt(cx->mem, "%s_collection_%.*s", verb, STR_ARG(name));

    TRY(heads_now(cx, &heads));
    *revision = random_hex(cx->mem, REVISION_BYTES);
    return change_insert(cx, &(struct change){
        .table = S("schema_migrations"),
        .account_id = S(SYSTEM_ACCOUNT),
        .record_id = *revision,
        .new_values = BIND(
            p_text("revision", *revision), p_text("down_revision", heads.dynamic),
            p_text("branch", S("dynamic")),
            p_text("depends_on", str_absent(heads.dynamic) ? heads.core : NO_STR),
            p_text("description", description), p_int("seq", heads.seq + 1),
            p_time("created_at", cx->now), p_time("applied_at", cx->now)),
    });
}

struct revisions { struct revision *at; size_t n, room; };

static bool load(struct cx *cx, struct sql sql, struct revisions *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct revision row;

    *out = (struct revisions){ 0 };
    TRY(db_query(cx, sql, NO_BINDS, &rows));
    while (rows_next(&rows, REVISION_COLS, &row)) {
        if (out->n == out->room) {
            size_t room = out->room == 0 ? 64 : out->room * 2;
            out->at = arena_grow(cx->mem, out->at, out->room * sizeof(row), room * sizeof(row));
            out->room = room;
        }
        out->at[out->n++] = row;
    }
    return rows_done(&rows);
}

/* Each branch keeps its own order; between them time decides. */
bool revision_list(struct cx *cx, struct revision **out, size_t *n)
{
    struct revisions core, dynamic;
    size_t i = 0, j = 0;

    TRY(load(cx, CORE, &core));
    TRY(load(cx, DYNAMIC, &dynamic));
    for (i = 1; i < core.n; i++)
        core.at[i].down_revision = core.at[i - 1].revision;
    *n = core.n + dynamic.n;
    *out = arena_list(cx->mem, struct revision, *n);
    for (i = 0; i + j < *n;) {
        bool from_core = j == dynamic.n
            || (i < core.n && core.at[i].created_at <= dynamic.at[j].created_at);
        struct revision *next = &(*out)[i + j];
        *next = from_core ? core.at[i++] : dynamic.at[j++];
    }
    return true;
}

bool revision_text(struct cx *cx, const struct revision *revision, struct str *out)
{
    struct str name = str_fmt(cx->mem, "%.*s.sql", STR_ARG(revision->description));

    *out = NO_STR;
    if (migrate_text(cx, cx->set->schema_dir, name, out))
        return true;
    if (cx->err.kind != E_CONFLICT)
        return false;
    fail_forget(cx);
    return true;
}
