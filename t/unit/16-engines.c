/* 16-engines.c — batches, failures that come late, presuming, losing the server, the tenant's second lock. */
#include "dbtest.h"

#include <math.h>

#include "db/qb.h"
#include "db/tx.h"

#define COMMON 31
#define POSTGRES 22
#define A1 "11111111-1111-1111-1111-111111111111"
#define A2 "22222222-2222-2222-2222-222222222222"

static const struct sql GROUP_ADD = SQL(
    "INSERT INTO groups (id, account_id, name, created_at, updated_at)"
    " VALUES (:id, :account, :name, 1, 1)");
static const struct sql GROUPS = SQL("SELECT count(*) FROM groups");
static const struct sql ACCOUNT_ADD = SQL(
    "INSERT INTO accounts (id, account_code, slug, name, created_at, updated_at)"
    " VALUES (:id, :id, :slug, 'A', 1, 1)");

static bool add(struct cx *cx, const char *account, const char *id)
{
    return db_exec(cx, GROUP_ADD, BIND(p_text("id", str_of(id)), p_text("account", str_of(account)),
                                       p_text("name", str_of(id))), NULL);
}

static int64_t number_of(struct cx *cx, struct sql sql)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    int64_t n = db_query(cx, sql, NO_BINDS, &rows) && rows_step(&rows) ? rows_int(&rows, 0) : -1;
    if (n < 0)
        printf("# %s\n", cx->err.cause != NULL ? cx->err.cause : "?");
    return n;
}

static bool made_accounts(struct cx *cx)
{
    db_scope(cx, S("*"));
    return db_exec(cx, ACCOUNT_ADD, BIND(p_text("id", S(A1)), p_text("slug", S("one"))), NULL)
        && db_exec(cx, ACCOUNT_ADD, BIND(p_text("id", S(A2)), p_text("slug", S("two"))), NULL);
}

/* As a write pool does: one outermost for all, a savepoint and a cx for each. */
static void test_batch(struct cx *cx)
{
    struct tx batch SCOPED(tx_end) = { 0 };
    struct cx third = dbtest_cx(cx->db);
    ok(tx_begin(cx, &batch), "a batch");
    for (int i = 0; i < 3; i++) {
        struct cx one = dbtest_cx(cx->db);
        struct tx tx SCOPED(tx_end) = { 0 };
        bool begun = tx_begin(&one, &tx) && add(&one, A1, i == 0 ? "g0" : i == 1 ? "g1" : "g2");
        ok(begun && (i == 1 || tx_commit(&tx)), i == 1 ? "one leaves early" : "one commits");
    }
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        struct refusal refusal;
        ok(tx_begin(&third, &tx) && db_change(&third, GROUP_ADD, BIND(p_text("id", S("g9")),
           p_text("account", S(A1)), p_text("name", S("g0"))), &refusal, NULL)
           && refusal.kind == V_UNIQUE, "one is refused");
        is_text(refusal.columns, "account_id, name", "for its name");
    }
    ok(tx_commit(&batch), "the batch commits");
    is_int(number_of(cx, GROUPS), 2, "what was committed in it stands");
    db_rest(cx->db);
    db_scope(cx, S("*"));
}

static void test_lock(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    ok(!tx_lock(cx, S("a name")) && cx->err.kind == E_BROKEN, "a lock wants a transaction to end with");
    fail_forget(cx);
    ok(tx_begin(cx, &tx) && tx_lock(cx, S("a name")) && tx_lock(cx, S("a name")) && tx_commit(&tx),
       "in which it is had, and had again");
}

/* A change whose count nobody asks for may fail later, but never unnoticed. */
static void test_late(struct cx *cx)
{
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        bool said = tx_begin(cx, &tx) && add(cx, A1, "late") && add(cx, A1, "late") && tx_commit(&tx);
        ok(!said && cx->err.kind == E_BROKEN, "at the latest the commit fails");
        fail_forget(cx);
    }
    is_int(number_of(cx, GROUPS), 2, "and nothing of it stands");
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &tx) && add(cx, A1, "kept"), "a transaction");
        {
            struct tx inner SCOPED(tx_end) = { 0 };
            ok(tx_begin(cx, &inner) && (add(cx, A1, "kept") || true), "a savepoint in which it fails");
            fail_forget(cx);
        }
        ok(number_of(cx, GROUPS) == 3 && tx_commit(&tx), "rolls back alone, even when nobody had noticed");
    }
    {
        struct tx tx SCOPED(tx_end) = { 0 }, inner SCOPED(tx_end) = { 0 };
        bool first = tx_begin(cx, &tx) && add(cx, A1, "kept");
        bool said = tx_begin(cx, &inner) && number_of(cx, GROUPS) >= 0;
        ok(!(first && said), "what failed before a savepoint is told in it");
        fail_forget(cx);
        tx_end(&inner);
        ok(!tx_commit(&tx), "and the outer one cannot commit");
        fail_forget(cx);
    }
    is_int(number_of(cx, GROUPS), 3, "what was there is there");
    db_rest(cx->db);
    db_scope(cx, S("*"));
}

static bool bump(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    return tx_begin(cx, &tx) && db_bump_identities(cx) && tx_commit(&tx);
}

static void test_presume(struct cx *cx, struct cx *other)
{
    struct generation a, b;
    ok(db_generation(cx, &a), "a generation is known");
    db_rest(cx->db);
    db_scope(cx, S("*"));
    db_presume(cx);
    ok(db_generation(cx, &b) && b.identities == a.identities && number_of(cx, GROUPS) == 3
       && !db_moved(cx) && db_confirm(cx), "presuming that it stands is right");
    db_rest(cx->db);
    ok(bump(other), "another changes it");
    db_scope(cx, S("*"));
    db_presume(cx);
    bool well = db_generation(cx, &b) && number_of(cx, GROUPS) >= 0;
    ok(well ? b.identities == a.identities + 1 : cx->err.kind == E_BUSY && db_moved(cx),
       "presuming wrongly is noticed, or it looked");
    fail_forget(cx);
    db_rest(cx->db);
    ok(!db_moved(cx) && db_generation(cx, &b) && b.identities == a.identities + 1, "the second time it looks");
    db_rest(cx->db);
    db_presume(cx);
    ok(bump(other) && db_generation(cx, &a) && (!db_confirm(cx) || a.identities == b.identities + 1),
       "a reply without any statement is confirmed");
    fail_forget(cx);
    db_rest(cx->db);
}

static void test_builder(struct cx *cx)
{
    static const struct sql ENDLESS = SQL(
        "SELECT CASE WHEN :a > 1e308 AND :b < -1e308 AND :c IS NULL THEN 1 ELSE 0 END");
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q, part;
    qb_init(&part, cx);
    qb_column(&part, 'g', S("name"));
    qb_like(&part);
    qb_value(&part, p_text(NULL, S("%G\\_")));
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT CASE WHEN "));
    qb_value(&q, p_int(NULL, 7));
    qb_lit(&q, SQL_OF(" = 7 THEN g.\"name\" END FROM (SELECT 'a$1?1g\\x' AS name) g WHERE "));
    qb_add(&q, &part);
    ok(qb_query(&q, &rows) && rows_step(&rows), "LIKE takes no account of case and escapes nothing");
    is_text(rows_text(&rows, 0), "a$1?1g\\x", "and parts keep their texts");
    db_scope(cx, S("*"));
    for (int i = 0; i < 300; i++) {
        rows_close(&rows);
        qb_init(&q, cx);
        qb_lit(&q, SQL_OF("SELECT "));
        for (int j = 0; j <= i; j++) {
            qb_value(&q, i % 2 == 0 ? p_int(NULL, j) : p_real(NULL, j));
            qb_lit(&q, SQL_OF(" + "));
        }
        qb_lit(&q, SQL_OF("0"));
        if (!qb_query(&q, &rows) || !rows_step(&rows) || rows_int(&rows, 0) != i * (i + 1) / 2)
            break;
        if (i == 299)
            ok(true, "more statements than are kept");
    }
    rows_close(&rows);
    ok(db_query(cx, ENDLESS, BIND(p_real("a", INFINITY), p_real("b", -INFINITY), p_real("c", NAN)), &rows)
       && rows_step(&rows) && rows_int(&rows, 0) == 1, "infinite numbers are numbers, NaN is NULL");
    qb_init(&q, cx);
    qb_ident(&q, S("no name"));
    rows_close(&rows);
    ok(!qb_query(&q, &rows) && cx->err.kind == E_BROKEN, "no name but a plain one");
    fail_forget(cx);
}

/* A full disk undoes the whole transaction: nothing of the batch may be told as done. */
static void test_full(struct cx *cx)
{
    static const struct sql LIMIT = SQL("PRAGMA max_page_count = 1");
    static const struct sql UNLIMIT = SQL("PRAGMA max_page_count = 1000000");
    struct rows rows SCOPED(rows_close) = { 0 };
    ok(db_query(cx, LIMIT, NO_BINDS, &rows) && rows_step(&rows), "the disk is full");
    rows_close(&rows);
    {
        struct tx batch SCOPED(tx_end) = { 0 };
        bool well = tx_begin(cx, &batch);
        for (int i = 0; well && i < 100; i++) {
            struct tx tx SCOPED(tx_end) = { 0 };
            const char *id = str_fmt(cx->mem, "%s-%d", random_hex(cx->mem, 100).p, i).p;
            well = tx_begin(cx, &tx) && add(cx, A1, id) && tx_commit(&tx);
        }
        ok(!well && cx->err.kind == E_FULL, "a change that needs room says so");
        ok(!tx_commit(&batch), "and its batch does not commit");
        fail_forget(cx);
    }
    ok(number_of(cx, GROUPS) == 3, "reading goes on");
    ok(db_query(cx, UNLIMIT, NO_BINDS, &rows) && rows_step(&rows), "there is room again");
    rows_close(&rows);
    db_rest(cx->db);
    db_scope(cx, S("*"));
    ok(add(cx, A1, "room"), "and changes go on");
}

/* The server ends every other connection; waits until they are gone. */
static bool terminated(struct cx *owner)
{
    static const struct sql TERMINATE = SQL(
        "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    return number_of(owner, TERMINATE) >= 1;
}

static void test_loss(struct cx *cx, struct cx *owner)
{
    db_rest(cx->db);
    ok(terminated(owner), "the server ends our connection while it is idle");
    bool answers = false;
    for (int i = 0; i < 100 && !answers; i++) {     /* its end may still be on the way             */
        answers = db_ping(cx);
        fail_forget(cx);
        db_rest(cx->db);
    }
    db_scope(cx, S("*"));
    is_int(number_of(cx, GROUPS), 3, "the next request has another");
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &tx) && add(cx, A1, "lost") && number_of(cx, GROUPS) == 4
           && terminated(owner), "it ends in the middle of a transaction");
        ok(!tx_commit(&tx) && cx->err.kind == E_BROKEN, "that is lost, and said so");
        fail_forget(cx);
    }
    db_rest(cx->db);
    db_scope(cx, S("*"));
    is_int(number_of(cx, GROUPS), 3, "nothing of it stands");
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &tx) && add(cx, A1, "lost") && number_of(cx, GROUPS) == 4
           && terminated(owner), "again in the middle");
        ok(number_of(cx, GROUPS) == -1 && cx->err.kind == E_BUSY, "a statement fails");
        fail_forget(cx);
        ok(!add(cx, A1, "x") && !tx_commit(&tx), "and none goes on outside the transaction");
        fail_forget(cx);
    }
    db_rest(cx->db);
    ok(db_ping(cx), "the next request has another");
}

static int64_t seen_by(struct cx *cx, const char *scope)
{
    db_rest(cx->db);
    db_scope(cx, str_of(scope));
    return number_of(cx, GROUPS);
}

static void test_row_security(struct cx *cx, struct cx *owner)
{
    static const struct sql WHO = SQL("SELECT count(*) FROM pg_roles WHERE rolname = current_user"
        " AND NOT rolsuper AND NOT rolcanlogin");
    static const struct sql OPEN = SQL("SELECT count(*) FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
        " WHERE c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity) AND EXISTS ("
        " SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id')");
    static const struct sql STEAL = SQL("UPDATE groups SET account_id = :account WHERE id = 'g0'");
    static const struct sql TRUNCATE = SQL("TRUNCATE audit_log");
    db_scope(cx, S("*"));
    ok(add(cx, A2, "theirs"), "a row of another tenant");
    is_int(number_of(cx, WHO), 1, "programs serve as a role that is nobody");
    is_int(number_of(owner, OPEN), 0, "every table with tenants has the second lock");
    is_int(seen_by(cx, A1), 3, "a tenant sees its own");
    is_int(seen_by(cx, A2), 1, "another its own");
    is_int(seen_by(cx, "*"), 4, "we see all");
    is_int(seen_by(cx, ""), 0, "who says nothing sees nothing");
    db_rest(cx->db);
    is_int(number_of(cx, GROUPS), 0, "nor who comes after another");
    db_scope(cx, S(A1));
    ok(!add(cx, A2, "forged"), "nobody writes into another tenant");
    fail_forget(cx);
    db_rest(cx->db);
    db_scope(cx, S(A1));
    int64_t changed = 0;
    ok(!db_exec(cx, STEAL, BIND(p_text("account", S(A2))), &changed) || changed == 0, "nor gives rows away");
    fail_forget(cx);
    db_rest(cx->db);
    ok(!db_exec(cx, TRUNCATE, NO_BINDS, &changed), "the trail is not truncated");
    fail_forget(cx);
    ok(!db_exec(owner, TRUNCATE, NO_BINDS, &changed), "not even by its owner");
    fail_forget(owner);
    db_rest(cx->db);
}

static void test_engine(size_t engine)
{
    struct dbtest t;
    struct cx cx, other;
    printf("# %s\n", engine == 0 ? "SQLite" : "PostgreSQL");
    if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), "a database with the schema"))
        return;
    other = dbtest_cx(NULL);
    other.db = db_open(&other, t.where, DB_OWNER);
    ok(other.db != NULL && made_accounts(&cx), "two tenants");
    test_batch(&cx);
    test_lock(&cx);
    test_late(&cx);
    test_presume(&cx, &other);
    test_builder(&cx);
    if (engine == 0)
        test_full(&cx);
    if (engine == 1) {
        test_row_security(&cx, &other);
        static const struct sql CLEAN = SQL("DELETE FROM groups WHERE id = 'theirs'");
        ok(db_exec(&other, CLEAN, NO_BINDS, NULL), "away with it");
        test_loss(&cx, &other);
    }
    db_close(other.db);
    dbtest_close(&t, &cx);
}

int main(void)
{
    plan(COMMON + 6 + (dbtest_engines() == 2 ? COMMON + POSTGRES : 0));
    for (size_t engine = 0; engine < dbtest_engines(); engine++)
        test_engine(engine);
    return done();
}
