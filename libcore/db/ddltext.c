/* ddltext.c — spells tables, keys and indexes for an engine. */
#include "db/ddltext.h"

#include <math.h>

#include "db/driver.h"
#include "db/words.h"

#define LONGEST_TEXT (1u << 20)
#define TABLE_END ") WITHOUT ROWID"

void ddltext_begin(struct buf *b, struct cx *cx)
{
    buf_init(b, cx->mem, LONGEST_TEXT);
}

static void type(struct buf *b, const struct db_driver *driver, const char *word)
{
    buf_str(b, str_of(words_find(driver, str_of(word))));
}

/* "table.column.kind" or "table.kind". */
static void dotted(struct buf *b, const struct db_driver *driver, struct str table,
                   struct str column, const char *kind)
{
    struct str name = str_fmt(b->mem, "%.*s%s%.*s%s%s", STR_ARG(table), column.n > 0 ? "." : "",
                              STR_ARG(column), kind[0] != '\0' ? "." : "", kind);
    words_name(b, driver, name);
}

/* A text in single quotes: schema texts take no bound values. */
static void quoted(struct buf *b, struct str s)
{
    buf_c(b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\'')
            buf_c(b, '\'');
        if (s.p[i] == '\0')
            b->over = true;                 /* no text may hold it: the change is refused         */
        buf_c(b, s.p[i]);
    }
    buf_c(b, '\'');
}

static void otherwise(struct buf *b, const struct db_driver *driver, const struct param *value)
{
    switch (value->type) {
    case P_TEXT:
        if (value->text.p != NULL) {
            buf_str(b, S(" DEFAULT "));
            quoted(b, value->text);
        }
        break;
    case P_INT:
    case P_TIME:
        buf_str(b, S(" DEFAULT "));
        buf_int(b, value->number);
        break;
    case P_BOOL:
        buf_fmt(b, " DEFAULT %s", !driver->is_postgres ? value->number != 0 ? "1" : "0"
                                  : value->number != 0 ? "TRUE" : "FALSE");
        break;
    case P_REAL:
        if (isfinite(value->real))
            buf_fmt(b, " DEFAULT %.17g", value->real);
        else
            b->over = true;
        break;
    case P_BLOB:
        b->over = true;
        break;
    case P_NULL:
        break;
    }
}

static void column(struct buf *b, const struct db_driver *driver, const struct ddl_column *col)
{
    words_name(b, driver, col->name);
    buf_c(b, ' ');
    type(b, driver, col->word);
    if (col->required)
        buf_str(b, S(" NOT NULL"));
    otherwise(b, driver, &col->otherwise);
}

/*
 * RESTRICT and SET NULL are NO ACTION here: checked when the statement ends. The records room has
 * nulled or refused before, so that the history knows of it.
 */
static struct str action(const struct ddl_column *col)
{
    return col->on_delete == DDL_CASCADE ? S(" ON DELETE CASCADE") : S(" ON DELETE NO ACTION");
}

static void key(struct buf *b, const struct db_driver *driver, struct str table,
                const struct ddl_column *col)
{
    buf_str(b, S("CONSTRAINT "));
    dotted(b, driver, table, col->name, "");
    buf_str(b, S(" FOREIGN KEY (\"account_id\", "));
    words_name(b, driver, col->name);
    buf_str(b, S(") REFERENCES "));
    words_name(b, driver, col->target_table);
    buf_str(b, S(" (\"account_id\", \"id\")"));
    buf_str(b, action(col));
}

static void index_on(struct buf *b, const struct db_driver *driver, struct str table,
                     struct str name, const char *kind, const char *columns)
{
    buf_str(b, S("CREATE INDEX "));
    dotted(b, driver, table, name, kind);
    buf_str(b, S(" ON "));
    words_name(b, driver, table);
    buf_fmt(b, " (%s);\n", columns);
}

void ddltext_table(struct buf *b, const struct db_driver *driver, struct str table,
                   const struct ddl_column *cols, size_t n)
{
    static const struct ddl_column OURS[] = {
        { .name = S_INIT("id"), .word = "@id", .required = true },
        { .name = S_INIT("account_id"), .word = "@id", .required = true },
        { .name = S_INIT("created_at"), .word = "@time", .required = true },
        { .name = S_INIT("created_by"), .word = "@text", .required = true },
        { .name = S_INIT("updated_at"), .word = "@time", .required = true },
        { .name = S_INIT("updated_by"), .word = "@text", .required = true },
    };
    buf_str(b, S("CREATE TABLE "));
    words_name(b, driver, table);
    buf_str(b, S(" (\n    "));
    for (size_t i = 0; i < COUNT(OURS) + n; i++) {
        column(b, driver, i < COUNT(OURS) ? &OURS[i] : &cols[i - COUNT(OURS)]);
        buf_str(b, S(",\n    "));
    }
    buf_str(b, S("PRIMARY KEY (\"account_id\", \"id\"),\n    CONSTRAINT "));
    dotted(b, driver, table, NO_STR, "account");
    buf_str(b, S(" FOREIGN KEY (\"account_id\") REFERENCES accounts (id) ON DELETE CASCADE"));
    for (size_t i = 0; i < n; i++)
        if (cols[i].on_delete != DDL_NO_REFERENCE) {
            buf_str(b, S(",\n    "));
            key(b, driver, table, &cols[i]);
        }
    buf_str(b, driver->is_postgres ? S(");\n") : S(TABLE_END ";\n"));
    index_on(b, driver, table, NO_STR, "id", "\"id\"");
    index_on(b, driver, table, NO_STR, "newest",
             "\"account_id\", \"created_at\" DESC, \"id\" DESC");
}

void ddltext_indexes(struct buf *b, const struct db_driver *driver, struct str table,
                     const struct ddl_column *col)
{
    struct buf columns;
    buf_init(&columns, b->mem, 400);
    buf_str(&columns, S("\"account_id\", "));
    words_name(&columns, driver, col->name);
    buf_c(&columns, '\0');
    if (col->on_delete != DDL_NO_REFERENCE)
        index_on(b, driver, table, col->name, "reference", columns.p);
    if (!col->unique)
        return;
    buf_str(b, S("CREATE UNIQUE INDEX "));
    dotted(b, driver, table, col->name, "unique");
    buf_str(b, S(" ON "));
    words_name(b, driver, table);
    buf_fmt(b, " (%s);\n", columns.p);
}

void ddltext_add(struct buf *b, const struct db_driver *driver, struct str table,
                 const struct ddl_column *col)
{
    buf_str(b, S("ALTER TABLE "));
    words_name(b, driver, table);
    buf_str(b, S(" ADD COLUMN "));
    column(b, driver, col);
    if (col->on_delete != DDL_NO_REFERENCE && driver->is_postgres) {
        buf_str(b, S(", ADD "));
        key(b, driver, table, col);
    }
    buf_str(b, S(";\n"));
}

void ddltext_add_key(struct buf *b, const struct db_driver *driver, struct str table,
                     const struct ddl_column *col)
{
    buf_str(b, S("ALTER TABLE "));
    words_name(b, driver, table);
    buf_str(b, S(" ADD "));
    key(b, driver, table, col);
    buf_str(b, S(";\n"));
}

void ddltext_rekey(struct buf *b, const struct db_driver *driver, struct str table,
                   const struct ddl_column *col)
{
    buf_str(b, S("ALTER TABLE "));
    words_name(b, driver, table);
    buf_str(b, S(" DROP CONSTRAINT "));
    dotted(b, driver, table, col->name, "");
    buf_str(b, S(", ADD "));
    key(b, driver, table, col);
    buf_str(b, S(";\n"));
}

static void pair_key(struct buf *b, const struct db_driver *driver, struct str link,
                     const char *name, struct str table, const char *on_delete)
{
    buf_str(b, S(",\n    CONSTRAINT "));
    dotted(b, driver, link, NO_STR, name);
    buf_fmt(b, " FOREIGN KEY (\"account_id\", \"%s_id\") REFERENCES ", name);
    words_name(b, driver, table);
    buf_fmt(b, " (\"account_id\", \"id\") ON DELETE %s", on_delete);
}

/*
 * The account has a key of its own: when it goes, PostgreSQL takes its pairs as soon as its
 * records, and before it looks whether a pair still names one of them.
 */
void ddltext_link(struct buf *b, const struct db_driver *driver, const struct ddl_link *link)
{
    static const char *const COLUMNS[] = { "account_id", "record_id", "target_id" };
    buf_str(b, S("CREATE TABLE "));
    words_name(b, driver, link->name);
    buf_str(b, S(" (\n    "));
    for (size_t i = 0; i < COUNT(COLUMNS); i++) {
        buf_fmt(b, "\"%s\" ", COLUMNS[i]);
        type(b, driver, "@id");
        buf_str(b, S(" NOT NULL,\n    "));
    }
    buf_str(b, S("PRIMARY KEY (\"account_id\", \"record_id\", \"target_id\"),\n"
                 "    CONSTRAINT "));
    dotted(b, driver, link->name, NO_STR, "account");
    buf_str(b, S(" FOREIGN KEY (\"account_id\") REFERENCES accounts (id) ON DELETE CASCADE"));
    pair_key(b, driver, link->name, "record", link->table, "CASCADE");
    pair_key(b, driver, link->name, "target", link->target, "NO ACTION");
    buf_str(b, driver->is_postgres ? S(");\n") : S(TABLE_END ";\n"));
    index_on(b, driver, link->name, NO_STR, "target",
             "\"account_id\", \"target_id\", \"record_id\"");
}

void ddltext_drop_index(struct buf *b, const struct db_driver *driver, struct str table,
                        struct str column)
{
    buf_str(b, S("DROP INDEX IF EXISTS "));
    dotted(b, driver, table, column, "unique");
    buf_str(b, S(";\n"));
}

static void declared_name(struct buf *b, const struct db_driver *driver, struct str table,
                          const struct ddl_key *keys, size_t n)
{
    struct buf name;
    buf_init(&name, b->mem, 1000);
    buf_str(&name, table);
    for (size_t i = 0; i < n; i++)
        buf_fmt(&name, ".%c%.*s", keys[i].descending ? '-' : '+', STR_ARG(keys[i].column));
    b->over |= name.over;
    words_name(b, driver, buf_text(&name));
}

/* NULLs stand as in the ORDER BY of lists, which says so for columns that may have them. */
void ddltext_declared(struct buf *b, const struct db_driver *driver, struct str table,
                      const struct ddl_key *keys, size_t n)
{
    bool has_id = false;
    buf_str(b, S("CREATE INDEX "));
    declared_name(b, driver, table, keys, n);
    buf_str(b, S(" ON "));
    words_name(b, driver, table);
    buf_str(b, S(" (\"account_id\""));
    for (size_t i = 0; i < n; i++) {
        buf_str(b, S(", "));
        has_id = has_id || str_eq(keys[i].column, S("id"));
        words_name(b, driver, keys[i].column);
        buf_str(b, keys[i].descending ? S(" DESC") : S(""));
        if (keys[i].nullable && driver->is_postgres)
            buf_str(b, keys[i].descending ? S(" NULLS LAST") : S(" NULLS FIRST"));
    }
    if (!has_id)
        buf_fmt(b, ", \"id\"%s", keys[n - 1].descending ? " DESC" : "");
    buf_str(b, S(");\n"));
}

void ddltext_drop_declared(struct buf *b, const struct db_driver *driver, struct str table,
                           const struct ddl_key *keys, size_t n)
{
    buf_str(b, S("DROP INDEX "));
    declared_name(b, driver, table, keys, n);
    buf_str(b, S(";\n"));
}

/*
 * What sqlite_stat1 says instead of ANALYZE: a million rows, of which an account has 10,000, each
 * value more a tenth of those; an id or a unique key one. Measured, an empty table says nothing,
 * and one tenant's rows too much about the others'.
 */
void ddltext_assumed(struct buf *b, struct str table)
{
    buf_str(b, S("ANALYZE sqlite_schema;\nDELETE FROM sqlite_stat1 WHERE tbl = "));
    quoted(b, table);
    buf_str(b, S(";\nINSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT "));
    quoted(b, table);
    buf_str(b, S(", CASE l.origin WHEN 'pk' THEN "));
    quoted(b, table);
    buf_str(b, S(" ELSE l.name END, '1000000 ' || (SELECT group_concat("
                 "CASE WHEN k.name = 'id' OR (l.\"unique\" AND k.seqno > 0) THEN 1"
                 " ELSE substr('10000', 1, 5 - min(k.seqno, 4)) END, ' ')"
                 " FROM (SELECT seqno, name FROM pragma_index_info(l.name) ORDER BY seqno) k)"
                 " FROM pragma_index_list("));
    quoted(b, table);
    buf_str(b, S(") l;\nANALYZE sqlite_schema;\n"));
}

bool ddltext_with_key(struct arena *mem, const struct db_driver *driver, struct str text,
                      struct str table, const struct ddl_column *col, struct str *out)
{
    struct buf b;
    if (!str_ends(text, S(TABLE_END)))
        return false;
    buf_init(&b, mem, LONGEST_TEXT);
    buf_put(&b, text.p, text.n - (sizeof TABLE_END - 1));
    buf_str(&b, S(",\n    "));
    key(&b, driver, table, col);
    buf_str(&b, S(TABLE_END));
    *out = buf_text(&b);
    return !b.over;
}

/* Keys stand after all columns, so the last mention of the name is no DEFAULT's text. */
bool ddltext_with_action(struct arena *mem, struct str text, struct str table,
                         const struct ddl_column *col, struct str *out)
{
    struct str name = str_fmt(mem, "CONSTRAINT \"%.*s.%.*s\" FOREIGN KEY", STR_ARG(table),
                              STR_ARG(col->name)), rest = NO_STR;
    for (size_t i = text.n; i > 0 && str_absent(rest); i--)
        if (str_starts(str_sub(text, i - 1, text.n), name))
            rest = str_sub(text, i - 1, text.n);
    size_t from = 0;
    while (from < rest.n && !str_starts(str_sub(rest, from, rest.n), S(" ON DELETE ")))
        from++;
    if (str_absent(rest) || from == rest.n)
        return false;
    struct str old = str_sub(rest, from, rest.n), cascade = S(" ON DELETE CASCADE");
    size_t old_n = str_starts(old, cascade) ? cascade.n : S(" ON DELETE NO ACTION").n;
    struct buf b;
    buf_init(&b, mem, LONGEST_TEXT);
    buf_put(&b, text.p, text.n - rest.n + from);
    buf_str(&b, action(col));
    buf_str(&b, str_sub(old, old_n, old.n));
    *out = buf_text(&b);
    return !b.over;
}
