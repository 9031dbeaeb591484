/* 13-db.c — statements, rows, transactions, savepoints, tails, generations: on every engine alike. */
#include "dbtest.h"

#include "db/qb.h"
#include "db/tx.h"

#define TESTS 69

struct role { int64_t id; struct str name, description; int64_t created_at; };
static const struct col ROLE_COLS[] = { COL(C_INT, role, id), COL(C_TEXT, role, name),
    COL(C_TEXT, role, description), COL(C_TIME, role, created_at), { 0 } };
static const struct sql ROLES = SQL(
    "SELECT id, name, description, created_at FROM roles WHERE created_at = :made ORDER BY name");
static const struct sql ROLE_ADD = SQL(
    "INSERT INTO roles (name, description, created_at, updated_at)"
    " VALUES (:name, :description, :made, :made)");

static bool add(struct cx *cx, const char *name, int64_t made)
{
    int64_t changed;
    return db_exec(cx, ROLE_ADD, BIND(p_text("name", str_of(name)), p_text("description", NO_STR),
                                      p_time("made", made)), &changed) && changed == 1;
}

static int64_t count(struct cx *cx, int64_t made)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct role role;
    int64_t n = 0;
    if (!db_query(cx, ROLES, BIND(p_time("made", made)), &rows))
        return -1;
    while (rows_next(&rows, ROLE_COLS, &role))
        n++;
    return rows_done(&rows) ? n : -1;
}

static bool is_broken(struct cx *cx, bool result)
{
    bool was = !result && cx->err.kind == E_BROKEN;
    fail_forget(cx);
    return was;
}

static void test_rows(struct cx *cx)
{
    struct rows rows SCOPED(rows_close) = { 0 }, second SCOPED(rows_close) = { 0 };
    struct role role;
    ok(add(cx, "one", 1) && add(cx, "two", 1), "a change outside a transaction gets its own");
    ok(db_query(cx, ROLES, BIND(p_time("made", 1)), &rows), "a query runs");
    ok(rows_next(&rows, ROLE_COLS, &role), "a row comes");
    is_text(role.name, "one", "in order, its text copied");
    ok(role.id > 0 && role.created_at == 1, "with its numbers");
    ok(str_absent(role.description), "a NULL reads as no text");
    ok(db_query(cx, ROLES, BIND(p_time("made", 1)), &second) && rows_next(&second, ROLE_COLS, &role),
       "the same statement runs again while its rows are open");
    ok(rows_next(&rows, ROLE_COLS, &role), "and the first goes on");
    is_text(role.name, "two", "where it was");
    ok(!rows_next(&rows, ROLE_COLS, &role) && rows_done(&rows), "until the end, which is no failure");
    ok(!rows_next(&rows, ROLE_COLS, &role) && rows_done(&rows), "and stays there");
    db_rest(cx->db);
    ok(is_broken(cx, rows_next(&second, ROLE_COLS, &role)) && !rows_done(&second),
       "rows end with their request");
}

static void test_misuse(struct cx *cx)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct role role;
    static const struct sql CAST = SQL("SELECT 1::int");
    static const struct sql NONE = SQL("SELECT nothing FROM nowhere");
    static const struct sql TWO = SQL("SELECT id, name FROM roles");
    static const struct sql SWAPPED = SQL("SELECT name, id, description, created_at FROM roles");
    static const struct sql ODD = SQL("SELECT id, name, 'it''s :quoted', \":name\" FROM"
        " (SELECT id, name, name AS \":name\" FROM roles) r WHERE /* :in */ name = :name -- :end");
    ok(is_broken(cx, db_query(cx, ROLES, NO_BINDS, &rows)), "a missing value is our fault");
    ok(is_broken(cx, db_query(cx, ROLES, BIND(p_time("made", 1), p_int("x", 1)), &rows)), "an extra one");
    ok(is_broken(cx, db_query(cx, ROLES, BIND(p_time("other", 1)), &rows)), "another name");
    ok(is_broken(cx, db_query(cx, ROLES, BIND(p_text("made", S("x"))), &rows)), "another type");
    ok(is_broken(cx, db_query(cx, CAST, NO_BINDS, &rows)), "a cast with colons");
    ok(is_broken(cx, db_query(cx, NONE, NO_BINDS, &rows) && rows_done(&rows)), "an unknown table");
    ok(db_query(cx, TWO, NO_BINDS, &rows) && is_broken(cx, rows_next(&rows, ROLE_COLS, &role))
       && !rows_done(&rows), "too few columns");
    rows_close(&rows);
    ok(db_query(cx, SWAPPED, NO_BINDS, &rows) && is_broken(cx, rows_next(&rows, ROLE_COLS, &role)),
       "columns of other types");
    rows_close(&rows);
    ok(db_query(cx, ODD, BIND(p_text("name", S("admin"))), &rows) && rows_step(&rows)
       && str_eq(rows_text(&rows, 2), S("it's :quoted")) && str_eq(rows_text(&rows, 3), S("admin")),
       "quotes and comments hold no parameters");
    rows_close(&rows);
    ok(!db_query(cx, ODD, BIND(p_text("name", (struct str){ "a\0b", 3 })), &rows)
       && cx->err.kind == E_INVALID, "a NUL in a text is the caller's fault");
    fail_forget(cx);
    is_int(count(cx, 1), 2, "and the connection still works");
}

static void test_tx(struct cx *cx)
{
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &tx) && tx_is_open(cx) && add(cx, "gone", 2), "a transaction begins");
        is_int(count(cx, 2), 1, "and sees its own rows");
        ok(is_broken(cx, tx_begin(cx, &tx)), "it cannot begin twice");
    }
    ok(!tx_is_open(cx) && count(cx, 2) == 0, "leaving it rolls back");
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &tx) && add(cx, "outer", 3), "an outer one");
        {
            struct tx inner SCOPED(tx_end) = { 0 };
            ok(tx_begin(cx, &inner) && add(cx, "inner", 3) && is_broken(cx, tx_commit(&tx)),
               "the outer one cannot commit before the inner one");
        }
        {
            struct tx inner SCOPED(tx_end) = { 0 }, third SCOPED(tx_end) = { 0 };
            ok(tx_begin(cx, &inner) && add(cx, "kept", 3) && tx_begin(cx, &third)
               && add(cx, "dropped", 3), "deeper and deeper");
            tx_end(&third);
            ok(tx_commit(&inner), "an inner one commits");
        }
        ok(tx_commit(&tx), "and the outer one");
        ok(is_broken(cx, tx_commit(&tx)), "once");
    }
    is_int(count(cx, 3), 2, "what the savepoints kept is there, what they dropped is not");
}

static void test_refusals(struct cx *cx)
{
    static const struct sql USER_ADD = SQL(
        "INSERT INTO users (id, account_id, email, password_hash, role_id, is_active, email_verified,"
        " auth_provider, created_at, updated_at) VALUES (:id, :account, :email, 'x', 1, :yes, :yes,"
        " 'password', 1, 1)");
    static const struct sql LOG_ADD = SQL(
        "INSERT INTO audit_log (account_id, operation, table_name, record_id, column_name, user_id,"
        " user_email, user_name, occurred_at) VALUES (:account, :operation, 't', 'r', 'c', 'u', 'e', 'n', 1)");
    static const struct sql LOG_CHANGE = SQL("UPDATE audit_log SET new_value = 'x' WHERE id >= :id");
    struct refusal refusal;
    struct tx tx SCOPED(tx_end) = { 0 };
    ok(tx_begin(cx, &tx), "a transaction for refusals");
    db_scope(cx, S("*"));
#define USER(account, id, email) BIND(p_text("account", S(account)), p_text("id", S(id)), \
    p_text("email", email), p_bool("yes", true))
#define REFUSED(sql, binds, wanted, names, what) do { \
        struct tx inner SCOPED(tx_end) = { 0 }; \
        ok(tx_begin(cx, &inner) && db_change(cx, sql, binds, &refusal, NULL) \
           && refusal.kind == (wanted), what); \
        if ((names) != NULL) \
            is_text(refusal.columns, (names), what); \
        ok(is_broken(cx, add(cx, "after", 9)), "after it only rolling back is possible"); \
    } while (0)
    ok(db_change(cx, USER_ADD, USER(SYSTEM_ACCOUNT, "u1", S("a@b.c")), &refusal, NULL)
       && refusal.kind == V_NONE, "a change that no constraint refuses");
    REFUSED(USER_ADD, USER(SYSTEM_ACCOUNT, "u2", S("a@b.c")), V_UNIQUE, "account_id, email", "unique");
    REFUSED(USER_ADD, USER("nobody", "u2", S("b@b.c")), V_REFERENCE, NULL, "reference");
    REFUSED(USER_ADD, USER(SYSTEM_ACCOUNT, "u2", NO_STR), V_NOT_NULL, "email", "not null");
    REFUSED(LOG_ADD, BIND(p_text("account", S("a")), p_text("operation", S("READ"))), V_CHECK, NULL, "check");
    is_text(refusal.constraint, "ck_audit_log_operation", "by name");
    ok(db_exec(cx, LOG_ADD, BIND(p_text("account", S("a")), p_text("operation", S("CREATE"))), NULL),
       "a history row");
    REFUSED(LOG_CHANGE, BIND(p_int("id", 1)), V_IMMUTABLE, NULL, "history stays as it is");
    ok(tx_commit(&tx), "the rest of the transaction stands");
}

static size_t queue, flushed, audit_first;
static bool flush(struct cx *cx, void *state)
{
    audit_first += state == &queue && flushed == 0;
    flushed += queue;
    return tx_is_open(cx) && add(cx, state == &queue ? "tail" : "events", 4);
}
static size_t length(void *state UNUSED) { return queue; }
static void cut(void *state UNUSED, size_t n) { queue = n; }

static void test_tails(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    tx_set_tail(cx->db, TAIL_EVENTS, &(struct tx_tail){ flush, length, cut, NULL, &flushed });
    tx_set_tail(cx->db, TAIL_AUDIT, &(struct tx_tail){ flush, length, cut, NULL, &queue });
    queue = flushed = audit_first = 0;
    ok(tx_begin(cx, &tx), "a transaction with tails");
    queue = 2;
    {
        struct tx inner SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &inner), "a savepoint in it");
        queue = 5;
    }
    is_int(queue, 2, "a savepoint that rolls back cuts what it queued");
    ok(tx_commit(&tx) && flushed == 4 && audit_first == 1, "both are flushed before the commit, audit first");
    ok(queue == 0 && count(cx, 4) == 2, "and are empty after it");
}

static void test_generation(struct cx *cx, const struct dbtest *t)
{
    struct generation a, b, inside, again;
    ok(db_generation(cx, &a) && db_generation(cx, &b) && a.definitions == b.definitions, "it stands");
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &tx) && db_bump_definitions(cx) && db_generation(cx, &inside)
           && inside.definitions != a.definitions && inside.identities == a.identities,
           "a change is seen inside its transaction");
    }
    ok(db_generation(cx, &b) && b.definitions == a.definitions, "a rollback takes it back");
    {
        struct tx tx SCOPED(tx_end) = { 0 };
        ok(tx_begin(cx, &tx) && db_bump_definitions(cx) && db_generation(cx, &again)
           && again.definitions != inside.definitions && tx_commit(&tx),
           "the number of the rolled back one never comes again");
    }
    ok(db_generation(cx, &b) && b.definitions == a.definitions + 1, "a commit keeps it");
    db_rest(cx->db);
    struct cx other = dbtest_cx(NULL);
    other.db = db_open(&other, t->where, DB_SERVE);
    struct tx tx SCOPED(tx_end) = { 0 };
    ok(other.db != NULL && tx_begin(&other, &tx) && db_bump_identities(&other) && tx_commit(&tx),
       "another connection changes identities");
    ok(db_generation(cx, &b) && b.identities == a.identities + 1, "which the first one sees");
    ok(db_snapshot(&other) && db_generation(&other, &again), "a snapshot of the other");
    ok(add(cx, "later", 5), "a change after it");
    is_int(count(&other, 5), 0, "is not in it");
    db_rest(other.db);
    is_int(count(&other, 5), 1, "but in the next");
    db_close(other.db);
}

static void test_engine(size_t engine)
{
    struct dbtest t;
    struct cx cx;
    printf("# %s\n", engine == 0 ? "SQLite" : "PostgreSQL");
    if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), "a database with the schema"))
        return;
    test_rows(&cx);
    test_misuse(&cx);
    test_tx(&cx);
    test_refusals(&cx);
    test_tails(&cx);
    test_generation(&cx, &t);
    ok(db_ping(&cx), "the database answers");
    dbtest_close(&t, &cx);
}

int main(void)
{
    plan((int)dbtest_engines() * TESTS);
    for (size_t engine = 0; engine < dbtest_engines(); engine++)
        test_engine(engine);
    return done();
}
