/* trail.c — queues the history of a transaction and writes it, chained, at its very end. */
#include "audit/trail.h"

#include <stdlib.h>
#include <string.h>

#include "audit/chain.h"
#include "base/base64.h"
#include "base/num.h"
#include "base/settings.h"
#include "base/utf8.h"
#include "base/when.h"
#include "db/rows.h"

static const struct str WITHOUT_HISTORY[] = {
    S_INIT("audit_log"), S_INIT("change_counts"), S_INIT("event_outbox"), S_INIT("generation"),
    S_INIT("idempotency_keys"), S_INIT("refresh_tokens"), S_INIT("schema_files"),
    S_INIT("schema_migrations"), S_INIT("token_blacklist"),
};
static const struct str WITHOUT_VALUES[] = {
    S_INIT("password"), S_INIT("password_hash"), S_INIT("hashed_password"), S_INIT("refresh_token"),
    S_INIT("token_hash"), S_INIT("access_token"), S_INIT("client_secret"), S_INIT("secret"),
    S_INIT("code_verifier"), S_INIT("state_token"), S_INIT("verification_token"),
    S_INIT("key_hash"), S_INIT("token"), S_INIT("token_enc"),
};
enum { AGENT_CHARACTERS = 500, ADDRESS_CHARACTERS = 45 };

/* Who did it and when: the same for all that one request changes. */
struct origin {
    struct str user_id, user_email, ip, agent, request_id, extra;
    int64_t at;
};
struct noted {
    size_t seq;
    const struct origin *origin;
    struct trail_entry what;
};
struct trail {
    struct arena *mem;                  /* where this lies */
    struct noted *list;
    size_t n, room;
    const struct origin *last;
};

static bool listed(const struct str *list, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_nocase(list[i], name))
            return true;
    return false;
}

struct str trail_render(struct arena *mem, const struct param *value)
{
    struct buf out;
    if (value->type == P_NULL || (value->type == P_TEXT && value->text.p == NULL))
        return NO_STR;
    if (value->type == P_TEXT)
        return value->text;
    if (value->type == P_BOOL)
        return value->number != 0 ? S("true") : S("false");
    if (value->type == P_BLOB)
        return base64_put(mem, value->text);
    buf_init(&out, mem, 64);
    if (value->type == P_TIME) {
        when_iso(&out, value->number);
        buf_cut(&out, out.n - 1);       /* its Z */
        buf_str(&out, S("+00:00"));
    } else if (value->type == P_INT) {
        buf_int(&out, value->number);
    } else {
        num_put_real(&out, value->real);
    }
    return buf_text(&out);
}

static bool is_on(const struct cx *cx)
{
    return cx->set == NULL || cx->set->audit_logging_enabled;
}

static struct str method_json(struct arena *mem, const struct actor *who)
{
    const char *method = who->kind == ACTOR_SYSTEM ? "system"
        : who->kind == ACTOR_ANONYMOUS ? "anonymous"
        : who->auth_method != NULL ? who->auth_method : "unknown";
    return str_fmt(mem, "{\"auth_method\":\"%s\"}", method);
}

static const struct origin *origin_of(struct cx *cx, struct trail *trail, struct arena *mem)
{
    static const struct actor SYSTEM = { .kind = ACTOR_SYSTEM };
    const struct actor *who = cx->who != NULL ? cx->who : &SYSTEM;
    struct str id = who->kind == ACTOR_SYSTEM ? S("system")
        : who->kind == ACTOR_ANONYMOUS ? S("anonymous") : who->id;
    struct str email = who->kind == ACTOR_USER ? who->email : id;
    const struct origin *last = trail->last;
    if (last != NULL && last->at == cx->now && str_eq(last->request_id, cx->request_id)
        && str_eq(last->user_id, id) && str_eq(last->user_email, email))
        return last;
    struct origin *new = arena_make(mem, struct origin);
    new->user_id = str_copy(mem, id);
    new->user_email = str_copy(mem, email);
    new->ip = utf8_tidy(mem, who->ip, ADDRESS_CHARACTERS);
    new->agent = utf8_tidy(mem, who->user_agent, AGENT_CHARACTERS);
    new->request_id = str_copy(mem, cx->request_id);
    new->extra = method_json(mem, who);
    new->at = cx->now;
    return trail->last = new;
}

static size_t trail_length(void *state)
{
    const struct trail *trail = state;
    return trail->n;
}

static void trail_cut(void *state, size_t length)
{
    struct trail *trail = state;
    if (length < trail->n)
        trail->n = length;
    if (trail->n == 0) {            /* a new transaction has new memory */
        trail->list = NULL;
        trail->room = 0;
        trail->last = NULL;
    }
}

static bool trail_flush(struct cx *cx, void *state);

/* The connection's trail; what one process keeps belongs to one connection at a time. */
static struct trail *trail_of(struct cx *cx)
{
    struct trail *trail = cx->keep[KEEP_TRAIL];
    if (trail == NULL) {
        struct arena *mem = arena_new(0, NULL, NULL);
        trail = cx->keep[KEEP_TRAIL] = arena_make(mem, struct trail);
        trail->mem = mem;
    }
    const struct tx_tail *tail = tx_get_tail(cx->db, TAIL_AUDIT);
    if (tail == NULL || tail->state != trail) {
        *trail = (struct trail){ .mem = trail->mem };
        tx_set_tail(cx->db, TAIL_AUDIT, &(struct tx_tail){
            trail_flush, trail_length, trail_cut, trail });
    }
    return trail;
}

static struct str pack(char **to, struct str s)
{
    char *at = *to;
    if (s.p == NULL)
        return NO_STR;
    if (s.n > 0)
        memcpy(at, s.p, s.n);
    *to += s.n;
    return (struct str){ at, s.n };
}

static struct str hidden(const struct trail_cell *cell, struct str value)
{
    return value.p != NULL && listed(WITHOUT_VALUES, COUNT(WITHOUT_VALUES), cell->column)
        ? S("***") : value;
}

/* All texts of an entry in one piece of memory that lives until the commit. */
static struct trail_entry keep_entry(struct arena *mem, const struct trail_entry *entry)
{
    struct trail_entry kept = *entry;
    struct trail_cell *cells = arena_list(mem, struct trail_cell, entry->n);
    size_t bytes = entry->account_id.n + entry->table.n + entry->record_id.n;
    for (size_t i = 0; i < entry->n; i++) {
        cells[i] = entry->cells[i];
        cells[i].old_value = hidden(&entry->cells[i], entry->cells[i].old_value);
        cells[i].new_value = hidden(&entry->cells[i], entry->cells[i].new_value);
        bytes += cells[i].column.n + cells[i].old_value.n + cells[i].new_value.n;
    }
    char *to = arena_alloc(mem, bytes + 1);
    kept.account_id = pack(&to, entry->account_id);
    kept.table = pack(&to, entry->table);
    kept.record_id = pack(&to, entry->record_id);
    for (size_t i = 0; i < entry->n; i++) {
        cells[i].column = pack(&to, cells[i].column);
        cells[i].old_value = pack(&to, cells[i].old_value);
        cells[i].new_value = pack(&to, cells[i].new_value);
    }
    kept.cells = cells;
    return kept;
}

bool trail_note(struct cx *cx, const struct trail_entry *entry)
{
    if (listed(WITHOUT_HISTORY, COUNT(WITHOUT_HISTORY), entry->table))
        return true;
    struct trail *trail = trail_of(cx);
    struct arena *mem = tx_tail_mem(cx->db);
    if (trail->n == trail->room) {
        size_t room = trail->room == 0 ? 16 : 2 * trail->room;
        trail->list = arena_grow(mem, trail->list, trail->room * sizeof *trail->list,
                                 room * sizeof *trail->list);
        trail->room = room;
    }
    struct trail_entry what = *entry;
    if (!is_on(cx))
        what.n = 0;                     /* the change is counted all the same */
    trail->list[trail->n] = (struct noted){ .seq = trail->n, .origin = origin_of(cx, trail, mem),
                                            .what = keep_entry(mem, &what) };
    trail->n++;
    return true;
}

/* ---- writing ---- */

static const struct sql LOCK_CHAIN = SQL(
    "SELECT pg_advisory_xact_lock(CAST(:key AS bigint))");
static const struct sql CHAIN_HEAD = SQL(
    "SELECT checksum FROM audit_log WHERE account_id = :account ORDER BY id DESC LIMIT 1");
static const struct sql ADD_ROW = SQL(
    "INSERT INTO audit_log (account_id, operation, table_name, record_id, column_name, old_value,"
    " new_value, user_id, user_email, user_name, ip_address, user_agent, request_id, occurred_at,"
    " checksum, previous_hash, extra_metadata) VALUES (:account, :operation, :table, :record,"
    " :column, :old, :new, :user, :email, :name, :ip, :agent, :request, :at, :checksum, :previous,"
    " :extra)");
static const struct sql COUNT_CHANGES = SQL(
    "INSERT INTO change_counts (account_id, table_name, changes) VALUES (:account, :table, :n)"
    " ON CONFLICT (account_id, table_name)"
    " DO UPDATE SET changes = change_counts.changes + excluded.changes");

struct head { struct str checksum; };
static const struct col HEAD_COLS[] = { COL(C_TEXT, head, checksum), { 0 } };

static int by_account(const void *a, const void *b)
{
    const struct noted *one = a, *two = b;
    int order = str_cmp(one->what.account_id, two->what.account_id);
    return order != 0 ? order : one->seq < two->seq ? -1 : 1;
}

static int by_table(const void *a, const void *b)
{
    const struct str *one = a, *two = b;
    return str_cmp(*one, *two);
}

/* Until the commit nobody else appends to the account's chain (SQLite has one writer anyway). */
static bool lock_chain(struct cx *cx, struct str account)
{
    return !db_is_postgres(cx->db)
        || db_exec(cx, LOCK_CHAIN, BIND(p_int("key", (int64_t)(str_hash(account) >> 1))), NULL);
}

static bool read_head(struct cx *cx, struct str account, struct str *head)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct head row = { NO_STR };
    TRY(db_query(cx, CHAIN_HEAD, BIND(p_text("account", account)), &rows));
    *head = rows_next(&rows, HEAD_COLS, &row) ? row.checksum : NO_STR;
    return rows_done(&rows);
}

static struct audit_row row_of(const struct noted *noted)
{
    const struct origin *origin = noted->origin;
    return (struct audit_row){
        .account_id = noted->what.account_id, .operation = str_of(noted->what.operation),
        .table_name = noted->what.table, .record_id = noted->what.record_id,
        .user_id = origin->user_id, .user_email = origin->user_email,
        .user_name = origin->user_email, .ip_address = origin->ip, .user_agent = origin->agent,
        .request_id = origin->request_id, .occurred_at = origin->at,
        .extra_metadata = origin->extra,
    };
}

static bool add_row(struct cx *cx, const struct audit_row *row)
{
    return db_exec(cx, ADD_ROW, BIND(
        p_text("account", row->account_id), p_text("operation", row->operation),
        p_text("table", row->table_name), p_text("record", row->record_id),
        p_text("column", row->column_name), p_text("old", row->old_value),
        p_text("new", row->new_value), p_text("user", row->user_id),
        p_text("email", row->user_email), p_text("name", row->user_name),
        p_text("ip", row->ip_address), p_text("agent", row->user_agent),
        p_text("request", row->request_id), p_time("at", row->occurred_at),
        p_text("checksum", row->checksum), p_text("previous", row->previous_hash),
        p_text("extra", row->extra_metadata)), NULL);
}

/* The end of a chain while it grows: two links, of which head is the newer. */
struct pen {
    struct buf parts, document;
    struct str head;
    char links[2][CHAIN_HEX + 1];
};

static bool write_entry(struct cx *cx, struct pen *pen, const struct noted *noted)
{
    struct audit_row row = row_of(noted);
    struct chain_frame frame;
    buf_cut(&pen->parts, 0);
    chain_frame(&pen->parts, &row, &frame);
    for (size_t i = 0; i < noted->what.n; i++) {
        char *link = pen->links[pen->head.p == pen->links[0]];
        row.column_name = noted->what.cells[i].column;
        row.old_value = noted->what.cells[i].old_value;
        row.new_value = noted->what.cells[i].new_value;
        row.previous_hash = pen->head;
        chain_link(&pen->document, &frame, &row, link);
        row.checksum = (struct str){ link, CHAIN_HEX };
        TRY(add_row(cx, &row));
        pen->head = row.checksum;
    }
    return true;
}

static bool count_changes(struct cx *cx, const struct noted *list, size_t n)
{
    struct str *tables = arena_list(cx->mem, struct str, n);
    for (size_t i = 0; i < n; i++)
        tables[i] = list[i].what.table;
    qsort(tables, n, sizeof *tables, by_table);
    for (size_t i = 0, same; i < n; i += same) {
        for (same = 1; i + same < n && str_eq(tables[i + same], tables[i]); same++)
            ;
        TRY(db_exec(cx, COUNT_CHANGES, BIND(p_text("account", list[0].what.account_id),
            p_text("table", tables[i]), p_int("n", (int64_t)same)), NULL));
    }
    return true;
}

/* All that happened to one account. */
static bool flush_account(struct cx *cx, const struct noted *list, size_t n)
{
    struct pen pen = { .head = NO_STR };
    TRY(lock_chain(cx, list[0].what.account_id));
    TRY(count_changes(cx, list, n));
    if (!is_on(cx))
        return true;
    TRY(read_head(cx, list[0].what.account_id, &pen.head));
    buf_init(&pen.parts, cx->mem, SIZE_MAX / 2);
    buf_init(&pen.document, cx->mem, SIZE_MAX / 2);
    for (size_t i = 0; i < n; i++)
        TRY(write_entry(cx, &pen, &list[i]));
    return true;
}

static bool trail_flush(struct cx *cx, void *state)
{
    struct trail *trail = state;
    size_t n = trail->n;
    if (n > 1)
        qsort(trail->list, n, sizeof *trail->list, by_account);
    for (size_t i = 0, same; i < n; i += same) {
        struct str account = trail->list[i].what.account_id;
        for (same = 1; i + same < n; same++)
            if (!str_eq(trail->list[i + same].what.account_id, account))
                break;
        TRY(flush_account(cx, trail->list + i, same));
    }
    trail_cut(trail, 0);
    return true;
}
