/*
 * relay.h — who hears of events in the process that reads them: a row of a static table each, by
 * kind and collection.
 *
 * Apart    each hears by itself: one that fails keeps the event for another attempt, in which those
 *          that have heard it are passed over. Whoever dies in between hears it again
 * Order    that of the table
 */
#ifndef EVENTS_RELAY_H
#define EVENTS_RELAY_H

#include "events/tail.h"

#define RELAY_RECORDS (1u << RECORD_CREATED | 1u << RECORD_UPDATED | 1u << RECORD_DELETED)

struct relay {
    unsigned kinds;                     /* bits of enum event_kind; 0 ends the table (32 rows) */
    const char *collection;             /* NULL: of any, and of none */
    bool (*hear)(struct cx *cx, void *state, const struct tail_event *event);
};
/* *heard: 0 at the first attempt, then as it was left. False: the first failure is in cx->err. */
bool relay_tell(struct cx *cx, const struct relay *table, void *state,
                const struct tail_event *event, uint32_t *heard) MUST_CHECK;

#endif
