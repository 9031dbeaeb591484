/*
 * trailkeeping.h — what the trail needs from time to time: checkpoints, and room (audit/).
 *
 * One    whoever of the cluster asks first, in each interval
 * Errors a failure is tried again in the next interval; the log tells of it
 */
#ifndef APP_TRAILKEEPING_H
#define APP_TRAILKEEPING_H

#include "base/cx.h"

/* Every minute or so; name: of who asks. Opens its own transactions. */
bool trailkeeping_turn(struct cx *cx, struct str name) MUST_CHECK;

#endif
