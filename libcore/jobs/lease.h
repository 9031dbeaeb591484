/*
 * lease.h — what only one may do at a time, in the whole cluster: one holder, until it expires.
 *
 * A holder says again and again that it lives (lease_take); when it does not, another takes over
 * after the expiry, while it may still believe to be the one: what it does must bear that.
 *
 * Changes   leases (without history); each call is its own transaction unless one is open
 */
#ifndef JOBS_LEASE_H
#define JOBS_LEASE_H

#include "base/cx.h"

#define LEASE_WORKER "worker"

/* *held: it is holder's now and for ttl_us, newly, again or still. */
bool lease_take(struct cx *cx, struct str name, struct str holder, int64_t ttl_us, bool *held)
    MUST_CHECK;
bool lease_give(struct cx *cx, struct str name, struct str holder) MUST_CHECK;
bool lease_is_held(struct cx *cx, struct str name, bool *held) MUST_CHECK;      /* by anybody */

#endif
