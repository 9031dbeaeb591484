/* 13-early.c — commits that others see at once and that settle on the disk later. */
#include "dbtest.h"

#include <poll.h>

#include "db/rows.h"
#include "db/tx.h"

static const struct sql ADD = SQL(
    "INSERT INTO roles (name, created_at, updated_at) VALUES (:name, 0, 0)");
static const struct sql FIND = SQL("SELECT name FROM roles WHERE name = :name");
struct role { struct str name; };
static const struct col ROLE_COLS[] = { COL(C_TEXT, role, name), { 0 } };

static bool add(struct cx *cx, const char *name, uint64_t *ticket)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(db_exec(cx, ADD, BIND(p_text("name", str_of(name))), NULL));
    return tx_commit_early(&tx, ticket);
}

static bool sees(struct cx *cx, const char *name)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct role role;
    return db_query(cx, FIND, BIND(p_text("name", str_of(name))), &rows)
        && rows_next(&rows, ROLE_COLS, &role);
}

static bool becomes_readable(int descriptor)
{
    struct pollfd one = { .fd = descriptor, .events = POLLIN };
    return poll(&one, 1, 20000) == 1;
}

static void try_engine(size_t engine)
{
    struct dbtest t;
    struct cx cx, other;
    struct tx outer = { 0 }, inner = { 0 };
    uint64_t first, second, third;
    bool settled = false;

    ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL");
    other = dbtest_cx(NULL);
    other.db = db_open(&other, t.where, DB_SERVE);
    ok(add(&cx, "one", &first) && sees(&other, "one"), "others see it before it has settled");
    ok((first != 0) == (engine == 0), "a log that is flushed for several has to settle");
    ok(add(&cx, "two", &second) && (engine != 0 || second > first), "the next one need not wait");
    int descriptor = tx_settling(cx.db);
    ok(first == 0 || descriptor < 0 || becomes_readable(descriptor),
       "a descriptor tells when to ask");
    ok(tx_settle(&cx, second, true, &settled) && settled, "whoever waits for the second");
    settled = false;
    ok(tx_settle(&cx, first, false, &settled) && settled, "need not wait for the first");
    ok(tx_settle(&cx, 0, false, &settled) && settled, "nothing is settled at once");

    ok(tx_begin(&cx, &outer) && tx_begin(&cx, &inner) && tx_commit_early(&inner, &third)
       && third == 0 && tx_commit(&outer), "an inner commit has nothing to wait for");
    ok(!tx_commit_early(&outer, &third) && third == 0, "a commit comes once");
    fail_forget(&cx);
    ok(add(&cx, "three", &third) && tx_begin(&cx, &inner) && tx_commit(&inner)
       && tx_settle(&cx, third, false, &settled) && settled,
       "a later commit that waits settles the earlier");
    db_close(other.db);
    dbtest_close(&t, &cx);
}

int main(void)
{
    plan(11 * (int)dbtest_engines());
    for (size_t engine = 0; engine < dbtest_engines(); engine++)
        try_engine(engine);
    return done();
}
