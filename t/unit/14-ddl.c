/* 14-ddl.c — tables of collections: made, grown, re-keyed, dropped, rolled back; on every engine alike. */
#include "dbtest.h"

#include "db/ddl.h"
#include "db/qb.h"
#include "db/tx.h"

#define TESTS 58
#define A1 "11111111-1111-1111-1111-111111111111"
#define A2 "22222222-2222-2222-2222-222222222222"

static const struct sql ACCOUNT_ADD = SQL(
    "INSERT INTO accounts (id, account_code, slug, name, created_at, updated_at)"
    " VALUES (:id, :id, :slug, 'A', 1, 1)");

/* Inserts a row with one more column; says what a constraint said. */
static enum violation put(struct cx *cx, const char *table, const char *account, const char *id,
                          const char *column, struct param value)
{
    struct refusal refusal = { .kind = V_NONE };
    struct qb q;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("INSERT INTO "));
    qb_ident(&q, str_of(table));
    qb_lit(&q, SQL_OF(" (id, account_id, created_at, created_by, updated_at, updated_by, "));
    qb_ident(&q, str_of(column));
    qb_lit(&q, SQL_OF(") VALUES ("));
    qb_value(&q, p_text(NULL, str_of(id)));
    qb_lit(&q, SQL_OF(", "));
    qb_value(&q, p_text(NULL, str_of(account)));
    qb_lit(&q, SQL_OF(", 1, 'u', 1, 'u', "));
    qb_value(&q, value);
    qb_lit(&q, SQL_OF(")"));
    if (!qb_change(&q, &refusal, NULL)) {
        printf("# %s\n", cx->err.cause);
        fail_forget(cx);
        return (enum violation)99;
    }
    return refusal.kind;
}

static bool drop_row(struct cx *cx, const char *table, const char *id, struct refusal *refusal)
{
    struct qb q;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("DELETE FROM "));
    qb_ident(&q, str_of(table));
    qb_lit(&q, SQL_OF(" WHERE id = "));
    qb_value(&q, p_text(NULL, str_of(id)));
    return qb_change(&q, refusal, NULL);
}

static struct str first(struct cx *cx, const char *table, const char *column, const char *id)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT "));
    qb_column(&q, 'r', str_of(column));
    qb_lit(&q, SQL_OF(" FROM "));
    qb_ident(&q, str_of(table));
    qb_lit(&q, SQL_OF(" r WHERE r.id = "));
    qb_value(&q, p_text(NULL, str_of(id)));
    if (!qb_query(&q, &rows) || !rows_step(&rows)) {
        if (cx->err.kind != E_NONE)
            printf("# %s\n", cx->err.cause);
        fail_forget(cx);
        return NO_STR;
    }
    return rows_null(&rows, 0) ? S("NULL") : str_copy(cx->mem, rows_text(&rows, 0));
}

static const struct ddl_column PEOPLE[] = {
    { .name = S_INIT("name"), .word = "@text", .required = true, .unique = true },
    { .name = S_INIT("note"), .word = "@text",
      .otherwise = { .type = P_TEXT, .text = S_INIT("it's CONSTRAINT \"col_people.boss\" FOREIGN KEY") } },
    { .name = S_INIT("score"), .word = "@real", .otherwise = { .type = P_REAL, .real = 2.5 } },
    { .name = S_INIT("boss"), .word = "@id", .target_table = S_INIT("col_people"),
      .on_delete = DDL_RESTRICT },
};

static void test_create(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    ok(!ddl_drop_table(cx, S("col_none")) && cx->err.kind == E_BROKEN, "not outside a transaction");
    fail_forget(cx);
    ok(tx_begin(cx, &tx) && ddl_create_table(cx, S("col_people"), PEOPLE, COUNT(PEOPLE))
       && tx_commit(&tx), "a table is made");
    db_scope(cx, S("*"));
    ok(db_exec(cx, ACCOUNT_ADD, BIND(p_text("id", S(A1)), p_text("slug", S("one"))), NULL)
       && db_exec(cx, ACCOUNT_ADD, BIND(p_text("id", S(A2)), p_text("slug", S("two"))), NULL),
       "two accounts");
    ok(put(cx, "col_people", A1, "p1", "name", p_text(NULL, S("Ann"))) == V_NONE, "a row");
    is_text(first(cx, "col_people", "note", "p1"), PEOPLE[1].otherwise.text.p, "with a default");
    is_text(first(cx, "col_people", "score", "p1"), "2.5", "of every type");
    ok(put(cx, "col_people", A1, "p2", "name", p_text(NULL, S("Ann"))) == V_UNIQUE, "unique in a tenant");
    ok(put(cx, "col_people", A2, "p3", "name", p_text(NULL, S("Ann"))) == V_NONE, "but not across them");
    ok(put(cx, "col_people", A1, "p2", "score", p_real(NULL, 1)) == V_NOT_NULL, "required");
    ok(put(cx, "col_people", "nobody", "p9", "name", p_text(NULL, S("X"))) == V_REFERENCE,
       "a row belongs to an account");
}

static bool change_boss(struct cx *cx, enum ddl_on_delete what)
{
    struct ddl_column cols[COUNT(PEOPLE)];
    struct tx tx SCOPED(tx_end) = { 0 };
    memcpy(cols, PEOPLE, sizeof cols);
    cols[3].on_delete = what;
    return tx_begin(cx, &tx)
        && ddl_set_on_delete(cx, S("col_people"), cols, COUNT(cols), S("boss")) && tx_commit(&tx);
}

static void test_references(struct cx *cx)
{
    static const struct sql BOSS = SQL("UPDATE col_people SET boss = :boss WHERE id = :id");
    struct refusal refusal;
    ok(db_change(cx, BOSS, BIND(p_text("boss", S("p1")), p_text("id", S("p3"))), &refusal, NULL)
       && refusal.kind == V_REFERENCE, "a reference never leaves its tenant");
    ok(put(cx, "col_people", A1, "p2", "name", p_text(NULL, S("Bob"))) == V_NONE
       && db_exec(cx, BOSS, BIND(p_text("boss", S("p1")), p_text("id", S("p2"))), NULL), "inside it is fine");
    ok(drop_row(cx, "col_people", "p1", &refusal) && refusal.kind == V_REFERENCE, "restrict refuses");
    ok(change_boss(cx, DDL_CASCADE), "the key is changed to cascade");
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &tx) && drop_row(cx, "col_people", "p1", &refusal) && refusal.kind == V_NONE,
           "then the delete is allowed");
        ok(str_absent(first(cx, "col_people", "name", "p2")), "and takes the other with it");
    }
    ok(change_boss(cx, DDL_SET_NULL) && change_boss(cx, DDL_RESTRICT), "and back again");
    ok(drop_row(cx, "col_people", "p1", &refusal) && refusal.kind == V_REFERENCE, "where it refuses");
}

static enum violation pair(struct cx *cx, const char *account, const char *record, const char *target)
{
    static const struct sql PAIR = SQL(
        "INSERT INTO link_team (account_id, record_id, target_id) VALUES (:account, :record, :target)");
    struct refusal refusal;
    ok(db_change(cx, PAIR, BIND(p_text("account", str_of(account)), p_text("record", str_of(record)),
                                p_text("target", str_of(target))), &refusal, NULL), "a pair is tried");
    return refusal.kind;
}

static void test_links(struct cx *cx)
{
    static const struct ddl_column NONE[] = { { .name = S_INIT("title"), .word = "@text" } };
    static const struct sql LEFT = SQL("SELECT count(*) FROM link_team WHERE account_id = :account");
    static const struct sql GONE = SQL("DELETE FROM accounts WHERE id = :id");
    struct refusal refusal;
    struct tx tx SCOPED(tx_end) = { 0 };
    ok(tx_begin(cx, &tx) && ddl_create_table(cx, S("col_club"), NONE, 1)
       && ddl_create_link(cx, &(struct ddl_link){ S("link_team"), S("col_club"), S("col_people") })
       && tx_commit(&tx), "a table of pairs");
    ok(put(cx, "col_club", A1, "c1", "title", p_text(NULL, S("C"))) == V_NONE, "of records and people");
    ok(pair(cx, A1, "c1", "p1") == V_NONE, "of one account");
    ok(pair(cx, A1, "c1", "p1") == V_UNIQUE, "each once");
    ok(pair(cx, A1, "c1", "none") == V_REFERENCE, "that are there");
    ok(pair(cx, A2, "c1", "p3") == V_REFERENCE, "and never across");
    ok(drop_row(cx, "col_people", "p1", &refusal) && refusal.kind == V_REFERENCE, "who is named stays");
    {
        struct tx trial SCOPED(tx_end) = { 0 };
        struct rows rows SCOPED(rows_close) = { 0 };
        ok(tx_begin(cx, &trial) && drop_row(cx, "col_club", "c1", &refusal) && refusal.kind == V_NONE,
           "who names may go");
        ok(db_query(cx, LEFT, BIND(p_text("account", S(A1))), &rows) && rows_step(&rows)
           && rows_int(&rows, 0) == 0, "with the pairs");
    }
    {
        struct tx trial SCOPED(tx_end) = { 0 };
        int64_t changed = 0;
        ok(tx_begin(cx, &trial) && db_exec(cx, GONE, BIND(p_text("id", S(A1))), &changed) && changed == 1,
           "an account goes with both");
    }
    {
        struct tx last SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &last) && ddl_drop_table(cx, S("link_team")) && ddl_drop_table(cx, S("col_club"))
           && tx_commit(&last), "and the tables go");
    }
}

static void test_add(struct cx *cx, struct cx *other)
{
    static const struct ddl_column TEAM[] = {
        { .name = S_INIT("title"), .word = "@text" }, { .name = S_INIT("size"), .word = "@int" } };
    struct ddl_column lead = { .name = S("lead"), .word = "@id", .target_table = S("col_people"),
                               .on_delete = DDL_CASCADE };
    struct ddl_column age = { .name = S("age"), .word = "@int", .required = true,
                              .otherwise = { .type = P_INT, .number = 7 } };
    struct refusal refusal;
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &tx) && ddl_create_table(cx, S("col_team"), TEAM, COUNT(TEAM))
           && tx_commit(&tx), "another table");
    }
    ok(put(other, "col_team", A1, "t1", "title", p_text(NULL, S("T"))) == V_NONE, "others see it");
    {
        struct tx tx SCOPED(tx_end) = { 0 }, inner SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &tx) && tx_begin(cx, &inner) && ddl_add_column(cx, S("col_team"), &lead),
           "a reference is added");
        tx_end(&inner);
        ok(str_absent(first(cx, "col_team", "lead", "t1")), "rolled back to before it");
    }
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &tx) && ddl_add_column(cx, S("col_team"), &lead)
           && ddl_add_column(cx, S("col_team"), &age) && tx_commit(&tx), "added again, and kept");
    }
    is_text(first(other, "col_team", "lead", "t1"), "NULL", "others see the column");
    is_text(first(cx, "col_team", "age", "t1"), "7", "a new required column has its default");
    ok(put(other, "col_team", A1, "t2", "lead", p_text(NULL, S("p3"))) == V_REFERENCE,
       "and its key holds there");
    ok(put(other, "col_team", A2, "t2", "lead", p_text(NULL, S("p3"))) == V_NONE
       && drop_row(other, "col_people", "p3", &refusal) && refusal.kind == V_NONE
       && str_absent(first(cx, "col_team", "title", "t2")), "with its action");
}

static void test_unique(struct cx *cx)
{
    struct refusal refusal;
    ok(put(cx, "col_team", A1, "t3", "title", p_text(NULL, S("T"))) == V_NONE, "two of a title");
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &tx) && ddl_set_unique(cx, S("col_team"), S("title"), true, &refusal)
           && refusal.kind == V_UNIQUE, "cannot become unique");
    }
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &tx) && ddl_set_unique(cx, S("col_team"), S("size"), true, &refusal)
           && refusal.kind == V_NONE && tx_commit(&tx), "NULLs are no duplicates");
    }
    ok(put(cx, "col_team", A1, "t4", "size", p_int(NULL, 3)) == V_NONE
       && put(cx, "col_team", A1, "t5", "size", p_int(NULL, 3)) == V_UNIQUE, "it holds");
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &tx) && ddl_set_unique(cx, S("col_team"), S("size"), false, &refusal)
           && tx_commit(&tx), "until it is taken off");
    }
    ok(put(cx, "col_team", A1, "t5", "size", p_int(NULL, 3)) == V_NONE, "and then no more");
}

/* What was prepared for a table must not stand in the way of another of its name. */
static void test_again(struct cx *cx)
{
    static const struct ddl_column TEXT[] = { { .name = S_INIT("f"), .word = "@text" } };
    static const struct ddl_column REAL[] = { { .name = S_INIT("f"), .word = "@real" } };
    struct generation generation;
    for (int i = 0; i < 2; i++) {
        struct tx tx SCOPED(tx_end) = { 0 };
        bool well = tx_begin(cx, &tx)
            && ddl_create_table(cx, S("col_again"), i == 0 ? TEXT : REAL, 1)
            && db_bump_definitions(cx) && tx_commit(&tx) && db_generation(cx, &generation)
            && put(cx, "col_again", A1, "a", "f", i == 0 ? p_text(NULL, S("x")) : p_real(NULL, 1.5))
               == V_NONE;
        ok(well, i == 0 ? "a table" : "another of its name");
        is_text(first(cx, "col_again", "f", "a"), i == 0 ? "x" : "1.5", "is read");
        struct tx drop SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &drop) && ddl_drop_table(cx, S("col_again")) && db_bump_definitions(cx)
           && tx_commit(&drop), "and dropped");
    }
}

static void test_drop(struct cx *cx)
{
    char name[69] = "col_";
    struct tx tx SCOPED(tx_end) = { 0 };
    memset(name + 4, 'x', 64);
    ok(tx_begin(cx, &tx) && ddl_drop_table(cx, S("col_team")) && tx_commit(&tx)
       && str_absent(first(cx, "col_team", "title", "t1")), "a table is dropped");
    struct tx again SCOPED(tx_end) = { 0 };
    bool well = tx_begin(cx, &again) && ddl_create_table(cx, str_of(name), PEOPLE, 3);
    name[67] = 'y';
    ok(well && ddl_create_table(cx, str_of(name), PEOPLE, 3) && tx_commit(&again),
       "long names that differ at their end do not meet");
    struct ddl_column bad = { .name = S("a\" TEXT); --"), .word = "@text" };
    ok(!ddl_add_column(cx, S("col_people"), &bad) && cx->err.kind == E_BROKEN, "no name but a plain one");
    fail_forget(cx);
}

static void test_engine(size_t engine)
{
    struct dbtest t;
    struct cx cx, other;
    printf("# %s\n", engine == 0 ? "SQLite" : "PostgreSQL");
    if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), "a database with the schema"))
        return;
    other = dbtest_cx(NULL);
    other.db = db_open(&other, t.where, DB_SERVE);
    db_scope(&other, S("*"));
    test_create(&cx);
    test_references(&cx);
    test_links(&cx);
    test_add(&cx, &other);
    test_unique(&cx);
    test_again(&cx);
    test_drop(&cx);
    db_close(other.db);
    dbtest_close(&t, &cx);
}

int main(void)
{
    plan((int)dbtest_engines() * TESTS);
    for (size_t engine = 0; engine < dbtest_engines(); engine++)
        test_engine(engine);
    return done();
}
