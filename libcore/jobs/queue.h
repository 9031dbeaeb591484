/*
 * queue.h — work for after the reply: put in with the change that caused it, done by the worker
 * (automation.md §10, §17.5).
 *
 * Payload   JSON that superadmins can read in the list of jobs: secrets in it are sealed
 * Attempts  attempt_number counts failures, max_retries is how many there may be; after the a-th it
 *           waits retry_delay_seconds · 2^(a-1). What a worker left unfinished counts as a failure
 * Winner    one worker gets a job; what it says about it counts only while the job is still its own
 * Changes   jobs (without history)
 */
#ifndef JOBS_QUEUE_H
#define JOBS_QUEUE_H

#include "base/cx.h"

struct queue_job {
    const char *handler;        /* a kind of app/jobkinds.c: "send_email" */
    const char *queue;          /* NULL: "default" */
    struct str account_id;      /* on whose behalf; absent: nobody's */
    struct str payload;         /* a JSON object */
    int64_t run_at;             /* not before; 0: at once */
    int64_t tries;              /* 0: 3 */
    int64_t delay_seconds;      /* 0: 60 */
    struct str dedupe_key;      /* absent, or: E_BUSY while another job has it */
};
/* In the caller's transaction: no commit, no job. */
bool queue_add(struct cx *cx, const struct queue_job *job, struct str *id) MUST_CHECK;

/* Whether something was put in since this process was asked last. */
bool queue_was_fed(struct cx *cx);

/* A job in hand; the worker's name and the attempt are what later says that it is still ours. */
struct queue_claim {
    struct str id, handler, payload, account_id, holder;
    int64_t attempt_number, max_retries, retry_delay_seconds;
};
/* The most urgent one that is due, for lease_us; of that queue, unless absent. The names of workers
 * differ. All below open their own transaction and are over when they return. */
bool queue_take(struct cx *cx, struct str holder, struct str queue, int64_t lease_us, bool *found,
                struct queue_claim *out) MUST_CHECK;
/* That one, due or not, if nobody has it and it is not over. */
bool queue_take_one(struct cx *cx, struct str holder, struct str id, int64_t lease_us, bool *found,
                    struct queue_claim *out) MUST_CHECK;
bool queue_done(struct cx *cx, const struct queue_claim *job) MUST_CHECK;
bool queue_failed(struct cx *cx, const struct queue_claim *job, struct str why) MUST_CHECK;

/* When the next one is due (of that queue, unless absent); 0: there is none. */
bool queue_due(struct cx *cx, struct str queue, int64_t *at) MUST_CHECK;
/* Whether the queue may have changed since *seen (0 at first), which is kept up: on SQLite anything
 * that somebody else committed counts, on PostgreSQL it always may. */
bool queue_stirs(struct cx *cx, uint64_t *seen, bool *stirs) MUST_CHECK;
/* Gives back what workers hold past their lease. */
bool queue_sweep(struct cx *cx) MUST_CHECK;
/* Deletes completed jobs older than job_retention_days, dead ones after dead_job_retention_days. */
bool queue_purge(struct cx *cx) MUST_CHECK;

/* How many there are of each, for people and gauges; the wire names of the states. */
struct queue_counts { int64_t pending, running, completed, failed, retrying, dead; };
bool queue_counts(struct cx *cx, struct queue_counts *out) MUST_CHECK;

struct queue_state { struct str status, error_message; };
bool queue_look(struct cx *cx, struct str id, bool *found, struct queue_state *out) MUST_CHECK;
/* The job that has that key; one made before since loses it first. In the caller's transaction. */
bool queue_keyed(struct cx *cx, struct str dedupe_key, int64_t since, bool *found,
                 struct queue_state *out) MUST_CHECK;

#endif
