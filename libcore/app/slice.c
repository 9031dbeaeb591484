/* slice.c — starts `worker --once` where nobody else would do the work. */
#include "app/slice.h"

#include "base/log.h"
#include "base/settings.h"
#include "db/db.h"
#include "jobs/lease.h"
#include "jobs/queue.h"
#include "net/errand.h"

static bool start(struct cx *cx)
{
    bool held = false;
    TRY(lease_is_held(cx, S(LEASE_WORKER), &held));
    db_rest(cx->db);
    return held || errand_leave(cx, "--once");
}

void slice_start(struct cx *cx)
{
    if (!queue_was_fed(cx) || !cx->set->worker_slice)
        return;
    if (!start(cx)) {
        log_failure(cx);
        fail_forget(cx);
    }
}
