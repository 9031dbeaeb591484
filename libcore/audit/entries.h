/*
 * entries.h — the trail as superadmins look at it: the newest rows, and how many there were a day.
 *
 * Scope  every account ("*")
 * Time   rows are found by their ids, which rise with the time: no index is kept for it. A row may
 *        be up to an hour older than its neighbours
 */
#ifndef AUDIT_ENTRIES_H
#define AUDIT_ENTRIES_H

#include "audit/chain.h"

struct entries { const struct audit_row *at; size_t n; };
bool entries_latest(struct cx *cx, int64_t limit, struct entries *out) MUST_CHECK;

/* The rows of n days of 24 hours from since on, by what was done. */
struct entries_day { int64_t create, update, delete; };
bool entries_days(struct cx *cx, int64_t since, struct entries_day *days, size_t n) MUST_CHECK;

#endif
