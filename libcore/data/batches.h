/*
 * batches.h — many records in one request, all of them or none (data.md §10.7).
 *
 * Order   size, collection, rows, permission; then each record is checked, and only when all are
 *         well is the first one written
 * Errors  one bad record fails the batch and is named by its index (E6); a malformed list is 422
 */
#ifndef DATA_BATCHES_H
#define DATA_BATCHES_H

#include "data/access.h"

bool batches_create(struct cx *cx, struct str collection, struct jv records, struct js *js)
    MUST_CHECK;
bool batches_update(struct cx *cx, struct str collection, struct jv records, struct js *js)
    MUST_CHECK;
bool batches_delete(struct cx *cx, struct str collection, struct jv ids, struct js *js) MUST_CHECK;

#endif
