/* pagetrail.c — the audit trail: its list, with filters, and one entry with what surrounds it. */
#include "pagetrail.h"

#include "audit/proof.h"
#include "audit/trailwalk.h"
#include "base/num.h"
#include "base/settings.h"
#include "base/url.h"
#include "base/utf8.h"
#include "base/when.h"
#include "data/collection.h"
#include "desk/grid.h"
#include "identity/account.h"

enum { SEEN_OF_VALUE = 40, SEEN_OF_ID = 8, NEIGHBOURS = 100, LOOKED_AT = 8000, TABLES_MOST = 100 };

/* ---- what is asked for ---- */

/* The first for superadmins alone. */
static const struct form_field FILTERS[] = {
    { "account", FORM_SEARCH, .label = W("Account") },
    { "table", FORM_SEARCH, .label = W("Table or collection") },
    { "record", FORM_SEARCH, .label = W("Record") },
    { "field", FORM_SEARCH, .label = W("Field") },
    { "operation", FORM_CHOICE, .label = W("What was done") },
    { "user", FORM_SEARCH, .label = W("Changed by") },
    { "request", FORM_SEARCH, .label = W("Request") },
    { "from", FORM_TIME, .label = W("From (UTC)") },
    { "upto", FORM_TIME, .label = W("Until (UTC)") },
    { 0 },
};

static const char *word_of(struct str operation)
{
    return str_eq(operation, S("CREATE")) ? W("Created")
         : str_eq(operation, S("UPDATE")) ? W("Changed") : W("Deleted");
}

static enum grid_tone tone_of(struct str operation)
{
    return str_eq(operation, S("CREATE")) ? GRID_GOOD
         : str_eq(operation, S("UPDATE")) ? GRID_PLAIN : GRID_BAD;
}

static struct str filled(const struct form *form, const char *name)
{
    struct str text = form_text(form, name);
    return text.n > 0 ? text : NO_STR;
}

/* posts is what people call col_posts. */
static bool table_of(struct cx *cx, struct str said, struct str *table)
{
    const struct collection *c = NULL;
    *table = said;
    if (said.n > 0 && !str_starts(said, S("col_")))
        TRY(collection_definition(cx, said, &c));
    if (c != NULL)
        *table = c->table;
    return true;
}

static int64_t time_of(struct form *form, const char *name)
{
    struct str text = form_text(form, name);
    int64_t us = 0;
    if (text.n > 0 && !when_parse(text, &us))
        form_fault(form, name, phrase_of(form->cx, W("This is no time.")));
    return us;
}

static bool account_of(struct form *form, struct str *account_id)
{
    struct cx *cx = form->cx;
    struct str said = form_text(form, "account");
    struct account account;
    bool found = true;
    *account_id = NO_STR;
    if (!cx->who->is_superadmin) {
        *account_id = cx->who->account_id;
        return true;
    }
    if (said.n == 0)
        return true;
    TRY(account_resolve(cx, said, &found, &account));
    *account_id = found ? account.id : said;
    return true;
}

static void offer(struct form *form)
{
    static const char *const WORDS[] = { "CREATE", "UPDATE", "DELETE" };
    struct cx *cx = form->cx;
    struct form_option *options = arena_list(cx->mem, struct form_option, COUNT(WORDS) + 1);
    options[0] = (struct form_option){ S(""), phrase_of(cx, W("Any")) };
    for (size_t i = 0; i < COUNT(WORDS); i++)
        options[i + 1] = (struct form_option){ str_of(WORDS[i]),
                                               phrase_of(cx, word_of(str_of(WORDS[i]))) };
    form_options(form, "operation", options, COUNT(WORDS) + 1);
}

static bool offer_tables(struct form *form)
{
    static const char *const OURS[] = { "users", "accounts", "roles", "permissions", "groups",
                                        "collections", "collection_rules", "codelists",
                                        "configurations", "macros" };
    struct cx *cx = form->cx;
    struct str *names;
    size_t n, at = 0;
    TRY(collection_list_names(cx, &names, &n));
    struct form_option *options = arena_list(cx->mem, struct form_option, COUNT(OURS) + n);
    for (size_t i = 0; i < n && at < TABLES_MOST; i++)
        options[at++] = (struct form_option){ names[i], S("") };
    for (size_t i = 0; i < COUNT(OURS); i++)
        options[at++] = (struct form_option){ str_of(OURS[i]), S("") };
    form_options(form, "table", options, at);
    return true;
}

bool pagetrail_asked(struct cx *cx, struct str query, struct form *form, struct trailquery *out)
{
    struct formdata sent;
    TRY(formdata_read(cx, query, "query", &sent));
    form_init(form, cx, cx->who->is_superadmin ? FILTERS : FILTERS + 1);
    form->is_get = true;
    form->submit = W("Filter");
    offer(form);
    form_read(form, &sent);
    struct str user = filled(form, "user");
    bool is_address = str_has(user, S("@"));
    *out = (struct trailquery){
        .record_id = filled(form, "record"), .column_name = filled(form, "field"),
        .user_email = is_address ? user : NO_STR, .user_id = is_address ? NO_STR : user,
        .operation = filled(form, "operation"), .request_id = filled(form, "request"),
        .from = time_of(form, "from"), .upto = time_of(form, "upto") };
    TRY(table_of(cx, filled(form, "table"), &out->table_name));
    return account_of(form, &out->account_id);
}

/* ---- a page of entries ---- */

/*
 * cursor: "b17" what is before the entry 17, "a17" what came after it. A filter that no index
 * serves looks through so many entries at once at most; then its page is short, and leads on.
 */
struct span {
    struct trailquery query;
    bool newer;
    int64_t at;                         /* of the cursor; 0: the newest                           */
    int64_t floor;                      /* looked down to there, not to the end; 0: to the end    */
    int64_t *ids; size_t n;             /* newest first                                           */
    bool more;                          /* in the direction looked into                           */
};

static void read_cursor(struct str query, struct cx *cx, struct span *span)
{
    struct formdata sent;
    struct str cursor;
    if (!formdata_read(cx, query, "query", &sent)) {
        fail_forget(cx);
        return;
    }
    cursor = formdata_text(&sent, "cursor");
    if (cursor.n < 2 || !num_int(str_sub(cursor, 1, SIZE_MAX), &span->at) || span->at < 1)
        span->at = 0;
    span->newer = span->at > 0 && cursor.p[0] == 'a';
}

static bool is_slow(const struct trailquery *q)
{
    return str_absent(q->record_id)
        && (!str_absent(q->table_name) || !str_absent(q->column_name) || !str_absent(q->user_id)
            || !str_absent(q->user_email) || !str_absent(q->operation)
            || !str_absent(q->request_id));
}

static bool newest(struct cx *cx, int64_t *id)
{
    struct entries last;
    TRY(entries_latest(cx, 1, &last));
    *id = last.n > 0 ? last.at[0].id : 0;
    return true;
}

static bool bound(struct cx *cx, struct span *span)
{
    struct trailquery *q = &span->query;
    struct entries_span range;
    int64_t top = span->at;
    *(span->newer ? &q->after_id : &q->before_id) = span->at;
    if (!is_slow(q))
        return true;
    if (top == 0) {
        TRY(newest(cx, &top));
        top++;
    }
    TRY(entries_span(cx, q->from, q->upto, &range));
    if (span->newer) {
        q->before_id = top + LOOKED_AT;
        return true;
    }
    if (range.last < top)
        top = range.last + 1;
    if (top > range.first + LOOKED_AT)
        q->after_id = span->floor = top - LOOKED_AT;
    return true;
}

static bool read_span(struct cx *cx, int64_t rows, struct span *span)
{
    struct trailquery_page page = { .sort_by = S("id"), .ascending = span->newer,
                                    .limit = rows + 1 };
    size_t most;
    if (!num_size(rows, &most))
        return broken(cx, "a list without rows");
    TRY(bound(cx, span));
    span->ids = arena_list(cx->mem, int64_t, most + 1);
    TRY(trailquery_ids(cx, &span->query, &page, span->ids, &span->n));
    span->more = span->n > most;
    if (span->more)
        span->n = most;
    for (size_t i = 0; span->newer && i < span->n / 2; i++) {
        int64_t id = span->ids[i];
        span->ids[i] = span->ids[span->n - 1 - i];
        span->ids[span->n - 1 - i] = id;
    }
    return true;
}

static struct str cursor_href(struct reply *reply, char way, int64_t id)
{
    return desk_with(reply, "cursor", str_fmt(reply->cx->mem, "%c%lld", way, (long long)id));
}

static void put_pager(struct grid *grid, struct reply *reply, const struct span *span)
{
    struct str previous = NO_STR, next = NO_STR;
    if (span->n == 0)
        return;
    int64_t first = span->ids[0], last = span->ids[span->n - 1];
    if (span->newer ? span->more : span->at > 0)
        previous = cursor_href(reply, 'a', first);
    if (span->newer || span->more)
        next = cursor_href(reply, 'b', last);
    else if (span->floor > 0)
        next = cursor_href(reply, 'b', span->floor + 1);
    grid_cursor(grid, previous, next,
                phrase_with(grid->desk->cx, W("Entries {first} to {last}"), (const struct fill[]){
                    fill_int("first", first), fill_int("last", last), { 0 } }));
}

/* ---- the list ---- */

static const struct grid_column COLUMNS[] = {
    { .label = W("Field") }, { .label = W("Time"), .kind = GRID_TIME },
    { .label = W("What was done") }, { .label = W("Record") }, { .label = W("What changed") },
    { .label = W("Changed by") }, { 0 },
};

static struct str short_of(struct cx *cx, struct str value)
{
    if (utf8_count(value) <= SEEN_OF_VALUE)
        return value;
    return str_fmt(cx->mem, "%.*s…", STR_ARG(utf8_tidy(cx->mem, value, SEEN_OF_VALUE)));
}

static struct str change_of(struct cx *cx, const struct audit_row *row)
{
    if (str_absent(row->old_value) || str_absent(row->new_value))
        return short_of(cx, str_absent(row->new_value) ? row->old_value : row->new_value);
    return str_fmt(cx->mem, "%.*s → %.*s", STR_ARG(short_of(cx, row->old_value)),
                   STR_ARG(short_of(cx, row->new_value)));
}

/* Ids that begin alike are told apart by their ends. */
static struct str end_of(struct cx *cx, struct str id)
{
    return id.n <= 2 * SEEN_OF_ID ? id
         : str_fmt(cx->mem, "…%.*s", STR_ARG(str_sub(id, id.n - SEEN_OF_ID, SEEN_OF_ID)));
}

static struct str table_shown(struct str table)
{
    return str_starts(table, S("col_")) ? str_sub(table, 4, SIZE_MAX) : table;
}

static struct str entry_href(struct cx *cx, int64_t id)
{
    return DESK_PATH(cx, S("trail"), str_fmt(cx->mem, "%lld", (long long)id));
}

static struct str who_of(struct cx *cx, const struct audit_row *row)
{
    return str_absent(row->es_username) ? row->user_email
        : phrase_with(cx, W("{who}, signed"),
                      (const struct fill[]){ fill_text("who", row->user_email), { 0 } });
}

static void put_row(struct grid *grid, const struct audit_row *row)
{
    struct cx *cx = grid->desk->cx;
    grid_row(grid);
    grid_link(grid, str_fmt(cx->mem, "%.*s.%.*s", STR_ARG(table_shown(row->table_name)),
                            STR_ARG(row->column_name)), entry_href(cx, row->id));
    grid_time(grid, row->occurred_at);
    grid_badge(grid, tone_of(row->operation), phrase_of(cx, word_of(row->operation)));
    grid_text(grid, end_of(cx, row->record_id));
    grid_text(grid, change_of(cx, row));
    grid_text(grid, who_of(cx, row));
}

static bool put_entries(struct desk *desk, const struct span *span)
{
    struct grid grid;
    struct audit_row row;
    bool found;
    grid_init(&grid, desk, COLUMNS, W("Audit trail"));
    for (size_t i = 0; i < span->n; i++) {
        TRY(entries_find(desk->cx, span->ids[i], &found, &row));
        if (found)
            put_row(&grid, &row);
    }
    grid_empty(&grid, W("No entry fits."), W("Show all entries"), S("/admin/trail"));
    put_pager(&grid, desk->reply, span);
    grid_put(&grid, "table");
    desk_put(desk, fill_text("further", span->n == 0 && span->floor > 0
                             ? cursor_href(desk->reply, 'b', span->floor + 1) : NO_STR));
    return true;
}

static void put_exports(struct desk *desk, struct str query)
{
    static const char *const FORMATS[] = { "csv", "json", "pdf" };
    static const char *const LABELS[] = { "CSV", "JSON", "PDF" };
    struct cx *cx = desk->cx;
    struct fills_list list = { .mem = cx->mem };
    for (size_t i = 0; i < COUNT(FORMATS); i++) {
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_text("label", str_of(LABELS[i])));
        fills_add(&row, fill_text("href", str_fmt(cx->mem, "/admin/trail/export?%.*s%sformat=%s",
                                  STR_ARG(query), query.n > 0 ? "&" : "", FORMATS[i])));
        fills_row(&list, &row);
    }
    desk_put(desk, fills_rows("exports", &list));
}

struct list_in { struct str query; };
static const struct input LIST_IN[] = { IN(QUERY, T_WHOLE_QUERY, list_in, query), { 0 } };

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct desk desk;
    struct form form;
    struct span span = { .at = 0 };
    desk_open(&desk, reply, "trail", phrase_of(cx, W("Audit trail")));
    desk_action(&desk, phrase_of(cx, W("Prove the trail")), S("/admin/trail/verify"));
    if (cx->who->is_superadmin)
        desk_action(&desk, phrase_of(cx, W("Checkpoints")), S("/admin/trail/checkpoints"));
    TRY(pagetrail_asked(cx, in->query, &form, &span.query));
    TRY(offer_tables(&form));
    read_cursor(in->query, cx, &span);
    if (form_good(&form))
        TRY(read_span(cx, desk.rows, &span));
    reply_status(reply, form_status(&form));
    if (!cx->set->audit_logging_enabled)
        desk_notice(&desk, DESK_WARNING, phrase_of(cx, W("The trail is switched off: changes leave"
                                                         " no entries.")));
    form_put(&form, &desk, "form");
    TRY(put_entries(&desk, &span));
    put_exports(&desk, in->query);
    desk_api(&desk, "GET", S("/api/v1/audit-logs?limit=50"), NO_STR, S("client.auditLogs.list()"));
    return desk_show(&desk, "admin/trail/list.html");
}

/* ---- one entry ---- */

bool pagetrail_entry(struct cx *cx, int64_t id, struct audit_row *out)
{
    bool found;
    TRY(trailwalk_entry(cx, id, &found, out));
    if (found && !cx->who->is_superadmin)
        found = str_eq(out->account_id, cx->who->account_id);
    return found
        || fail_detail(cx, E_NOT_FOUND, "Audit log entry %lld not found", (long long)id);
}

void pagetrail_fact(struct cx *cx, struct fills_list *to, struct str label, struct str value,
                    struct str href)
{
    struct fills row = { .mem = cx->mem };
    if (value.n == 0)
        return;
    fills_add(&row, fill_text("label", label));
    fills_add(&row, fill_text("value", value));
    fills_add(&row, fill_text("href", href));
    fills_row(to, &row);
}

static struct str time_text(struct cx *cx, int64_t us)
{
    struct buf text;
    if (us == 0)
        return NO_STR;
    buf_init(&text, cx->mem, 64);
    when_iso(&text, us);
    return buf_text(&text);
}

static struct str filter_href(struct cx *cx, const char *name, struct str value)
{
    struct buf path;
    buf_init(&path, cx->mem, 4096);
    buf_fmt(&path, "/admin/trail?%s=", name);
    url_part(&path, value);
    return buf_text(&path);
}

static void put_facts(struct desk *desk, const struct audit_row *row)
{
    struct cx *cx = desk->cx;
    struct fills_list facts = { .mem = cx->mem };
    pagetrail_fact(cx, &facts, phrase_of(cx, W("Time")), time_text(cx, row->occurred_at), NO_STR);
    pagetrail_fact(cx, &facts, phrase_of(cx, W("What was done")),
                   phrase_of(cx, word_of(row->operation)), NO_STR);
    pagetrail_fact(cx, &facts, phrase_of(cx, W("Table")), table_shown(row->table_name),
                   filter_href(cx, "table", row->table_name));
    pagetrail_fact(cx, &facts, phrase_of(cx, W("Record")), row->record_id,
                   filter_href(cx, "record", row->record_id));
    pagetrail_fact(cx, &facts, phrase_of(cx, W("Changed by")), row->user_email,
                   filter_href(cx, "user", row->user_email));
    pagetrail_fact(cx, &facts, phrase_of(cx, W("Account")), row->account_id, NO_STR);
    pagetrail_fact(cx, &facts, phrase_of(cx, W("Request")), row->request_id,
                   filter_href(cx, "request", row->request_id));
    pagetrail_fact(cx, &facts, phrase_of(cx, W("IP address")), row->ip_address, NO_STR);
    pagetrail_fact(cx, &facts, phrase_of(cx, W("Browser or program")), row->user_agent, NO_STR);
    pagetrail_fact(cx, &facts, phrase_of(cx, W("Signed by")), row->es_username, NO_STR);
    pagetrail_fact(cx, &facts, phrase_of(cx, W("Reason")), row->es_reason, NO_STR);
    pagetrail_fact(cx, &facts, phrase_of(cx, W("Signed at")), time_text(cx, row->es_timestamp),
                   NO_STR);
    desk_put(desk, fills_rows("facts", &facts));
}

static void put_line(struct fills_list *lines, const struct audit_row *row)
{
    struct fills line = { .mem = lines->mem };
    fills_add(&line, fill_text("name", row->column_name));
    fills_add(&line, fill_flag("had", !str_absent(row->old_value)));
    fills_add(&line, fill_text("before", row->old_value));
    fills_add(&line, fill_flag("has", !str_absent(row->new_value)));
    fills_add(&line, fill_text("after", row->new_value));
    fills_row(lines, &line);
}

/* What the same request did to the same record. */
static bool put_neighbours(struct desk *desk, const struct audit_row *row)
{
    struct cx *cx = desk->cx;
    struct trailquery query = { .account_id = row->account_id, .record_id = row->record_id,
                                .table_name = row->table_name, .request_id = row->request_id,
                                .operation = row->operation };
    struct trailquery_page page = { .sort_by = S("id"), .ascending = true, .limit = NEIGHBOURS };
    struct fills_list lines = { .mem = cx->mem };
    int64_t ids[NEIGHBOURS];
    struct audit_row other;
    size_t n = 0;
    bool found;
    if (!str_absent(row->request_id))
        TRY(trailquery_ids(cx, &query, &page, ids, &n));
    for (size_t i = 0; i < n; i++) {
        if (ids[i] == row->id)
            continue;
        TRY(entries_find(cx, ids[i], &found, &other));
        if (found)
            put_line(&lines, &other);
    }
    struct fills block = { .mem = cx->mem };
    fills_add(&block, fills_rows("lines", &lines));
    struct fills_list none = { .mem = cx->mem };
    desk_put(desk, lines.n > 0 ? fills_one("others", &block) : fills_rows("others", &none));
    return true;
}

static bool put_chain(struct desk *desk, const struct audit_row *stored)
{
    struct cx *cx = desk->cx;
    struct fills_list facts = { .mem = cx->mem };
    char hex[CHAIN_HEX + 1];
    struct buf scratch;
    int64_t number;
    buf_init(&scratch, cx->mem, SIZE_MAX / 2);
    chain_checksum(&scratch, stored, hex);
    bool fits = str_eq(str_of(hex), stored->checksum);
    TRY(proof_checkpoint(cx, stored->account_id, stored->id, &number));
    pagetrail_fact(cx, &facts, phrase_of(cx, W("Checksum")), stored->checksum, NO_STR);
    pagetrail_fact(cx, &facts, phrase_of(cx, W("Checksum of the entry before")),
                   str_absent(stored->previous_hash)
                   ? phrase_of(cx, W("none: it is the account's first")) : stored->previous_hash,
                   NO_STR);
    pagetrail_fact(cx, &facts, phrase_of(cx, W("Checkpoint")), number == 0
                   ? phrase_of(cx, W("under none yet"))
                   : str_fmt(cx->mem, "%lld", (long long)number), NO_STR);
    desk_put(desk, fills_rows("chain", &facts));
    desk_put(desk, fill_flag("fits", fits));
    desk_put(desk, fill_text("proof_href", number == 0 ? NO_STR
                             : str_fmt(cx->mem, "%.*s/proof",
                                       STR_ARG(entry_href(cx, stored->id)))));
    return true;
}

struct one_in { int64_t id; };
static const struct input ONE_IN[] = { IN(PATH, T_INT, one_in, id), { 0 } };

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct audit_row stored, seen;
    struct fills_list lines = { .mem = cx->mem };
    struct desk desk;
    bool found;
    TRY(pagetrail_entry(cx, in->id, &stored));
    TRY(entries_find(cx, in->id, &found, &seen));       /* with its masks */
    desk_open(&desk, reply, "trail", phrase_with(cx, W("Entry {n}"), (const struct fill[]){
        fill_int("n", in->id), { 0 } }));
    desk_crumb(&desk, phrase_of(cx, W("Audit trail")), S("/admin/trail"));
    put_facts(&desk, &seen);
    put_line(&lines, &seen);
    desk_put(&desk, fills_rows("lines", &lines));
    TRY(put_neighbours(&desk, &seen));
    TRY(put_chain(&desk, &stored));
    desk_api(&desk, "GET", str_fmt(cx->mem, "/api/v1/audit-logs/%lld", (long long)in->id), NO_STR,
             str_fmt(cx->mem, "client.auditLogs.get(%lld)", (long long)in->id));
    return desk_show(&desk, "admin/trail/entry.html");
}

const struct route pagetrail_routes[] = {
    { GET, "/admin/trail", .need = NEED_ADMIN, .errors = SHAPE_PAGE, INPUT(LIST_IN, list_in),
      .run = list, .hidden = true, .title = "The audit trail" },
    { GET, "/admin/trail/{id}", .need = NEED_ADMIN, .errors = SHAPE_PAGE, INPUT(ONE_IN, one_in),
      .run = show, .hidden = true, .title = "An entry of the audit trail" },
    { 0 },
};
