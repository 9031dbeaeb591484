/* ddlfulltext.c — spells the tables of words for an engine. */
#include "db/ddlfulltext.h"

#include "db/ddltext.h"
#include "db/driver.h"
#include "db/fulltext.h"
#include "db/words.h"

struct str ddlfulltext_table(struct arena *mem, struct str words)
{
    return str_fmt(mem, "fts_%.*s", STR_ARG(words));
}

/* FTS5 makes tables of this name and _data, _idx, _config: no other name may end in x. */
struct str ddlfulltext_index(struct arena *mem, struct str words)
{
    return str_fmt(mem, "ftx_%.*s_x", STR_ARG(words));
}

struct str ddlfulltext_column(const struct cx *cx, unsigned field)
{
    static const struct str NAMES[FULLTEXT_FIELDS] = {
        S_INIT("c0"), S_INIT("c1"), S_INIT("c2"), S_INIT("c3"),
        S_INIT("c4"), S_INIT("c5"), S_INIT("c6"), S_INIT("c7"),
    };
    return db_is_postgres(cx->db) ? S("words") : NAMES[field];
}

/* --- both ------------------------------------------------------------------------------------- */

static void type(struct buf *b, const struct cx *cx, const char *word)
{
    buf_str(b, str_of(words_find(cx->db->driver, str_of(word))));
}

static void name(struct buf *b, const struct cx *cx, struct str text)
{
    words_name(b, cx->db->driver, text);
}

static void dotted(struct buf *b, const struct cx *cx, struct str table, const char *what)
{
    name(b, cx, str_fmt(b->mem, "%.*s.%s", STR_ARG(table), what));
}

static void begin_table(struct buf *b, const struct cx *cx, struct str own, const char *key)
{
    buf_str(b, S("CREATE TABLE "));
    name(b, cx, own);
    buf_fmt(b, " (%s\n    \"account_id\" ", key);
    type(b, cx, "@id");
    buf_str(b, S(" NOT NULL,\n    \"record_id\" "));
    type(b, cx, "@id");
    buf_str(b, S(" NOT NULL,\n    \"created_at\" "));
    type(b, cx, "@time");
    buf_str(b, S(" NOT NULL"));
}

/* The record comes first in the key, so that PostgreSQL has no index to read all of an account with
 * instead of asking for its words. */
static void put_key(struct buf *b, const char *kind)
{
    buf_fmt(b, ",\n    %s (\"record_id\", \"account_id\")", kind);
}

static void put_reference(struct buf *b, const struct cx *cx, struct str own, struct str table)
{
    buf_str(b, S("CONSTRAINT "));
    dotted(b, cx, own, "record");
    buf_str(b, S(" FOREIGN KEY (\"account_id\", \"record_id\") REFERENCES "));
    name(b, cx, table);
    buf_str(b, S(" (\"account_id\", \"id\") ON DELETE CASCADE"));
}

/* --- SQLite ----------------------------------------------------------------------------------- */

static void columns(struct buf *b, const char *before, unsigned n_fields, const char *after)
{
    for (unsigned i = 0; i < n_fields; i++)
        buf_fmt(b, ", %sc%u%s", before, i, after);
}

static void put_old(struct buf *b, const struct cx *cx, struct str index, unsigned n_fields)
{
    buf_str(b, S("    INSERT INTO "));
    name(b, cx, index);
    buf_c(b, '(');
    name(b, cx, index);
    buf_str(b, S(", rowid"));
    columns(b, "", n_fields, "");
    buf_str(b, S(") VALUES ('delete', old.n"));
    columns(b, "old.", n_fields, "");
    buf_str(b, S(");\n"));
}

static void put_new(struct buf *b, const struct cx *cx, struct str index, unsigned n_fields)
{
    buf_str(b, S("    INSERT INTO "));
    name(b, cx, index);
    buf_str(b, S("(rowid"));
    columns(b, "", n_fields, "");
    buf_str(b, S(") VALUES (new.n"));
    columns(b, "new.", n_fields, "");
    buf_str(b, S(");\n"));
}

static void triggers(struct buf *b, const struct cx *cx, struct str own, struct str index,
                     unsigned n_fields)
{
    static const struct { const char *name, *when; bool old, new; } TRIGGERS[] = {
        { "insert", "INSERT", false, true },
        { "update", "UPDATE", true, true },
        { "delete", "DELETE", true, false },
    };
    for (size_t i = 0; i < COUNT(TRIGGERS); i++) {
        buf_str(b, S("CREATE TRIGGER "));
        dotted(b, cx, own, TRIGGERS[i].name);
        buf_fmt(b, " AFTER %s ON ", TRIGGERS[i].when);
        name(b, cx, own);
        buf_str(b, S(" BEGIN\n"));
        if (TRIGGERS[i].old)
            put_old(b, cx, index, n_fields);
        if (TRIGGERS[i].new)
            put_new(b, cx, index, n_fields);
        buf_str(b, S("END;\n"));
    }
}

/* The texts stand in a table of ours, whose rows go with those of the collection: the triggers of
 * cascades keep FTS5 in step, and its rowids are a column, which VACUUM leaves alone. */
static void create_sqlite(struct buf *b, const struct cx *cx, struct str words, struct str table,
                          unsigned n_fields)
{
    struct str own = ddlfulltext_table(b->mem, words), index = ddlfulltext_index(b->mem, words);
    begin_table(b, cx, own, "\n    \"n\" INTEGER PRIMARY KEY,");
    columns(b, "\n    \"", n_fields, "\" TEXT NOT NULL");
    put_key(b, "UNIQUE");
    buf_str(b, S(",\n    "));
    put_reference(b, cx, own, table);
    buf_str(b, S(");\nCREATE VIRTUAL TABLE "));
    name(b, cx, index);
    buf_fmt(b, " USING fts5 (content='%.*s', content_rowid='n', columnsize=0, tokenize='ascii'",
            STR_ARG(own));
    columns(b, "", n_fields, "");
    buf_str(b, S(");\n"));
    triggers(b, cx, own, index, n_fields);
}

/* --- PostgreSQL ------------------------------------------------------------------------------- */

/*
 * @@ is not leakproof: under a policy that names the tenant its index would never be asked, and
 * every search would read all words of the account. So reading is free here and only writing is
 * the tenant's: what a search finds is joined with the collection's table, whose policy stands.
 */
static void secure(struct buf *b, const struct cx *cx, struct str own)
{
    static const char *const LOCK[] = { " ENABLE", " FORCE" };
    for (size_t i = 0; i < COUNT(LOCK); i++) {
        buf_str(b, S("ALTER TABLE "));
        name(b, cx, own);
        buf_fmt(b, "%s ROW LEVEL SECURITY;\n", LOCK[i]);
    }
    buf_str(b, S("CREATE POLICY reading ON "));
    name(b, cx, own);
    buf_str(b, S(" FOR SELECT USING (true);\nCREATE POLICY tenant ON "));
    name(b, cx, own);
    buf_str(b, S(" USING (account_id = (SELECT current_setting('larder.account', true))"
                 " OR (SELECT current_setting('larder.account', true)) = '*');\n"));
}

static void create_postgres(struct buf *b, const struct cx *cx, struct str words)
{
    struct str own = ddlfulltext_table(b->mem, words);
    begin_table(b, cx, own, "");
    buf_str(b, S(",\n    \"words\" tsvector NOT NULL"));
    put_key(b, "PRIMARY KEY");
    buf_str(b, S(");\n"));
    secure(b, cx, own);
}

/*
 * The reference comes after the rows: each of them would lock its record, and meet a writer who has
 * locked it and waits for the table. What is pending in an index of this kind is read by every
 * search, whosever it is: none is.
 */
void ddlfulltext_finish(struct buf *b, struct cx *cx, struct str words, struct str table)
{
    struct str own = ddlfulltext_table(b->mem, words);
    if (!db_is_postgres(cx->db))
        return;
    buf_str(b, S("ALTER TABLE "));
    name(b, cx, own);
    buf_str(b, S(" ADD "));
    put_reference(b, cx, own, table);
    buf_str(b, S(";\nCREATE INDEX "));
    dotted(b, cx, own, "words");
    buf_str(b, S(" ON "));
    name(b, cx, own);
    buf_str(b, S(" USING gin (\"words\") WITH (fastupdate = off);\n"));
}

/* --- either ----------------------------------------------------------------------------------- */

void ddlfulltext_create(struct buf *b, struct cx *cx, struct str words, struct str table,
                        unsigned n_fields)
{
    if (db_is_postgres(cx->db))
        create_postgres(b, cx, words);
    else
        create_sqlite(b, cx, words, table, n_fields);
}

void ddlfulltext_drop(struct buf *b, struct cx *cx, struct str words)
{
    if (!db_is_postgres(cx->db)) {
        buf_str(b, S("DROP TABLE "));
        name(b, cx, ddlfulltext_index(b->mem, words));
        buf_str(b, S(";\n"));
    }
    buf_str(b, S("DROP TABLE "));
    name(b, cx, ddlfulltext_table(b->mem, words));
    buf_str(b, S(";\n"));
}
