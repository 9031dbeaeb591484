/*
 * outbox.h — events that leave with the commit: queued in the transaction's tail, a row each.
 *
 * For event.c; others call event_emit. The ids are drawn after the audit chain's lock is taken, so
 * that an account's events get theirs in the order of their commits (automation.md §17.3, O4).
 */
#ifndef EVENTS_OUTBOX_H
#define EVENTS_OUTBOX_H

#include "events/event.h"

bool outbox_add(struct cx *cx, const struct event *event) MUST_CHECK;   /* copies it */

#endif
