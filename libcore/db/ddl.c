/* ddl.c — creates and changes the tables of collections, alike on both engines. */
#include "db/ddl.h"

#include "db/ddlfulltext.h"
#include "db/ddltext.h"
#include "db/driver.h"
#include "db/sqlite.h"
#include "db/stmt.h"
#include "db/words.h"

/* Schema changes run as the owner of the tables; the role that serves comes back after them. */
static bool run(struct cx *cx, const struct buf *text)
{
    if (cx->db->depth == 0)
        return broken(cx, "a schema change outside a transaction");
    if (text->over)
        return broken(cx, "a schema change that is too long");
    return cx->db->driver->own(cx, true) && db_script(cx, buf_text(text))
        && cx->db->driver->own(cx, false);
}

static bool names_are_plain(struct cx *cx, struct str table, const struct ddl_column *cols,
                            size_t n)
{
    if (!words_is_name(table))
        return broken(cx, "no name for a table: %.*s", STR_ARG(table));
    for (size_t i = 0; i < n; i++)
        if (!words_is_name(cols[i].name) || db_word(cx->db, cols[i].word) == NULL
            || (cols[i].on_delete != DDL_NO_REFERENCE && !words_is_name(cols[i].target_table)))
            return broken(cx, "no column: %.*s", STR_ARG(cols[i].name));
    return true;
}

bool ddl_create_table(struct cx *cx, struct str table, const struct ddl_column *cols, size_t n)
{
    struct buf b;
    TRY(names_are_plain(cx, table, cols, n));
    ddltext_begin(&b, cx);
    ddltext_table(&b, cx->db->driver, table, cols, n);
    for (size_t i = 0; i < n; i++)
        ddltext_indexes(&b, cx->db->driver, table, &cols[i]);
    buf_str(&b, words_row_security(cx->mem, cx->db->driver, table));
    buf_str(&b, words_guest_grant(cx->mem, cx->db->driver, table));
    return run(cx, &b);
}

/*
 * SQLite cannot add a composite foreign key to a table, nor change one. Neither touches how rows
 * are stored, so the text of the table is replaced in the schema itself, as SQLite's documentation
 * of ALTER TABLE describes; the transaction holds it together with what the caller notes about it.
 */
static bool replace_text(struct cx *cx, struct str table, struct str text)
{
    static const struct sql TEXT_REPLACE = SQL(
        "UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = :table");
    static const struct sql SCHEMA_VERSION = SQL(
        "SELECT schema_version + 1 FROM pragma_schema_version");
    struct rows rows SCOPED(rows_close) = { 0 };
    struct buf b;
    int64_t changed = 0;
    TRY(db_query(cx, SCHEMA_VERSION, NO_BINDS, &rows));
    int64_t version = rows_step(&rows) ? rows_int(&rows, 0) : 0;
    TRY(rows_done(&rows));
    buf_init(&b, cx->mem, 100);
    buf_fmt(&b, "PRAGMA schema_version = %lld", (long long)version);
    TRY(sqlite_open_schema(cx));
    bool well = db_exec(cx, TEXT_REPLACE, BIND(p_text("sql", text), p_text("table", table)),
                        &changed)
             && db_script(cx, buf_text(&b));
    TRY(sqlite_close_schema(cx) && well);
    return changed == 1 || broken(cx, "no table %.*s in the schema", STR_ARG(table));
}

static bool table_text(struct cx *cx, struct str table, struct str *text)
{
    static const struct sql TABLE_TEXT = SQL(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = :table");
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, TABLE_TEXT, BIND(p_text("table", table)), &rows));
    *text = rows_step(&rows) ? str_copy(cx->mem, rows_text(&rows, 0)) : NO_STR;
    TRY(rows_done(&rows));
    return !str_absent(*text) || broken(cx, "no table %.*s", STR_ARG(table));
}

/* The schema as SQLite reads it now must know the key. */
static bool key_stands(struct cx *cx, struct str table, const struct ddl_column *col)
{
    static const struct sql KEY_STANDS = SQL(
        "SELECT count(*) FROM pragma_foreign_key_list(:table) k"
        " WHERE k.\"from\" = :column AND k.\"table\" = :target AND k.on_delete = :action");
    static const struct sql KEY_BROKEN = SQL(
        "SELECT count(*) FROM pragma_foreign_key_check(:table)");
    struct rows rows SCOPED(rows_close) = { 0 }, check SCOPED(rows_close) = { 0 };
    struct str action = col->on_delete == DDL_CASCADE ? S("CASCADE") : S("NO ACTION");
    TRY(db_query(cx, KEY_STANDS, BIND(p_text("table", table), p_text("column", col->name),
        p_text("target", col->target_table), p_text("action", action)), &rows));
    bool stands = rows_step(&rows) && rows_int(&rows, 0) == 1;
    TRY(rows_done(&rows));
    if (!stands)
        return broken(cx, "the foreign key of %.*s was not understood", STR_ARG(col->name));
    if (col->otherwise.type == P_NULL)
        return true;                        /* rows have NULL there: nothing to look up           */
    TRY(db_query(cx, KEY_BROKEN, BIND(p_text("table", table)), &check));
    bool holds = rows_step(&check) && rows_int(&check, 0) == 0;
    TRY(rows_done(&check));
    return holds || broken(cx, "the default of %.*s refers to nothing", STR_ARG(col->name));
}

static bool add_key(struct cx *cx, struct str table, const struct ddl_column *col)
{
    struct str text, changed;
    TRY(table_text(cx, table, &text));
    if (!ddltext_with_key(cx->mem, cx->db->driver, text, table, col, &changed))
        return broken(cx, "an unexpected schema of %.*s: %s", STR_ARG(table), text.p);
    return replace_text(cx, table, changed) && key_stands(cx, table, col);
}

bool ddl_add_column(struct cx *cx, struct str table, const struct ddl_column *col)
{
    const struct db_driver *driver = cx->db->driver;
    bool refers = col->on_delete != DDL_NO_REFERENCE;
    struct buf b;
    TRY(names_are_plain(cx, table, col, 1));
    ddltext_begin(&b, cx);
    ddltext_add(&b, driver, table, col);
    TRY(run(cx, &b));
    if (refers && !driver->is_postgres)
        TRY(add_key(cx, table, col));
    buf_cut(&b, 0);
    ddltext_indexes(&b, driver, table, col);
    return b.n == 0 || run(cx, &b);
}

bool ddl_add_reference(struct cx *cx, struct str table, const struct ddl_column *col)
{
    const struct db_driver *driver = cx->db->driver;
    struct ddl_column key = *col;
    struct buf b;
    TRY(names_are_plain(cx, table, col, 1));
    ddltext_begin(&b, cx);
    if (driver->is_postgres)
        ddltext_add_key(&b, driver, table, col);
    else
        TRY(add_key(cx, table, col));
    key.unique = false;                     /* has its index already                              */
    ddltext_indexes(&b, driver, table, &key);
    return run(cx, &b);
}

bool ddl_set_unique(struct cx *cx, struct str table, struct str column, bool unique,
                    struct refusal *refusal)
{
    struct ddl_column col = { .name = column, .word = "@text", .unique = true };
    struct buf b;
    struct stmt *stmt;
    TRY(names_are_plain(cx, table, &col, 1));
    *refusal = (struct refusal){ .kind = V_NONE };
    ddltext_begin(&b, cx);
    if (!unique) {
        ddltext_drop_index(&b, cx->db->driver, table, column);
        return run(cx, &b);
    }
    if (cx->db->depth == 0)
        return broken(cx, "a schema change outside a transaction");
    ddltext_indexes(&b, cx->db->driver, table, &col);
    b.n -= 2;                               /* one statement: without the semicolon               */
    TRY(cx->db->driver->own(cx, true) && stmt_once(cx, buf_text(&b), &stmt));
    TRY(db_apply(cx, stmt, NULL, refusal, NULL));
    return refusal->kind != V_NONE || cx->db->driver->own(cx, false);
}

bool ddl_set_on_delete(struct cx *cx, struct str table, const struct ddl_column *cols, size_t n,
                       struct str column)
{
    const struct ddl_column *col = NULL;
    struct buf b;
    struct str text, changed;
    TRY(names_are_plain(cx, table, cols, n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(cols[i].name, column) && cols[i].on_delete != DDL_NO_REFERENCE)
            col = &cols[i];
    if (col == NULL)
        return broken(cx, "%.*s is no reference", STR_ARG(column));
    if (cx->db->driver->is_postgres) {
        ddltext_begin(&b, cx);
        ddltext_rekey(&b, cx->db->driver, table, col);
        return run(cx, &b);
    }
    if (cx->db->depth == 0)
        return broken(cx, "a schema change outside a transaction");
    TRY(table_text(cx, table, &text));
    if (!ddltext_with_action(cx->mem, text, table, col, &changed))
        return broken(cx, "an unexpected schema of %.*s: %s", STR_ARG(table), text.p);
    return replace_text(cx, table, changed) && key_stands(cx, table, col);
}

static bool keys_are_plain(struct cx *cx, struct str table, const struct ddl_key *keys, size_t n)
{
    TRY(names_are_plain(cx, table, NULL, 0));
    for (size_t i = 0; i < n; i++)
        if (!words_is_name(keys[i].column))
            return broken(cx, "no column: %.*s", STR_ARG(keys[i].column));
    return n > 0 || broken(cx, "an index on nothing");
}

bool ddl_create_index(struct cx *cx, struct str table, const struct ddl_key *keys, size_t n)
{
    struct buf b;
    TRY(keys_are_plain(cx, table, keys, n));
    ddltext_begin(&b, cx);
    ddltext_declared(&b, cx->db->driver, table, keys, n);
    return run(cx, &b);
}

bool ddl_drop_index(struct cx *cx, struct str table, const struct ddl_key *keys, size_t n)
{
    struct buf b;
    TRY(keys_are_plain(cx, table, keys, n));
    ddltext_begin(&b, cx);
    ddltext_drop_declared(&b, cx->db->driver, table, keys, n);
    return run(cx, &b);
}

bool ddl_create_link(struct cx *cx, const struct ddl_link *link)
{
    struct buf b;
    TRY(names_are_plain(cx, link->name, NULL, 0) && names_are_plain(cx, link->table, NULL, 0)
        && names_are_plain(cx, link->target, NULL, 0));
    ddltext_begin(&b, cx);
    ddltext_link(&b, cx->db->driver, link);
    buf_str(&b, words_row_security(cx->mem, cx->db->driver, link->name));
    return run(cx, &b);
}

bool ddl_assume(struct cx *cx, struct str table)
{
    struct buf b;
    TRY(names_are_plain(cx, table, NULL, 0));
    if (cx->db->driver->is_postgres)
        return true;
    ddltext_begin(&b, cx);
    ddltext_assumed(&b, table);
    return run(cx, &b);
}

static bool lock_table(struct cx *cx, struct str table, const char *mode)
{
    struct buf b;
    TRY(names_are_plain(cx, table, NULL, 0));
    if (!cx->db->driver->is_postgres)
        return true;
    ddltext_begin(&b, cx);
    buf_str(&b, S("LOCK TABLE "));
    words_name(&b, cx->db->driver, table);
    buf_fmt(&b, " IN %s MODE", mode);
    return run(cx, &b);
}

bool ddl_hold_table(struct cx *cx, struct str table)
{
    return lock_table(cx, table, "SHARE ROW EXCLUSIVE");
}

bool ddl_close_table(struct cx *cx, struct str table)
{
    return lock_table(cx, table, "ACCESS EXCLUSIVE");
}

bool ddl_drop_table(struct cx *cx, struct str table)
{
    struct buf b;
    TRY(names_are_plain(cx, table, NULL, 0));
    ddltext_begin(&b, cx);
    buf_str(&b, S("DROP TABLE "));
    words_name(&b, cx->db->driver, table);
    return run(cx, &b);
}

bool ddl_create_fulltext(struct cx *cx, struct str words, struct str table, unsigned n_fields)
{
    struct buf b;
    TRY(names_are_plain(cx, words, NULL, 0) && names_are_plain(cx, table, NULL, 0));
    ddltext_begin(&b, cx);
    ddlfulltext_create(&b, cx, words, table, n_fields);
    return run(cx, &b);
}

bool ddl_finish_fulltext(struct cx *cx, struct str words, struct str table)
{
    struct buf b;
    TRY(names_are_plain(cx, words, NULL, 0) && names_are_plain(cx, table, NULL, 0));
    ddltext_begin(&b, cx);
    ddlfulltext_finish(&b, cx, words, table);
    return b.n == 0 || run(cx, &b);
}

bool ddl_drop_fulltext(struct cx *cx, struct str words)
{
    struct buf b;
    TRY(names_are_plain(cx, words, NULL, 0));
    ddltext_begin(&b, cx);
    ddlfulltext_drop(&b, cx, words);
    return run(cx, &b);
}
