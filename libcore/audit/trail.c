/* trail.c — queues the history of a transaction and writes it, chained, at its very end. */
#include "audit/trail.h"

#include <stdlib.h>
#include <string.h>

#include "audit/chain.h"
#include "audit/signature.h"
#include "base/base64.h"
#include "base/num.h"
#include "base/settings.h"
#include "base/utf8.h"
#include "base/when.h"
#include "db/rows.h"

static const struct str WITHOUT_HISTORY[] = {
    S_INIT("audit_log"), S_INIT("audit_checkpoints"), S_INIT("audit_checkpoint_heads"),
    S_INIT("change_counts"), S_INIT("event_floor"), S_INIT("event_outbox"),
    S_INIT("file_orphans"), S_INIT("file_uses"), S_INIT("generation"),
    S_INIT("idempotency_keys"), S_INIT("jobs"), S_INIT("leases"), S_INIT("refresh_tokens"),
    S_INIT("schema_files"),
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
    struct signature signature;         /* without an id: none */
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

static struct signature copy_signature(struct arena *mem, const struct signature *from)
{
    return (struct signature){
        .id = str_copy(mem, from->id), .username = str_copy(mem, from->username),
        .reason = str_copy(mem, from->reason), .signed_at = from->signed_at };
}

static const struct origin *origin_of(struct cx *cx, struct trail *trail, struct arena *mem)
{
    static const struct actor SYSTEM = { .kind = ACTOR_SYSTEM };
    const struct actor *who = cx->who != NULL ? cx->who : &SYSTEM;
    struct str id = who->kind == ACTOR_SYSTEM ? S("system")
        : who->kind == ACTOR_ANONYMOUS ? S("anonymous") : who->id;
    struct str email = who->kind == ACTOR_USER ? who->email : id;
    struct str signature = who->signature != NULL ? who->signature->id : NO_STR;
    const struct origin *last = trail->last;
    if (last != NULL && last->at == cx->now && str_eq(last->request_id, cx->request_id)
        && str_eq(last->user_id, id) && str_eq(last->user_email, email)
        && str_eq(last->signature.id, signature))
        return last;
    struct origin *new = arena_make(mem, struct origin);
    new->user_id = str_copy(mem, id);
    new->user_email = str_copy(mem, email);
    new->ip = utf8_tidy(mem, who->ip, ADDRESS_CHARACTERS);
    new->agent = utf8_tidy(mem, who->user_agent, AGENT_CHARACTERS);
    new->request_id = str_copy(mem, cx->request_id);
    new->extra = method_json(mem, who);
    if (who->signature != NULL)
        new->signature = copy_signature(mem, who->signature);
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
            trail_flush, trail_length, trail_cut, NULL, trail });
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

bool trail_hides(struct str column)
{
    return listed(WITHOUT_VALUES, COUNT(WITHOUT_VALUES), column);
}

static struct str hidden(const struct trail_cell *cell, struct str value)
{
    return value.p != NULL && trail_hides(cell->column) ? S("***") : value;
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

/* When a key was used last: a row a minute would bury the trail and tell no more than the key. */
static bool is_stamp(const struct trail_entry *entry)
{
    return entry->n == 1 && str_eq(entry->cells[0].column, S("last_used_at"))
        && strcmp(entry->operation, "UPDATE") == 0;
}

/* Once for all that a request changes: what is still noted has not been rolled back, so neither
 * has what spent its signature. */
static bool sign(struct cx *cx, const struct trail *trail, const struct origin *origin)
{
    bool signed_before = trail->n > 0 && trail->list[trail->n - 1].origin == origin;
    return str_absent(origin->signature.id) || signed_before
        || signature_spend(cx, cx->who->signature);
}

bool trail_note(struct cx *cx, const struct trail_entry *entry)
{
    if (!entry->is_told && listed(WITHOUT_HISTORY, COUNT(WITHOUT_HISTORY), entry->table))
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
    if (!is_on(cx) || is_stamp(entry))
        what.n = 0;                     /* the change is counted all the same */
    const struct origin *origin = origin_of(cx, trail, mem);
    TRY(sign(cx, trail, origin));
    trail->list[trail->n] = (struct noted){ .seq = trail->n, .origin = origin,
                                            .what = keep_entry(mem, &what) };
    trail->n++;
    return true;
}

/* ---- writing ---- */

/* Of a chain whose entries were all pruned, the last checkpoint knows the end. */
static const struct sql CHAIN_HEAD = SQL(
    "SELECT COALESCE((SELECT checksum FROM audit_log WHERE account_id = :account"
    " ORDER BY id DESC LIMIT 1), (SELECT checksum FROM audit_checkpoint_heads"
    " WHERE account_id = :account ORDER BY last_id DESC LIMIT 1)) AS checksum");
/*
 * Rows of one change go together, as many as there are left: a statement costs more than a row.
 * Shared values are bound once, and each row's checksum is the next one's previous_hash.
 */
#define ADD_ROWS \
    "INSERT INTO audit_log (account_id, operation, table_name, record_id, user_id, user_email," \
    " user_name, ip_address, user_agent, request_id, occurred_at, extra_metadata, es_username," \
    " es_reason, es_timestamp, previous_hash, column_name, old_value, new_value, checksum) VALUES "
#define ROW(before, n) \
    "(:account, :operation, :table, :record, :user, :email, :email, :ip, :agent, :request, :at," \
    " :extra, :signer, :reason, :signed, :sum" before ", :column" n ", :old" n ", :new" n "," \
    " :sum" n ")"
#define TWO_ROWS(a, b, c) ROW(a, b) ", " ROW(b, c)
#define FOUR_ROWS(a, b, c, d, e) TWO_ROWS(a, b, c) ", " TWO_ROWS(c, d, e)
static const struct sql ADD_ONE = SQL(ADD_ROWS ROW("0", "1"));
static const struct sql ADD_TWO = SQL(ADD_ROWS TWO_ROWS("0", "1", "2"));
static const struct sql ADD_FOUR = SQL(ADD_ROWS FOUR_ROWS("0", "1", "2", "3", "4"));
static const struct sql ADD_EIGHT = SQL(
    ADD_ROWS FOUR_ROWS("0", "1", "2", "3", "4") ", " FOUR_ROWS("4", "5", "6", "7", "8"));
enum { MOST_ROWS = 8, SHARED = 14 };
static const char *const SUM_NAMES[MOST_ROWS + 1] = {
    "sum0", "sum1", "sum2", "sum3", "sum4", "sum5", "sum6", "sum7", "sum8",
};
static const struct { const char *column, *old, *new; } ROW_NAMES[MOST_ROWS] = {
    { "column1", "old1", "new1" }, { "column2", "old2", "new2" }, { "column3", "old3", "new3" },
    { "column4", "old4", "new4" }, { "column5", "old5", "new5" }, { "column6", "old6", "new6" },
    { "column7", "old7", "new7" }, { "column8", "old8", "new8" },
};
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

/* The end of a chain while it grows: links[0] is the head, if there is one. */
struct pen {
    struct buf parts, document;
    bool started;
    char links[MOST_ROWS + 1][CHAIN_HEX + 1];
};

static struct str link_of(const struct pen *pen, size_t i)
{
    return i > 0 || pen->started ? (struct str){ pen->links[i], CHAIN_HEX } : NO_STR;
}

static bool read_head(struct cx *cx, struct str account, struct pen *pen)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct head row = { NO_STR };
    TRY(db_query(cx, CHAIN_HEAD, BIND(p_text("account", account)), &rows));
    if (!rows_next(&rows, HEAD_COLS, &row))
        return rows_done(&rows);
    pen->started = row.checksum.n == CHAIN_HEX;
    if (pen->started)
        memcpy(pen->links[0], row.checksum.p, CHAIN_HEX);
    return true;
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
        .extra_metadata = origin->extra, .es_username = origin->signature.username,
        .es_reason = origin->signature.reason, .es_timestamp = origin->signature.signed_at,
    };
}

/* In the order in which the statement names them. */
static void bind_shared(struct param *values, const struct audit_row *row)
{
    const struct param shared[SHARED] = {
        p_text("account", row->account_id), p_text("operation", row->operation),
        p_text("table", row->table_name),   p_text("record", row->record_id),
        p_text("user", row->user_id),       p_text("email", row->user_email),
        p_text("ip", row->ip_address),      p_text("agent", row->user_agent),
        p_text("request", row->request_id), p_time("at", row->occurred_at),
        p_text("extra", row->extra_metadata),
        p_text("signer", row->es_username), p_text("reason", row->es_reason),
        row->es_timestamp != 0 ? p_time("signed", row->es_timestamp) : p_null("signed"),
    };
    memcpy(values, shared, sizeof shared);
}

/* Links n cells, 1, 2, 4 or 8, to the chain and inserts their rows. */
static bool add_rows(struct cx *cx, struct pen *pen, const struct chain_frame *frame,
                     struct audit_row *row, const struct trail_cell *cells, size_t n)
{
    struct param values[SHARED + 1 + 4 * MOST_ROWS];
    size_t count = SHARED;
    bind_shared(values, row);
    values[count++] = p_text(SUM_NAMES[0], link_of(pen, 0));
    for (size_t i = 0; i < n; i++) {
        row->column_name = cells[i].column;
        row->old_value = cells[i].old_value;
        row->new_value = cells[i].new_value;
        row->previous_hash = link_of(pen, i);
        chain_link(&pen->document, frame, row, pen->links[i + 1]);
        values[count++] = p_text(ROW_NAMES[i].column, row->column_name);
        values[count++] = p_text(ROW_NAMES[i].old, row->old_value);
        values[count++] = p_text(ROW_NAMES[i].new, row->new_value);
        values[count++] = p_text(SUM_NAMES[i + 1], link_of(pen, i + 1));
    }
    TRY(db_exec(cx, n == 8 ? ADD_EIGHT : n == 4 ? ADD_FOUR : n == 2 ? ADD_TWO : ADD_ONE,
                (struct binds){ values, count }, NULL));
    memcpy(pen->links[0], pen->links[n], sizeof pen->links[0]);
    pen->started = true;
    return true;
}

static bool write_entry(struct cx *cx, struct pen *pen, const struct noted *noted)
{
    struct audit_row row = row_of(noted);
    struct chain_frame frame;
    size_t n = noted->what.n, size = MOST_ROWS;
    buf_cut(&pen->parts, 0);
    chain_frame(&pen->parts, &row, &frame);
    for (size_t i = 0; i < n; i += size) {
        while (size > n - i)
            size /= 2;
        TRY(add_rows(cx, pen, &frame, &row, noted->what.cells + i, size));
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
    struct pen pen = { .started = false };
    TRY(tx_lock(cx, list[0].what.account_id));     /* nobody else appends until the commit */
    TRY(count_changes(cx, list, n));
    if (!is_on(cx))
        return true;
    TRY(read_head(cx, list[0].what.account_id, &pen));
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
