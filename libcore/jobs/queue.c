/* queue.c — puts jobs into the queue. */
#include "jobs/queue.h"

#include "audit/change.h"
#include "base/ident.h"

enum { TRIES = 3, DELAY_SECONDS = 60 };

bool queue_add(struct cx *cx, const struct queue_job *job, struct str *id)
{
    struct str by = cx->who != NULL && cx->who->kind == ACTOR_USER ? cx->who->id : NO_STR;
    struct str account = str_absent(job->account_id) ? S(SYSTEM_ACCOUNT) : job->account_id;
    *id = ident_uuid(cx->mem, cx->now);
    return change_insert(cx, &(struct change){
        .table = S("jobs"), .account_id = account,
        .new_values = BIND(
            p_text("id", *id), p_text("queue", str_of(job->queue != NULL ? job->queue : "default")),
            p_text("handler", str_of(job->handler)), p_text("payload", job->payload),
            p_text("status", S("pending")), p_int("priority", 0),
            job->run_at != 0 ? p_time("run_at", job->run_at) : p_null("run_at"),
            p_int("attempt_number", 0), p_int("max_retries", job->tries != 0 ? job->tries : TRIES),
            p_int("retry_delay_seconds",
                  job->delay_seconds != 0 ? job->delay_seconds : DELAY_SECONDS),
            p_time("created_at", cx->now), p_text("created_by", by),
            p_text("account_id", job->account_id)) });
}
