/* rowhistory.c — walks the entries of a row from the newest on, change by change. */
#include "audit/rowhistory.h"

#include <string.h>

#include "crypto/seal.h"
#include "db/rows.h"

const char *const rowhistory_operations[] = { "CREATE", "UPDATE", "DELETE" };

enum { SLICE_ROWS = 200 };      /* PostgreSQL sends all of a result at once */
static const struct sql SLICE = SQL(
    "SELECT id, operation, column_name, old_value, new_value, user_id, user_email, user_name,"
    " es_username, es_reason, es_timestamp, occurred_at, request_id FROM audit_log"
    " WHERE account_id = :account AND table_name = :table AND record_id = :record"
    " AND occurred_at >= :since AND id < :before ORDER BY id DESC LIMIT 200");
static const struct sql WHOSE = SQL(
    "SELECT account_id FROM audit_log WHERE table_name = :table AND record_id = :record"
    " ORDER BY id DESC LIMIT 1");

/* Texts point into the row: what is kept is copied. */
struct entry {
    int64_t id;
    enum rowhistory_operation operation;
    struct str column, old_value, new_value, request_id;
    int64_t occurred_at;
};
enum { ID, OPERATION, COLUMN, OLD, NEW, USER, EMAIL, NAME, ES_USER, ES_REASON, ES_TIME, TIME,
       REQUEST };
enum { REQUEST_MAX = 64 };
/* Whose change an entry is. */
struct mark {
    bool any;
    enum rowhistory_operation operation;
    int64_t occurred_at;
    char request[REQUEST_MAX]; size_t request_n;
};
struct owner { struct str account_id; };
static const struct col OWNER_COLS[] = { COL(C_TEXT, owner, account_id), { 0 } };

static enum rowhistory_operation operation_of(struct str word)
{
    return str_eq(word, S("CREATE")) ? ROWHISTORY_CREATE
         : str_eq(word, S("DELETE")) ? ROWHISTORY_DELETE : ROWHISTORY_UPDATE;
}

static struct entry entry_of(const struct rows *rows)
{
    return (struct entry){
        .id = rows_int(rows, ID), .operation = operation_of(rows_text(rows, OPERATION)),
        .column = rows_text(rows, COLUMN), .old_value = rows_text(rows, OLD),
        .new_value = rows_text(rows, NEW), .request_id = str_sub(rows_text(rows, REQUEST), 0,
                                                                 REQUEST_MAX),
        .occurred_at = rows_int(rows, TIME) };
}

/* Whether the entry begins a change, another one than the entry before was of. */
static bool begins(struct mark *mark, const struct entry *entry)
{
    struct str request = entry->request_id;
    bool same = mark->any && mark->operation == entry->operation
             && mark->occurred_at == entry->occurred_at && mark->request_n == request.n
             && (request.n == 0 || memcmp(mark->request, request.p, request.n) == 0);
    mark->any = true;
    mark->operation = entry->operation;
    mark->occurred_at = entry->occurred_at;
    mark->request_n = request.n;
    if (request.n > 0)
        memcpy(mark->request, request.p, request.n);
    return !same;
}

static struct trail_cell *cell_of(struct trail_cell *cells, size_t n, struct str column)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(cells[i].column, column))
            return &cells[i];
    return NULL;
}

/* ---- walking ---- */

/* Sees entries, newest first; false: it has seen enough. */
struct visitor { bool (*see)(struct cx *cx, void *state, const struct rows *rows); void *state; };

static bool walk_slice(struct cx *cx, const struct rowhistory_key *key, struct visitor visitor,
                       int64_t *before, bool *more)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    size_t n = 0;
    *more = false;
    TRY(db_query(cx, SLICE,
                 BIND(p_text("account", key->account_id), p_text("table", key->table),
                      p_text("record", key->record_id), p_time("since", key->since),
                      p_int("before", *before)), &rows));
    for (; rows_step(&rows); n++) {
        *before = rows_int(&rows, ID);
        if (!visitor.see(cx, visitor.state, &rows))
            return true;
    }
    *more = n == SLICE_ROWS;
    return rows_done(&rows);
}

static bool walk(struct cx *cx, const struct rowhistory_key *key, struct visitor visitor)
{
    int64_t before = INT64_MAX;
    bool more = true;
    while (more)
        TRY(walk_slice(cx, key, visitor, &before, &more));
    return true;
}

/* ---- pages ---- */

struct reading { struct rowhistory *out; struct mark mark; int64_t left, limit; };

static void begin_change(struct cx *cx, struct rowhistory *out, const struct rows *rows,
                         const struct entry *entry)
{
    struct arena *mem = cx->mem;
    out->at = arena_more(mem, out->at, out->n, sizeof *out->at);
    out->at[out->n++] = (struct rowhistory_change){
        .version = entry->id, .operation = entry->operation, .occurred_at = entry->occurred_at,
        .user_id = str_copy(mem, rows_text(rows, USER)),
        .user_email = str_copy(mem, rows_text(rows, EMAIL)),
        .user_name = str_copy(mem, rows_text(rows, NAME)),
        .es_username = str_copy(mem, rows_text(rows, ES_USER)),
        .es_reason = str_copy(mem, rows_text(rows, ES_REASON)),
        .es_timestamp = rows_null(rows, ES_TIME) ? 0 : rows_int(rows, ES_TIME) };
}

/* Entries come in the order of their writing, turned round. */
static void add_cell(struct cx *cx, struct rowhistory_change *change, const struct entry *entry)
{
    struct trail_cell *same = cell_of(change->cells, change->n, entry->column);
    if (same != NULL) {
        same->old_value = str_copy(cx->mem, entry->old_value);
        return;
    }
    change->cells = arena_more(cx->mem, change->cells, change->n, sizeof *change->cells);
    change->cells[change->n++] = (struct trail_cell){
        str_copy(cx->mem, entry->column), str_copy(cx->mem, entry->old_value),
        str_copy(cx->mem, entry->new_value) };
}

/* False: there is one more than wanted. */
static bool take(struct cx *cx, void *state, const struct rows *rows)
{
    struct reading *reading = state;
    struct rowhistory *out = reading->out;
    struct entry entry = entry_of(rows);
    bool is_new = begins(&reading->mark, &entry);
    if (is_new && reading->left > 0)
        reading->left--;
    else if (is_new && (int64_t)out->n == reading->limit)
        out->more = true;
    else if (is_new)
        begin_change(cx, out, rows, &entry);
    if (out->n > 0 && !out->more)
        add_cell(cx, &out->at[out->n - 1], &entry);
    return !out->more;
}

bool rowhistory_read(struct cx *cx, const struct rowhistory_key *key, int64_t skip, int64_t limit,
                     struct rowhistory *out)
{
    struct reading reading = { .out = out, .left = skip, .limit = limit };
    *out = (struct rowhistory){ .n = 0 };
    return walk(cx, key, (struct visitor){ take, &reading });
}

/* ---- one row ---- */

struct folding { struct rowhistory_row *out; int64_t version; struct mark mark; };

static struct rowhistory_cell *find_cell(const struct rowhistory_row *row, struct str column)
{
    for (size_t i = 0; i < row->n; i++)
        if (str_eq(row->cells[i].column, column))
            return &row->cells[i];
    return NULL;
}

/* What is told in its stead is no value: of a field that was encrypted, or is. */
static uint64_t print_of(struct str value)
{
    return str_absent(value) ? 1 : str_eq(value, S(SEAL_MASK)) ? 0 : str_hash(value) | 2;
}

static struct rowhistory_cell *cell_for(struct cx *cx, struct rowhistory_row *out,
                                        struct str column)
{
    struct rowhistory_cell *cell = find_cell(out, column);
    if (cell != NULL)
        return cell;
    out->cells = arena_more(cx->mem, out->cells, out->n, sizeof *out->cells);
    cell = &out->cells[out->n++];
    *cell = (struct rowhistory_cell){ .column = str_copy(cx->mem, column) };
    return cell;
}

/* The newest that is not newer than the version counts, if the next change found it so: else
 * something happened that was not written down. What was removed is told by what it was. */
static void fold(struct cx *cx, struct rowhistory_row *out, const struct entry *entry)
{
    struct rowhistory_cell *cell = cell_for(cx, out, entry->column);
    struct str value = out->operation == ROWHISTORY_DELETE ? entry->old_value : entry->new_value;
    uint64_t is = print_of(entry->new_value);
    if (!out->found) {
        cell->is_later = true;
    } else if (!cell->is_known) {
        out->is_whole = out->is_whole && (is == 0 || cell->found == 0 || is == cell->found);
        cell->is_known = true;
        cell->value = str_copy(cx->mem, value);
    }
    cell->found = print_of(entry->old_value);
}

/* False: what comes now was another life of the row. */
static bool take_entry(struct cx *cx, void *state, const struct rows *rows)
{
    struct folding *folding = state;
    struct rowhistory_row *out = folding->out;
    struct entry entry = entry_of(rows);
    enum rowhistory_operation last = folding->mark.operation;
    bool is_new = begins(&folding->mark, &entry);
    if (is_new && out->found
        && (out->operation == ROWHISTORY_DELETE || last == ROWHISTORY_CREATE
            || entry.operation == ROWHISTORY_DELETE))
        return false;
    if (is_new && !out->found && (folding->version == 0 || folding->version == entry.id)) {
        out->found = true;
        out->operation = entry.operation;
    }
    if (!out->found && entry.id < folding->version)
        return false;
    fold(cx, out, &entry);
    return true;
}

bool rowhistory_row(struct cx *cx, const struct rowhistory_key *key, int64_t version,
                    struct rowhistory_row *out)
{
    struct folding folding = { .out = out, .version = version };
    *out = (struct rowhistory_row){ .is_whole = true };
    TRY(walk(cx, key, (struct visitor){ take_entry, &folding }));
    /* Rows begin and end with their identity: with it, nothing of that is missing. */
    out->is_whole = out->is_whole && rowhistory_cell(out, S("id")) != NULL;
    return true;
}

const struct rowhistory_cell *rowhistory_cell(const struct rowhistory_row *row, struct str column)
{
    const struct rowhistory_cell *cell = find_cell(row, column);
    return cell != NULL && cell->is_known ? cell : NULL;
}

const struct trail_cell *rowhistory_changed(const struct rowhistory_change *change,
                                            struct str column)
{
    return cell_of(change->cells, change->n, column);
}

bool rowhistory_account(struct cx *cx, struct str table, struct str record_id, struct str *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct owner owner = { NO_STR };
    TRY(db_query(cx, WHOSE, BIND(p_text("table", table), p_text("record", record_id)), &rows));
    bool found = rows_next(&rows, OWNER_COLS, &owner);
    *out = owner.account_id;
    return found || rows_done(&rows);
}
