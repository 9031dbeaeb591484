/*
 * outbox.h — events that leave with the commit: queued in the transaction's tail, a row each; then
 * the bell rings.
 *
 * For event.c; others call event_emit. The ids are drawn after the audit chain's lock is taken, so
 * that an account's events get theirs in the order of their commits (automation.md §17.3, O4).
 */
#ifndef EVENTS_OUTBOX_H
#define EVENTS_OUTBOX_H

#include "events/event.h"

bool outbox_add(struct cx *cx, const struct event *event) MUST_CHECK;   /* copies it */

/* For the gauges: what readers have not dispatched yet (10,000 at most), and since when the oldest
 * waits (0: none). */
bool outbox_waiting(struct cx *cx, int64_t *n, int64_t *oldest) MUST_CHECK;

#endif
