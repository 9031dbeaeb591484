/*
 * gauges.h — what waits and how large things are at this moment: for /metrics.
 *
 * Across all accounts; nothing in it names one.
 */
#ifndef APP_GAUGES_H
#define APP_GAUGES_H

#include "jobs/queue.h"

struct gauges {
    int64_t db_bytes, wal_bytes;
    int64_t outbox_pending, outbox_oldest;      /* oldest: microseconds since 1970; 0: none */
    struct queue_counts jobs;
};
bool gauges_read(struct cx *cx, struct gauges *out) MUST_CHECK;

#endif
