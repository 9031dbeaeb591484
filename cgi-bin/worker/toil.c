/* toil.c — takes jobs, runs them, says what became of them. */
#include "toil.h"

#include <stdio.h>
#include <unistd.h>

#include "app/housekeeping.h"
#include "app/jobkinds.h"
#include "app/trailkeeping.h"
#include "base/log.h"
#include "base/random.h"
#include "base/when.h"
#include "identity/actor.h"
#include "jobs/lease.h"

bool toil_open(struct toil *toil, const char *config, const char *data)
{
    char host[64] = "";
    bool (*stopping)(void) = toil->stopping;
    *toil = (struct toil){ .stopping = stopping, .lease = S(LEASE_WORKER) };
    if (!boot_settings(&toil->app, "worker", config, data))
        return false;
    toil->mem = arena_new(0, NULL, NULL);
    (void)gethostname(host, sizeof host - 1);
    toil->name = str_fmt(toil->app.mem, "%.40s:%ld:%.*s", host, (long)getpid(),
                         STR_ARG(random_hex(toil->app.mem, 4)));
    return true;
}

void toil_close(struct toil *toil)
{
    boot_close(&toil->app);
    arena_free(toil->mem);
}

bool toil_cx(struct toil *toil, struct cx *cx)
{
    arena_reset(toil->mem);
    boot_cx(&toil->app, toil->mem, cx);
    struct actor *who = arena_make(toil->mem, struct actor);
    actor_system(who);
    cx->who = who;
    if (toil->app.db != NULL || boot_connect(&toil->app, cx, DB_SERVE))
        return true;
    log_failure(cx);
    return false;
}

static bool failed(struct cx *cx)
{
    log_failure(cx);
    fail_forget(cx);
    return false;
}

bool toil_hold(struct toil *toil, bool *held)
{
    struct cx cx;
    int64_t ttl = toil->app.set.worker_lease_seconds * WHEN_SECOND;
    *held = false;
    return toil_cx(toil, &cx)
        && (lease_take(&cx, toil->lease, toil->name, ttl, held) || failed(&cx));
}

void toil_let_go(struct toil *toil)
{
    struct cx cx;
    if (toil_cx(toil, &cx) && !lease_give(&cx, toil->lease, toil->name))
        (void)failed(&cx);
}

/* --- jobs ------------------------------------------------------------------------------------- */

/* What the job's row will say. What is broken is ours: the log has the rest of it. */
static struct str reason(struct cx *cx)
{
    const char *why = cx->err.kind == E_BROKEN && cx->err.cause != NULL ? cx->err.cause
                                                                       : cx->err.message;
    return str_copy(cx->mem, str_of(why != NULL ? why : "It failed"));
}

/* False: what became of it cannot be noted. */
static bool run(struct cx *cx, const struct queue_claim *job, bool *well)
{
    struct str why = NO_STR;
    *well = jobkinds_run(cx, job);
    if (!*well) {
        why = reason(cx);
        LOG(LOG_WARNING, "job_failed", log_text("job", job->id), log_text("handler", job->handler),
            log_number("attempt", job->attempt_number + 1), log_text("why", why));
        fail_forget(cx);
    }
    cx->now = when_now();
    return *well ? queue_done(cx, job) : queue_failed(cx, job, why);
}

static int64_t lease_of(const struct toil *toil)
{
    return toil->app.set.job_execution_timeout * WHEN_SECOND;
}

/* *found: there was one. False: the database failed. */
static bool next(struct toil *toil, bool *found)
{
    struct cx cx;
    struct queue_claim job;
    bool well;
    *found = false;
    if (!toil_cx(toil, &cx))
        return false;
    if (!queue_take(&cx, toil->name, toil->queue, lease_of(toil), found, &job))
        return failed(&cx);
    return !*found || run(&cx, &job, &well) || failed(&cx);
}

bool toil_drain(struct toil *toil, int64_t budget_us)
{
    int64_t began = when_now(), held_at = began;
    int64_t renew = toil->app.set.worker_lease_seconds * WHEN_SECOND / 3;
    for (bool found = true, held = true; found && held && !toil->stopping();) {
        int64_t now = when_now();
        if (budget_us != 0 && now - began > budget_us)
            return true;
        if (now - held_at > renew) {
            if (!toil_hold(toil, &held))
                return false;
            held_at = now;
        }
        if (held && !next(toil, &found))
            return false;
    }
    return true;
}

int toil_one(struct toil *toil, struct str id)
{
    struct cx cx;
    struct queue_claim job;
    bool found = false, well = false;
    if (!toil_cx(toil, &cx))
        return 1;
    if (!queue_take_one(&cx, toil->name, id, lease_of(toil), &found, &job)) {
        (void)failed(&cx);
        return 1;
    }
    if (!found) {
        fprintf(stderr, "worker: no job %.*s waits\n", STR_ARG(id));
        return 1;
    }
    job.max_retries = 0;                /* whoever asked for it sees the outcome now */
    return (run(&cx, &job, &well) || failed(&cx)) && well ? 0 : 1;
}

/* --- between jobs ----------------------------------------------------------------------------- */

void toil_sweep(struct toil *toil)
{
    struct cx cx;
    if (!toil_cx(toil, &cx))
        return;
    if (!queue_sweep(&cx) || !housekeeping_hourly(&cx, toil->name)
        || !housekeeping_daily(&cx, toil->name))
        (void)failed(&cx);
    if (toil_cx(toil, &cx) && !trailkeeping_turn(&cx, toil->name))
        (void)failed(&cx);
}

bool toil_stirs(struct toil *toil, uint64_t *seen, int64_t *due)
{
    struct cx cx;
    bool stirs = true;
    if (!toil_cx(toil, &cx))
        return true;
    if (!queue_stirs(&cx, seen, &stirs) || (stirs && !queue_due(&cx, toil->queue, due)))
        (void)failed(&cx);
    return stirs;
}
