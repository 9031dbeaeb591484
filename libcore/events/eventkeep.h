/*
 * eventkeep.h — how long events are kept (setting event_retention_hours).
 *
 * Changes   event_outbox, event_floor, in transactions of their own; without history
 */
#ifndef EVENTS_EVENTKEEP_H
#define EVENTS_EVENTKEEP_H

#include "base/cx.h"

/* At most so many of the oldest go, if they are from before; the newest that went is noted. */
bool eventkeep_sweep(struct cx *cx, int64_t before, int64_t most, int64_t *gone) MUST_CHECK;
/* What is older than the setting, a little at a time; two million at most. */
bool eventkeep_hourly(struct cx *cx) MUST_CHECK;

#endif
