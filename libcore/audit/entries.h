/*
 * entries.h — the trail as people look at it: the newest rows, one by its id, how many there
 * were a day.
 *
 * Scope  every account ("*")
 * Shown  personal data in old_value and new_value are masked, unless cx->who sees them
 * Time   rows are found by their ids, which rise with the time: no index is kept for it. A row may
 *        be up to an hour older than its neighbours
 */
#ifndef AUDIT_ENTRIES_H
#define AUDIT_ENTRIES_H

#include "audit/chain.h"

struct entries { const struct audit_row *at; size_t n; };
bool entries_latest(struct cx *cx, int64_t limit, struct entries *out) MUST_CHECK;
bool entries_find(struct cx *cx, int64_t id, bool *found, struct audit_row *out) MUST_CHECK;

/* No row of that time has another id; 0: without that bound. Where the trail is short it is not
 * bounded at all: looking at all of it costs less, and trusts no clock. */
struct entries_span { int64_t first, last; };
bool entries_span(struct cx *cx, int64_t from, int64_t upto, struct entries_span *out) MUST_CHECK;

/* The rows of n days of 24 hours from since on, by what was done. */
struct entries_day { int64_t create, update, delete; };
bool entries_days(struct cx *cx, int64_t since, struct entries_day *days, size_t n) MUST_CHECK;

#endif
