/* 25-fulltext.c — the words of records on both engines: whose they are, where, and what they are worth. */
#include "dbtest.h"

#include "db/ddl.h"
#include "db/fulltext.h"
#include "db/tx.h"

#define TABLE S("col_notes")
#define WORDS S("notes_0a1b2c")
/* Two accounts with the same tag, and one with another. */
#define ONE S("01a20036-63c7-71c6-9f48-8744b5cff659")
#define TWIN S("01a20036-63c7-71c6-9f48-8745b5cff659")
#define OTHER S("01a20036-63c7-71c6-9f48-874400000000")

static struct cx cx;

static const struct sql ACCOUNT_MAKE = SQL(
    "INSERT INTO accounts (id, account_code, slug, name, created_at, updated_at)"
    " VALUES (:account, :code, :code, :code, 0, 0)");

static bool make_record(struct str account, struct str id)
{
    struct qb q;
    qb_init(&q, &cx);
    qb_lit(&q, SQL_OF("INSERT INTO "));
    qb_ident(&q, TABLE);
    qb_lit(&q, SQL_OF(" (account_id, id, created_at, created_by, updated_at, updated_by) VALUES ("));
    qb_value(&q, p_text(NULL, account));
    qb_lit(&q, SQL_OF(", "));
    qb_value(&q, p_text(NULL, id));
    qb_lit(&q, SQL_OF(", 0, 'x', 0, 'x')"));
    return qb_exec(&q, NULL);
}

static bool drop_record(struct str account, struct str id)
{
    struct qb q;
    int64_t gone = 0;
    qb_init(&q, &cx);
    qb_lit(&q, SQL_OF("DELETE FROM "));
    qb_ident(&q, TABLE);
    qb_lit(&q, SQL_OF(" WHERE account_id = "));
    qb_value(&q, p_text(NULL, account));
    qb_lit(&q, SQL_OF(" AND id = "));
    qb_value(&q, p_text(NULL, id));
    return qb_exec(&q, &gone) && gone == 1;
}

/* Words of two fields, parted by spaces. */
static bool put(struct str account, struct str id, const char *first, const char *second)
{
    struct fulltext_word words[64];
    struct fulltext_record record = { .account_id = account, .id = id, .words = words };
    struct str fields[2] = { str_of(first), str_of(second) }, word;
    for (unsigned i = 0; i < 2; i++)
        while (str_cut(&fields[i], ' ', &word))
            words[record.n++] = (struct fulltext_word){ word, i, 0 };
    for (size_t i = 0; i < record.n; i++)
        for (size_t k = 0; k < record.n; k++)
            words[i].hits += words[i].field == words[k].field
                          && str_eq(words[i].text, words[k].text);
    return fulltext_put(&cx, WORDS, 2, &record, false);
}

/* What is found: how many, and the points of all of them together; -1: the engine refused. */
struct found { int64_t n, points; };

static struct found find(struct str account, const struct fulltext_term *terms, size_t n,
                         bool first, bool second)
{
    struct fulltext_search search = { .words = WORDS, .account_id = account, .n_fields = 2,
                                      .looks_into = { first, second }, .terms = terms, .n = n };
    struct rows rows SCOPED(rows_close) = { 0 };
    struct found found = { 0, 0 };
    struct qb q;
    qb_init(&q, &cx);
    qb_lit(&q, SQL_OF("SELECT "));
    fulltext_points(&q, &search);
    fulltext_from(&q, &search);
    qb_lit(&q, SQL_OF(" WHERE "));
    fulltext_where(&q, &search);
    if (!qb_query(&q, &rows))
        return (struct found){ -1, 0 };
    for (; rows_step(&rows); found.n++)
        found.points += rows_int(&rows, 0);
    return rows_done(&rows) ? found : (struct found){ -1, 0 };
}

static int64_t count(struct str account, const char *word)
{
    struct str text = str_of(word);
    struct fulltext_term term = { .words = &text, .n = 1 };
    return find(account, &term, 1, true, true).n;
}

static void test_whose(void)
{
    ok(put(ONE, S("a"), "apple", "pear plum") && put(TWIN, S("a"), "apple", "")
       && put(OTHER, S("a"), "", "apple"), "three accounts have a word");
    is_int(count(ONE, "apple"), 1, "each finds its own");
    is_int(count(TWIN, "apple"), 1, "even where tags meet");
    is_int(count(OTHER, "apple"), 1, "or do not");
    is_int(count(NO_STR, "apple"), 3, "a superadmin finds all");
    is_int(count(TWIN, "pear"), 0, "and nobody what others have");
    is_int(count(S("01a20036-63c7-71c6-9f48-8744b5cfffff"), "apple"), 0, "an account without any");
    ok(!put(S("no account"), S("a"), "apple", ""), "an id without a tag is refused");
    fail_forget(&cx);
    ok(put(ONE, S("a"), "plum", "fig"), "a record says something else");
    is_int(count(ONE, "apple"), 0, "its old words are gone");
    is_int(count(ONE, "fig"), 1, "and its new ones there");
    ok(put(ONE, S("a"), "", ""), "or nothing");
    is_int(count(ONE, "fig"), 0, "which is found by nothing");
    ok(drop_record(TWIN, S("a")), "a record goes");
    is_int(count(NO_STR, "apple"), 1, "with its words");
}

static void test_points(void)
{
    static const struct str MANY[] = { S_INIT("many") }, FEW[] = { S_INIT("few") };
    static const struct str PAIR[] = { S_INIT("one"), S_INIT("two") }, ON[] = { S_INIT("on") };
    static const struct { const char *first, *second; int64_t points; } LEVELS[] = {
        { "many", "", 8 }, { "many x many", "", 16 }, { "many many many", "", 24 },
        { "many many many many", "", 24 }, { "many many many many many", "", 32 },
        { "", "many", 4 }, { "", "many many", 8 }, { "many", "many many", 16 },
    };
    struct fulltext_term many = { .words = MANY, .n = 1 }, pair = { .words = PAIR, .n = 2 };
    struct fulltext_term on = { .words = ON, .n = 1, .is_prefix = true };
    struct fulltext_term both[] = { many, { .words = FEW, .n = 1 } };
    struct fulltext_term without[] = { many, { .words = FEW, .n = 1, .is_excluded = true } };

    for (size_t i = 0; i < COUNT(LEVELS); i++) {
        ok(put(ONE, S("a"), LEVELS[i].first, LEVELS[i].second), "a record");
        is_int(find(ONE, &many, 1, true, true).points, LEVELS[i].points, "is worth its hits");
        is_int(find(NO_STR, &many, 1, true, true).points, LEVELS[i].points, "to anybody");
    }
    is_int(find(ONE, &many, 1, true, false).points, 8, "only where one looks");
    is_int(find(ONE, &many, 1, false, true).points, 8, "in either");
    ok(put(ONE, S("a"), "many few", "one two one two"), "a record of phrases");
    is_int(find(ONE, both, 2, true, true).points, 16, "terms add up");
    is_int(find(ONE, both, 2, false, true).n, 0, "all must be there");
    is_int(find(ONE, without, 2, true, true).n, 0, "but those that must not");
    is_int(find(ONE, &pair, 1, true, true).points, 4, "a phrase counts once in a field");
    is_int(find(ONE, &pair, 1, true, false).n, 0, "and is in one");
    is_int(find(ONE, &on, 1, true, true).points, 4, "so does a beginning");
    ok(put(ONE, S("a"), "many one", "two few"), "words of two fields");
    is_int(find(ONE, &pair, 1, true, true).n, 0, "are no phrase");
    is_int(find(ONE, without, 2, true, false).points, 8, "what is excluded is where one looks");
}

/* The role that serves may read words, which tells nothing but through a collection's table, and
 * write those of its tenant. */
static void test_locked(struct dbtest *t)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    bool well;
    db_close(cx.db);
    cx.db = db_open(&cx, t->where, DB_SERVE);
    ok(cx.db != NULL && tx_begin(&cx, &tx), "as the role that serves");
    db_scope(&cx, OTHER);
    ok(put(OTHER, S("a"), "olive", ""), "words of the own account can be written");
    is_int(count(OTHER, "olive"), 1, "and found");
    well = put(ONE, S("a"), "olive", "") && count(OTHER, "olive") == 1;
    is_int(well, !db_is_postgres(cx.db), "those of others PostgreSQL refuses");
}

static bool make(void)
{
    static const struct { struct str id, code; } ACCOUNTS[] = {
        { S_INIT("01a20036-63c7-71c6-9f48-8744b5cff659"), S_INIT("on0001") },
        { S_INIT("01a20036-63c7-71c6-9f48-8745b5cff659"), S_INIT("tw0002") },
        { S_INIT("01a20036-63c7-71c6-9f48-874400000000"), S_INIT("ot0003") },
    };
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(&cx, &tx) && ddl_create_table(&cx, TABLE, NULL, 0)
        && ddl_create_fulltext(&cx, WORDS, TABLE, 2));
    for (size_t i = 0; i < COUNT(ACCOUNTS); i++)
        TRY(db_exec(&cx, ACCOUNT_MAKE, BIND(p_text("account", ACCOUNTS[i].id),
                                            p_text("code", ACCOUNTS[i].code)), NULL)
            && make_record(ACCOUNTS[i].id, S("a")));
    return ddl_finish_fulltext(&cx, WORDS, TABLE) && tx_commit(&tx);
}

static bool drop(void)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    return tx_begin(&cx, &tx) && ddl_drop_fulltext(&cx, WORDS) && ddl_drop_table(&cx, TABLE)
        && tx_commit(&tx);
}

static void test_engine(size_t engine)
{
    struct dbtest t;
    ok(dbtest_open(&t, engine, &cx, DB_OWNER), "a database");
    ok(make(), "a table and its words");
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        ok(tx_begin(&cx, &tx), "a transaction");
        test_whose();
        test_points();
        ok(tx_commit(&tx), "which ends");
    }
    test_locked(&t);
    db_close(cx.db);
    fail_forget(&cx);
    cx.db = db_open(&cx, t.where, DB_OWNER);
    ok(cx.db != NULL && drop(), "all of it goes");
    dbtest_close(&t, &cx);
}

int main(void)
{
    plan((int)dbtest_engines() * 60);
    for (size_t engine = 0; engine < dbtest_engines(); engine++)
        test_engine(engine);
    return done();
}
