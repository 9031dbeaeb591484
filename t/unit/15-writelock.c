/* 15-writelock.c — one writer at a time, flushed together, whoever is killed whenever. */
#include "dbtest.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/fault.h"
#include "db/rows.h"
#include "db/tx.h"
#include "db/writelock.h"

#define WRITERS 8
#define KILLS 40
#define ROUNDS 300

static size_t flushes;
static bool flush(void *state) { flushes++; return *(bool *)state; }

static int ends_with(pid_t child)
{
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

static void test_lock(const char *database, bool may_map)
{
    bool yes = true, no = false;
    int why = 0;
    struct writelock *lock = writelock_open(tap_mem(), database, may_map, &why);
    struct writelock *other = writelock_open(tap_mem(), database, may_map, &why);
    printf("# %s\n", may_map ? "mapped" : "a file lock");
    ok(lock != NULL && other != NULL && writelock_groups(lock) == may_map, "it opens, twice");
    ok(writelock_take(lock, 100) == WRITELOCK_GOT, "it is taken");
    ok(writelock_take(other, 20) != WRITELOCK_GOT, "once");
    writelock_give(lock);
    pid_t child = fork();
    if (child == 0) {
        struct writelock *mine = writelock_open(tap_mem(), database, may_map, &why);
        _exit(mine != NULL && writelock_take(mine, 1000) == WRITELOCK_GOT ? kill(getpid(), SIGKILL) : 1);
    }
    is_int(ends_with(child), 100 + SIGKILL, "its owner is killed");
    ok(writelock_take(other, 1000) == WRITELOCK_GOT, "and the next has it");
    uint64_t ticket = writelock_committed(other);
    writelock_give(other);
    flushes = 0;
    ok(!may_map || !writelock_flush(other, ticket, flush, &no), "a flush that fails is told");
    ok(writelock_flush(lock, ticket, flush, &yes) && writelock_flush(other, ticket, flush, &yes)
       && flushes == (may_map ? 2 : 0), "one flush serves all who committed before it");
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            struct writelock *mine = writelock_open(tap_mem(), database, may_map, &why);
            bool well = mine != NULL;
            for (int round = 0; well && round < ROUNDS; round++) {
                well = writelock_take(mine, 10000) == WRITELOCK_GOT;
                uint64_t n = writelock_committed(mine);
                writelock_give(mine);
                well = well && writelock_flush(mine, n, flush, &yes);
            }
            _exit(well ? 0 : 1);
        }
    int failed = 0;
    for (int i = 0; i < 4; i++)
        failed += ends_with(-1) != 0;
    is_int(failed, 0, "four processes take it in turn");
    bool got = writelock_take(lock, 1000) == WRITELOCK_GOT;
    ok(got && writelock_committed(lock) == (may_map ? ticket + 4 * ROUNDS + 1 : 0),
       "none is lost in the count");
    writelock_give(lock);
    writelock_close(lock);
    writelock_close(other);
}

static const struct sql ACKED_ADD = SQL("INSERT INTO acked (writer, n) VALUES (:writer, :n)");
struct ack { int64_t writer, n; };

static bool write_one(struct cx *cx, struct ack ack)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    int64_t changed;
    return tx_begin(cx, &tx)
        && db_exec(cx, ACKED_ADD, BIND(p_int("writer", ack.writer), p_int("n", ack.n)), &changed)
        && tx_commit(&tx);
}

static NO_RETURN void writer(const struct dbtest *t, int64_t number, int pipe)
{
    struct cx cx = dbtest_cx(NULL);
    cx.mem = arena_new(0, NULL, NULL);
    cx.db = db_open(&cx, t->where, DB_SERVE);
    for (int64_t n = 0; cx.db != NULL; n++) {
        struct ack ack = { number, n };
        if (!write_one(&cx, ack) || write(pipe, &ack, sizeof ack) != sizeof ack)
            break;
        db_rest(cx.db);
        arena_reset(cx.mem);
    }
    fprintf(stderr, "# writer: %s\n", cx.err.cause);
    _exit(1);
}

static pid_t start_writer(const struct dbtest *t, int64_t number, const int *ends)
{
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        writer(t, number, ends[1]);
    }
    return child;
}

static int64_t number_of(struct cx *cx, struct sql sql)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    return db_query(cx, sql, NO_BINDS, &rows) && rows_step(&rows) ? rows_int(&rows, 0) : -1;
}

static void test_kills(struct cx *cx, const struct dbtest *t)
{
    static const struct sql CREATE = SQL(
        "CREATE TABLE acked (writer INTEGER, n INTEGER, PRIMARY KEY (writer, n))");
    static const struct sql ROWS = SQL("SELECT count(*) FROM acked");
    static const struct sql INTACT = SQL(
        "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'");
    static const struct sql KNOWN = SQL("SELECT count(*) FROM acked WHERE writer = :writer AND n <= :n");
    int64_t last[WRITERS + KILLS], next = 0, acks = 0, lost = 0, bad = 0;
    pid_t pids[WRITERS];
    int ends[2];
    struct ack ack;
    ok(db_exec(cx, CREATE, NO_BINDS, NULL) && pipe(ends) == 0, "a table for what was acknowledged");
    memset(last, -1, sizeof last);
    for (size_t i = 0; i < WRITERS; i++)
        pids[i] = start_writer(t, next++, ends);
    while (next < WRITERS + KILLS) {
        uint16_t dice;
        random_bytes(&dice, sizeof dice);
        for (size_t i = 0; i < 20u + dice % 64u && read(ends[0], &ack, sizeof ack) == sizeof ack; i++, acks++)
            last[ack.writer] = ack.n;
        size_t victim = dice % WRITERS;
        kill(pids[victim], SIGKILL);
        bad += ends_with(pids[victim]) != 100 + SIGKILL;
        pids[victim] = start_writer(t, next++, ends);
    }
    for (size_t i = 0; i < WRITERS; i++) {
        kill(pids[i], SIGKILL);
        bad += ends_with(pids[i]) != 100 + SIGKILL;
    }
    close(ends[1]);
    for (; read(ends[0], &ack, sizeof ack) == sizeof ack; acks++)
        last[ack.writer] = ack.n;
    close(ends[0]);
    is_int(bad, 0, "no writer ended but by our hand");
    for (int64_t i = 0; i < WRITERS + KILLS; i++) {
        struct rows rows SCOPED(rows_close) = { 0 };
        if (!db_query(cx, KNOWN, BIND(p_int("writer", i), p_int("n", last[i])), &rows)
            || !rows_step(&rows) || rows_int(&rows, 0) != last[i] + 1)
            lost++;
    }
    is_int(lost, 0, "nothing acknowledged was lost");
    int64_t rows = number_of(cx, ROWS);
    printf("# %d killed, %d acknowledged, %d rows\n", KILLS, (int)acks, (int)rows);
    ok(rows >= acks && rows <= acks + WRITERS + KILLS, "nor was more than the last of each unheard");
    is_int(number_of(cx, INTACT), 1, "the database is intact");
    db_rest(cx->db);
    ok(write_one(cx, (struct ack){ 1000, 1 }), "and writable");
}

static void test_fault(struct cx *cx, const struct dbtest *t)
{
    pid_t child = fork();
    if (child == 0) {
        struct cx mine = dbtest_cx(NULL);
        fault_arm("db.committed:kill");
        mine.db = db_open(&mine, t->where, DB_SERVE);
        _exit(mine.db != NULL && write_one(&mine, (struct ack){ 2000, 1 }));
    }
    is_int(ends_with(child), 100 + SIGKILL, "killed between its commit and the count");
    ok(write_one(cx, (struct ack){ 2000, 2 }), "the next one writes");
    static const struct sql BOTH = SQL("SELECT count(*) FROM acked WHERE writer = 2000");
    is_int(number_of(cx, BOTH), 2, "what was committed stands");
}

int main(void)
{
    struct dbtest t;
    struct cx cx;
    plan(29);
    ok(dbtest_open(&t, 0, &cx, DB_OWNER), "a database");
    db_close(cx.db);                        /* no descriptor of ours in the children               */
    test_lock(t.where.p, true);
    test_lock(t.where.p, false);
    cx.db = db_open(&cx, t.where, DB_OWNER);
    test_kills(&cx, &t);
    test_fault(&cx, &t);
    ok(db_ping(&cx), "and answers");
    dbtest_close(&t, &cx);
    return done();
}
