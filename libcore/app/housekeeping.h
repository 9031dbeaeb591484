/*
 * housekeeping.h — what is over goes: expired tokens, old replies, finished jobs (identity.md §23).
 *
 * Changes   refresh_tokens, token_blacklist, idempotency_keys, jobs, leases, events; the tokens of
 *           mailed links (audited)
 */
#ifndef APP_HOUSEKEEPING_H
#define APP_HOUSEKEEPING_H

#include "base/cx.h"

/* Once a day, whoever of the cluster asks first; name: of who asks. Opens its own transactions. */
bool housekeeping_daily(struct cx *cx, struct str name) MUST_CHECK;
/* Likewise once an hour: events that nobody can resume from any more. */
bool housekeeping_hourly(struct cx *cx, struct str name) MUST_CHECK;

#endif
