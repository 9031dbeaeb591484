/* 23-queue.c — jobs: one winner, longer waits, late finishers, stale leases; and the leases of programs. */
#include "dbtest.h"

#include <sys/wait.h>

#include "base/settings.h"
#include "db/rows.h"
#include "db/tx.h"
#include "jobs/lease.h"
#include "jobs/queue.h"

#define LEASE (300 * WHEN_SECOND)
enum { TESTS = 64, WORKERS = 4, JOBS = 40 };

static struct settings set = { .job_execution_timeout = 300, .job_retention_days = 7,
                               .dead_job_retention_days = 30 };

struct job { struct str status, error_message; int64_t attempt_number, run_at, lease_until; };
static const struct sql JOB = SQL(
    "SELECT status, error_message, attempt_number, run_at, lease_until FROM jobs WHERE id = :id");
static const struct sql NO_JOBS = SQL("DELETE FROM jobs");
static const struct col JOB_COLS[] = {
    COL(C_TEXT, job, status), COL(C_TEXT, job, error_message), COL(C_INT, job, attempt_number),
    COL(C_TIME, job, run_at), COL(C_TIME, job, lease_until), { 0 },
};

static struct job look(struct cx *cx, struct str id)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct job job = { .status = S("gone") };
    return db_query(cx, JOB, BIND(p_text("id", id)), &rows) && rows_next(&rows, JOB_COLS, &job) ? job : job;
}

static struct str add(struct cx *cx, const char *queue, int64_t run_at, int64_t tries)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct str id = NO_STR;
    const struct queue_job job = { .handler = "h", .queue = queue, .payload = S("{}"), .run_at = run_at,
                                   .tries = tries };
    return tx_begin(cx, &tx) && queue_add(cx, &job, &id) && tx_commit(&tx) ? id : NO_STR;
}

static bool take(struct cx *cx, const char *holder, const char *queue, struct queue_claim *out)
{
    bool found = false;
    return queue_take(cx, str_of(holder), str_of(queue), LEASE, &found, out) && found;
}

static void order(struct cx *cx)
{
    struct queue_claim job = { .holder = NO_STR };
    int64_t due;
    ok(!take(cx, "w", NULL, &job), "an empty queue gives nothing");
    ok(queue_due(cx, NO_STR, &due) && due == 0, "nor is anything due");
    struct str first = add(cx, NULL, 0, 0), other = add(cx, "mail", 0, 0);
    struct str later = add(cx, NULL, cx->now + WHEN_MINUTE, 0);
    ok(take(cx, "w", "mail", &job) && str_eq(job.id, other), "a worker of one queue takes from that one");
    ok(take(cx, "w", NULL, &job) && str_eq(job.id, first), "the oldest comes first");
    ok(str_eq(job.handler, S("h")) && str_eq(job.payload, S("{}")) && job.attempt_number == 0,
       "with what it needs");
    is_text(look(cx, first).status, "running", "it is at work");
    is_int(look(cx, first).lease_until, cx->now + LEASE, "for so long");
    ok(!take(cx, "w", NULL, &job), "what is not due yet waits");
    ok(queue_due(cx, NO_STR, &due) && due == cx->now + WHEN_MINUTE, "and says until when");
    ok(queue_due(cx, S("mail"), &due) && due == 0, "but not in the other queue");
    cx->now += WHEN_MINUTE;
    ok(take(cx, "w", NULL, &job) && str_eq(job.id, later), "then it comes");
    ok(db_exec(cx, NO_JOBS, NO_BINDS, NULL), "(all gone)");
}

static void retries(struct cx *cx)
{
    struct queue_claim job, late;
    struct str id = add(cx, NULL, 0, 3);
    ok(take(cx, "w", NULL, &job) && queue_failed(cx, &job, S("no\xff\n answer")), "a failure is noted");
    struct job seen = look(cx, id);
    is_text(seen.status, "retrying", "it will be tried again");
    is_text(seen.error_message, "no\xef\xbf\xbd\n answer", "everybody can see why");
    is_int(seen.attempt_number, 1, "the attempt counts");
    is_int(seen.run_at, cx->now + 60 * WHEN_SECOND, "it waits for a minute");
    is_int(seen.lease_until, 0, "and nobody has it");
    cx->now += 60 * WHEN_SECOND;
    late = job;
    ok(take(cx, "w", NULL, &job) && job.attempt_number == 1, "the second attempt");
    ok(queue_done(cx, &late), "who is late finishes the first one once more");
    is_text(look(cx, id).status, "running", "to no effect");
    late = job;
    late.holder = S("another");
    ok(queue_failed(cx, &late, S("x")), "nor can another give it back");
    is_text(look(cx, id).status, "running", "it is still at work");
    ok(queue_failed(cx, &job, S("again")), "it fails again");
    is_int(look(cx, id).run_at, cx->now + 120 * WHEN_SECOND, "and waits twice as long");
    cx->now += 120 * WHEN_SECOND;
    ok(take(cx, "w", NULL, &job) && queue_failed(cx, &job, S("for good")), "the third time");
    seen = look(cx, id);
    is_text(seen.status, "dead", "it is given up");
    is_int(seen.run_at, cx->now, "run_at stays as it was");
    cx->now += 365 * WHEN_DAY;
    ok(!take(cx, "w", NULL, &job), "and never comes again");
    ok(queue_purge(cx) && str_eq(look(cx, id).status, S("gone")), "in the end it is swept away");
}

static void one_of_them(struct cx *cx)
{
    bool found;
    struct queue_claim job;
    struct queue_state state;
    struct str id = add(cx, NULL, cx->now + WHEN_DAY, 1), other = add(cx, NULL, 0, 1);
    ok(queue_take_one(cx, S("w"), id, LEASE, &found, &job) && found,
       "a certain one comes although it is not due");
    ok(queue_take_one(cx, S("v"), id, LEASE, &found, &job) && !found, "but not twice");
    ok(queue_look(cx, id, &found, &state) && found && str_eq(state.status, S("running")),
       "others see how it stands");
    ok(queue_look(cx, S("nobody"), &found, &state) && !found, "and that there is none");
    job.holder = S("w");
    ok(queue_done(cx, &job), "it is done");
    is_text(look(cx, id).status, "completed", "and stays so");
    ok(queue_take_one(cx, S("w"), id, LEASE, &found, &job) && !found, "what is done is not done again");
    ok(take(cx, "w", NULL, &job) && str_eq(job.id, other), "the others were left alone");
    cx->now += 6 * WHEN_DAY;
    ok(queue_purge(cx) && str_eq(look(cx, id).status, S("completed")), "what was done is kept for a week");
    cx->now += 2 * WHEN_DAY;
    ok(queue_purge(cx) && str_eq(look(cx, id).status, S("gone")), "not longer");
    ok(db_exec(cx, NO_JOBS, NO_BINDS, NULL), "(all gone)");
}

static void stale(struct cx *cx)
{
    struct queue_claim first, job;
    struct str id = add(cx, NULL, 0, 2);
    ok(take(cx, "w", NULL, &first), "a worker takes a job and dies");
    cx->now += LEASE - 1;
    ok(queue_sweep(cx) && str_eq(look(cx, id).status, S("running")), "until its lease is over nobody knows");
    cx->now += 1;
    ok(queue_sweep(cx) && str_eq(look(cx, id).status, S("pending")), "then the job is free again");
    is_text(look(cx, id).error_message, "Job timed out after 300s", "it says what happened");
    ok(take(cx, "v", NULL, &job) && job.attempt_number == 1, "that was an attempt");
    ok(queue_done(cx, &first) && str_eq(look(cx, id).status, S("running")),
       "the dead worker comes back in vain");
    cx->now += LEASE;
    ok(queue_sweep(cx), "the second one dies too");
    is_text(look(cx, id).status, "dead", "a job that kills its workers is given up");
    ok(db_exec(cx, NO_JOBS, NO_BINDS, NULL), "(all gone)");
}

static void leases(struct cx *cx)
{
    bool held;
    const int64_t ttl = 30 * WHEN_SECOND;
    ok(lease_is_held(cx, S("l"), &held) && !held, "a lease nobody asked for is free");
    ok(lease_take(cx, S("l"), S("a"), ttl, &held) && held, "the first one gets it");
    ok(lease_take(cx, S("l"), S("b"), ttl, &held) && !held, "the second one does not");
    ok(lease_is_held(cx, S("l"), &held) && held, "all see that somebody has it");
    cx->now += ttl / 2;
    ok(lease_take(cx, S("l"), S("a"), ttl, &held) && held, "the holder stays it");
    cx->now += ttl - 1;
    ok(lease_take(cx, S("l"), S("b"), ttl, &held) && !held, "from then on");
    cx->now += 1;
    ok(lease_is_held(cx, S("l"), &held) && !held, "a silent holder loses it");
    ok(lease_take(cx, S("l"), S("b"), ttl, &held) && held, "to another");
    ok(lease_give(cx, S("l"), S("a")) && lease_take(cx, S("l"), S("a"), ttl, &held) && !held,
       "and cannot give it away");
    ok(lease_give(cx, S("l"), S("b")) && lease_take(cx, S("l"), S("a"), ttl, &held) && held,
       "as its holder can");
}

/* A worker of its own process: takes until there is nothing left and tells what it took. */
static void work(const struct dbtest *t, int to)
{
    struct queue_claim job;
    struct cx cx = dbtest_cx(NULL);
    cx.set = &set;
    cx.db = db_open(&cx, t->where, DB_SERVE);
    struct str name = str_fmt(cx.mem, "w%ld", (long)getpid());
    bool well = cx.db != NULL;
    while (well && take(&cx, name.p, NULL, &job))
        well = queue_done(&cx, &job) && write(to, job.id.p, 36) == 36;
    if (cx.err.kind != E_NONE)
        printf("# %s\n", cx.err.cause != NULL ? cx.err.cause : cx.err.message);
    db_close(cx.db);
    _exit(well ? 0 : 1);
}

static void many(struct cx *cx, const struct dbtest *t)
{
    int ends[2], status;
    char ids[JOBS + 1][36];
    size_t n = 0, twice = 0, well = 0;
    for (size_t i = 0; i < JOBS; i++)
        (void)add(cx, NULL, 0, 0);
    db_rest(cx->db);
    fflush(stdout);
    if (pipe(ends) != 0)
        return;
    for (size_t i = 0; i < WORKERS; i++)
        if (fork() == 0)
            work(t, ends[1]);
    close(ends[1]);
    while (n <= JOBS && read(ends[0], ids[n], 36) == 36)
        n++;
    for (size_t i = 0; i < WORKERS; i++)
        well += wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            twice += memcmp(ids[i], ids[j], 36) == 0;
    close(ends[0]);
    is_int(well, WORKERS, "several workers at once");
    is_int(n, JOBS, "do all jobs");
    is_int(twice, 0, "and none of them twice");
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan(TESTS * (int)engines);
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        cx.set = &set;
        order(&cx);
        retries(&cx);
        one_of_them(&cx);
        stale(&cx);
        leases(&cx);
        cx.now = when_now();
        many(&cx, &t);
        dbtest_close(&t, &cx);
    }
    return done();
}
