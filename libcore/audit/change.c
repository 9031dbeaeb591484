/* change.c — inserts, updates and deletes rows by column names, and notes what became of them. */
#include "audit/change.h"

#include <string.h>

#include "audit/trail.h"
#include "base/num.h"
#include "db/qb.h"

struct cells { struct trail_cell *at; size_t n; };

static const struct param *find(struct binds list, const char *name)
{
    for (size_t i = 0; i < list.n; i++)
        if (strcmp(list.at[i].name, name) == 0)
            return list.at + i;
    return NULL;
}

static void tell_instead(struct cx *cx, const struct change *change, struct cells *cells)
{
    for (size_t i = 0; i < cells->n; i++) {
        struct trail_cell *cell = &cells->at[i];
        const struct param *old = find(change->old_told, cell->column.p);
        const struct param *new = find(change->new_told, cell->column.p);
        if (old != NULL && cell->old_value.p != NULL)
            cell->old_value = trail_render(cx->mem, old);
        if (new != NULL && cell->new_value.p != NULL)
            cell->new_value = trail_render(cx->mem, new);
    }
}

static bool note(struct cx *cx, const char *operation, const struct change *change,
                 struct str record_id, struct cells *cells)
{
    tell_instead(cx, change, cells);
    return trail_note(cx, &(struct trail_entry){
        .operation = operation, .account_id = change->account_id, .table = change->table,
        .record_id = record_id, .cells = cells->at, .n = cells->n, .is_told = change->is_told });
}

static void put_names(struct qb *q, struct binds columns)
{
    for (size_t i = 0; i < columns.n; i++) {
        if (i > 0)
            qb_lit(q, SQL_OF(", "));
        qb_ident(q, str_of(columns.at[i].name));
    }
}

static void put_key(struct qb *q, struct binds key)
{
    for (size_t i = 0; i < key.n; i++) {
        qb_lit(q, i == 0 ? SQL_OF(" WHERE ") : SQL_OF(" AND "));
        qb_ident(q, str_of(key.at[i].name));
        if (key.at[i].type == P_NULL) {
            qb_lit(q, SQL_OF(" IS NULL"));
            continue;
        }
        qb_lit(q, SQL_OF(" = "));
        qb_value(q, key.at[i]);
    }
}

/* Alone, a row could be there without its history. */
static bool has_transaction(struct cx *cx, const struct change *change)
{
    return tx_is_open(cx)
        || broken(cx, "a change of %.*s outside a transaction", STR_ARG(change->table));
}

/* An update or delete must say which row, and whose. */
static bool has_key(struct cx *cx, const struct change *change)
{
    TRY(has_transaction(cx, change));
    return change->key.n > 0
        || broken(cx, "a change of %.*s without a key", STR_ARG(change->table));
}

static bool gone(struct cx *cx)
{
    return fail(cx, E_NOT_FOUND, "Not found", "Record not found");
}

/* ---- insert ---- */

static const struct sql LAST_ID_SQLITE = SQL("SELECT last_insert_rowid() AS id");
static const struct sql LAST_ID_POSTGRES = SQL("SELECT lastval() AS id");
struct given { int64_t id; };
static const struct col GIVEN_COLS[] = { COL(C_INT, given, id), { 0 } };

static bool read_given(struct cx *cx, int64_t *id)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct given given;
    TRY(db_query(cx, db_is_postgres(cx->db) ? LAST_ID_POSTGRES : LAST_ID_SQLITE, NO_BINDS, &rows));
    if (!rows_next(&rows, GIVEN_COLS, &given))
        return broken(cx, "the database gave no id");
    *id = given.id;
    return rows_done(&rows);
}

static bool note_insert(struct cx *cx, const struct change *change)
{
    struct cells cells = { arena_list(cx->mem, struct trail_cell, change->new_values.n + 1), 0 };
    struct str record_id = change->record_id;
    if (change->generated_id != NULL) {
        struct param id = p_int("id", 0);
        TRY(read_given(cx, &id.number));
        *change->generated_id = id.number;
        record_id = trail_render(cx->mem, &id);
        cells.at[cells.n++] = (struct trail_cell){ S("id"), NO_STR, record_id };
    }
    for (size_t i = 0; i < change->new_values.n; i++) {
        const struct param *value = &change->new_values.at[i];
        cells.at[cells.n++] = (struct trail_cell){
            str_of(value->name), NO_STR, trail_render(cx->mem, value) };
        if (record_id.p == NULL && strcmp(value->name, "id") == 0)
            record_id = cells.at[cells.n - 1].new_value;
    }
    return note(cx, "CREATE", change, record_id, &cells);
}

bool change_insert(struct cx *cx, const struct change *change)
{
    struct qb q;
    TRY(has_transaction(cx, change));
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("INSERT INTO "));
    qb_ident(&q, change->table);
    qb_lit(&q, SQL_OF(" ("));
    put_names(&q, change->new_values);
    qb_lit(&q, SQL_OF(") VALUES ("));
    for (size_t i = 0; i < change->new_values.n; i++) {
        if (i > 0)
            qb_lit(&q, SQL_OF(", "));
        qb_value(&q, change->new_values.at[i]);
    }
    qb_lit(&q, SQL_OF(")"));
    if (change->refusal == NULL) {
        TRY(qb_exec(&q, NULL));
    } else {
        TRY(qb_change(&q, change->refusal, NULL));
        if (change->refusal->kind != V_NONE)
            return true;
    }
    return note_insert(cx, change);
}

/* ---- what the row was ---- */

/* Times, and on SQLite truths, are integers to the database: only their columns' names tell. */
static bool is_truth(struct str column)
{
    return str_starts(column, S("is_")) || str_eq(column, S("email_verified"))
        || str_eq(column, S("email_sent"));
}

static bool is_time(struct str column)
{
    return str_ends(column, S("_at")) || str_eq(column, S("last_login"))
        || str_eq(column, S("tokens_valid_from"));
}

static struct str read_cell(struct arena *mem, const struct rows *rows, int column,
                            enum param_type type)
{
    struct param value = { .type = type };
    if (rows_null(rows, column))
        return NO_STR;
    if (type == P_BOOL)
        value.number = rows_bool(rows, column);
    else if (type == P_INT || type == P_TIME)
        value.number = rows_int(rows, column);
    else if (type == P_REAL)
        value.real = rows_real(rows, column);
    else
        value = p_text(NULL, str_copy(mem, rows_text(rows, column)));
    return trail_render(mem, &value);
}

static enum param_type type_of(const struct param *value)
{
    if (value->type != P_NULL)
        return value->type;
    return is_time(str_of(value->name)) ? P_TIME : P_TEXT;
}

/* The old texts of the columns of `like`, whose values tell their types; locks the row. */
static bool read_old(struct cx *cx, const struct change *change, struct binds like,
                     struct cells *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT "));
    put_names(&q, like);
    qb_lit(&q, SQL_OF(" FROM "));
    qb_ident(&q, change->table);
    put_key(&q, change->key);
    if (qb_is_postgres(&q))
        qb_lit(&q, SQL_OF(" FOR UPDATE"));
    TRY(qb_query(&q, &rows));
    if (!rows_step(&rows))
        return rows_done(&rows) && gone(cx);
    out->at = arena_list(cx->mem, struct trail_cell, like.n);
    out->n = like.n;
    for (size_t i = 0; i < like.n; i++) {
        out->at[i].column = str_of(like.at[i].name);
        out->at[i].old_value = read_cell(cx->mem, &rows, num_clip(i), type_of(&like.at[i]));
    }
    return true;
}

static bool given_old(struct cx *cx, const struct change *change, struct cells *out)
{
    struct binds new = change->new_values;
    out->at = arena_list(cx->mem, struct trail_cell, new.n);
    out->n = new.n;
    for (size_t i = 0; i < new.n; i++) {
        const struct param *old = find(change->old_values, new.at[i].name);
        if (old == NULL)
            return broken(cx, "no old value of %.*s.%s", STR_ARG(change->table), new.at[i].name);
        out->at[i] = (struct trail_cell){ .column = str_of(old->name),
                                          .old_value = trail_render(cx->mem, old) };
    }
    return true;
}

/* ---- update ---- */

/* Keeps the columns whose text differs; values[i] belongs to cells->at[i]. */
static void keep_changed(struct cx *cx, struct binds new, struct cells *cells, struct param *values)
{
    size_t n = 0;
    for (size_t i = 0; i < new.n; i++) {
        struct trail_cell cell = cells->at[i];
        cell.new_value = trail_render(cx->mem, &new.at[i]);
        if (str_eq(cell.old_value, cell.new_value))
            continue;
        values[n] = new.at[i];
        cells->at[n++] = cell;
    }
    cells->n = n;
}

static bool run_one(struct cx *cx, struct qb *q, const struct change *change)
{
    int64_t changed = 0;
    if (change->refusal == NULL)
        TRY(qb_exec(q, &changed));
    else
        TRY(qb_change(q, change->refusal, &changed));
    if (change->refusal != NULL && change->refusal->kind != V_NONE)
        return true;
    if (changed > 1)
        return broken(cx, "the key of %.*s is no key", STR_ARG(change->table));
    return changed == 1 || gone(cx);
}

bool change_update(struct cx *cx, const struct change *change)
{
    struct cells cells = { 0 };
    struct param *values = arena_list(cx->mem, struct param, change->new_values.n);
    struct qb q;
    TRY(has_key(cx, change));
    TRY(change->old_values.n > 0 ? given_old(cx, change, &cells)
                                 : read_old(cx, change, change->new_values, &cells));
    keep_changed(cx, change->new_values, &cells, values);
    if (cells.n == 0)
        return true;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("UPDATE "));
    qb_ident(&q, change->table);
    for (size_t i = 0; i < cells.n; i++) {
        qb_lit(&q, i == 0 ? SQL_OF(" SET ") : SQL_OF(", "));
        qb_ident(&q, cells.at[i].column);
        qb_lit(&q, SQL_OF(" = "));
        qb_value(&q, values[i]);
    }
    put_key(&q, change->key);
    TRY(run_one(cx, &q, change));
    if (change->refusal != NULL && change->refusal->kind != V_NONE)
        return true;
    return note(cx, "UPDATE", change, change->record_id, &cells);
}

/* ---- delete ---- */

static const struct sql COLUMNS_SQLITE = SQL(
    "SELECT name, type FROM pragma_table_info(:table) ORDER BY cid");
static const struct sql COLUMNS_POSTGRES = SQL(
    "SELECT column_name AS name, data_type AS type FROM information_schema.columns"
    " WHERE table_schema = current_schema() AND table_name = :table ORDER BY ordinal_position");
struct column { struct str name, type; };
static const struct col COLUMN_COLS[] = {
    COL(C_TEXT, column, name), COL(C_TEXT, column, type), { 0 },
};
enum { MOST_COLUMNS = 512 };

static enum param_type type_of_column(const struct cx *cx, const struct column *column)
{
    if (str_eq_nocase(column->type, S("boolean")) || is_truth(column->name))
        return P_BOOL;
    if (str_eq_nocase(column->type, str_of(db_word(cx->db, "@real"))))
        return P_REAL;
    return is_time(column->name) ? P_TIME : P_TEXT;
}

/* Every column of the table, with a type and no value. */
static bool read_columns(struct cx *cx, struct str table, struct binds *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct column column;
    struct param *list = arena_list(cx->mem, struct param, MOST_COLUMNS);
    size_t n = 0;
    TRY(db_query(cx, db_is_postgres(cx->db) ? COLUMNS_POSTGRES : COLUMNS_SQLITE,
                 BIND(p_text("table", table)), &rows));
    while (n < MOST_COLUMNS && rows_next(&rows, COLUMN_COLS, &column))
        list[n++] = (struct param){ .name = str_c(cx->mem, column.name),
                                    .type = type_of_column(cx, &column) };
    TRY(rows_done(&rows));
    *out = (struct binds){ list, n };
    return n > 0 || broken(cx, "there is no table %.*s", STR_ARG(table));
}

bool change_delete(struct cx *cx, const struct change *change)
{
    struct cells cells = { 0 };
    struct change all = *change;
    struct qb q;
    TRY(has_key(cx, change));
    if (change->old_values.n > 0) {
        all.new_values = change->old_values;
        TRY(given_old(cx, &all, &cells));
    } else {
        TRY(read_columns(cx, change->table, &all.new_values));
        TRY(read_old(cx, change, all.new_values, &cells));
    }
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("DELETE FROM "));
    qb_ident(&q, change->table);
    put_key(&q, change->key);
    TRY(run_one(cx, &q, change));
    if (change->refusal != NULL && change->refusal->kind != V_NONE)
        return true;
    return note(cx, "DELETE", change, change->record_id, &cells);
}

/* ---- counters ---- */

bool change_touch(struct cx *cx, struct str account_id, struct str table)
{
    return trail_note(cx, &(struct trail_entry){ .operation = "DELETE", .account_id = account_id,
                                                 .table = table });
}

static const struct sql COUNT_OF = SQL(
    "SELECT changes FROM change_counts WHERE account_id = :account AND table_name = :table");
struct counted { int64_t changes; };
static const struct col COUNTED_COLS[] = { COL(C_INT, counted, changes), { 0 } };

bool change_count(struct cx *cx, struct str account_id, struct str table, int64_t *count)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct counted row = { 0 };
    TRY(db_query(cx, COUNT_OF, BIND(p_text("account", account_id), p_text("table", table)), &rows));
    *count = rows_next(&rows, COUNTED_COLS, &row) ? row.changes : 0;
    return rows_done(&rows);
}
