/* trailkeeping.c — signs checkpoints when they are due, archives entries when they are old. */
#include "app/trailkeeping.h"

#include "audit/checkpoint.h"
#include "audit/prune.h"
#include "base/settings.h"
#include "base/when.h"
#include "jobs/lease.h"

#define CHECKPOINTS S("audit checkpoints")
#define RETENTION S("audit retention")

/* Leases that nobody gives back, each under a new name: who gets one has the interval. */
static bool sign(struct cx *cx, struct str holder)
{
    int64_t minutes = cx->set->audit_checkpoint_minutes, made;
    bool ours = false;
    if (minutes == 0 || cx->set->audit_signing_key.n == 0)
        return true;
    TRY(lease_take(cx, CHECKPOINTS, holder, minutes * WHEN_MINUTE, &ours));
    return !ours || checkpoint_make(cx, &made);
}

static bool make_room(struct cx *cx, struct str holder)
{
    int64_t days = cx->set->audit_retention_days;
    struct prune_report report;
    bool ours = false;
    if (days == 0)
        return true;
    TRY(lease_take(cx, RETENTION, holder, WHEN_DAY, &ours));
    if (!ours)
        return true;
    TRY(prune_run(cx, cx->now - days * WHEN_DAY, cx->set->audit_archive_dir, &report));
    bool more = report.last > 0 && report.last - report.first + 1 == PRUNE_MOST;
    return !more || lease_give(cx, RETENTION, holder);      /* goes on with the next turn */
}

bool trailkeeping_turn(struct cx *cx, struct str name)
{
    struct str once = str_fmt(cx->mem, "%.*s@%lld", STR_ARG(name), (long long)cx->now);
    return sign(cx, once) && make_room(cx, once);
}
