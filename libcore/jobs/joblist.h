/*
 * joblist.h — the queue as people look at it: a page of jobs; one tried anew, or called off.
 *
 * For      superadmins: over all accounts (others: 403). What a job carries is not told
 * Order    newest first; of one state, the most urgent last
 * Changes  jobs, with history in the chain of the job's account, else the system's
 * Errors   404 "Job not found"; 409 for a job that is at work, or over
 */
#ifndef JOBS_JOBLIST_H
#define JOBS_JOBLIST_H

#include "base/cx.h"

enum { JOBLIST_COUNTED = 10000 };

struct joblist_query {
    struct str status;          /* "pending", "running" … (queue.h); absent: any */
    struct str handler;         /* a kind: "send_email"; absent: any */
    int64_t skip, limit;
};
struct joblist_job {
    struct str id, queue, handler, status, error_message, created_by, account_id, locked_by;
    int64_t attempt_number, max_retries;
    int64_t run_at, created_at, started_at, completed_at, failed_at, lease_until;   /* 0: none */
};
struct joblist_page {
    struct joblist_job *at; size_t n;
    int64_t total; bool is_more;                /* at least JOBLIST_COUNTED */
};
bool joblist_read(struct cx *cx, const struct joblist_query *query, struct joblist_page *out)
    MUST_CHECK;
bool joblist_find(struct cx *cx, struct str id, struct joblist_job *out) MUST_CHECK;
/* The kinds of the newest 1,000, by name. */
bool joblist_handlers(struct cx *cx, struct str **out, size_t *n) MUST_CHECK;

/* One that failed, was given up or waits to be tried again: due at once, with all its tries. */
bool joblist_retry(struct cx *cx, struct str id) MUST_CHECK;
bool joblist_may_retry(const struct joblist_job *job);
/* One that waits: given up, with who did it as the reason. */
bool joblist_cancel(struct cx *cx, struct str id) MUST_CHECK;
bool joblist_may_cancel(const struct joblist_job *job);

#endif
