/*
 * queue.h — work for after the reply: put in with the change that caused it, done by the worker
 * (automation.md §10, §17.5).
 *
 * Payload   JSON that superadmins can read in the list of jobs: secrets in it are sealed
 * Attempts  tries is how often at most; after the a-th failure it waits delay_seconds · 2^(a-1)
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
};
/* In the caller's transaction: no commit, no job. */
bool queue_add(struct cx *cx, const struct queue_job *job, struct str *id) MUST_CHECK;

#endif
