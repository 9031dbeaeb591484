/*
 * recordhistory.h — what became of a record, as the trail tells it: for signed-in people who may
 * view it, or might view it had it not been removed (recordpast.h).
 *
 * Shows     of each change the fields that this caller may see now, each value as the record shows
 *           it to them: masked, placeholders for secrets; without who sees personal data, others'
 *           addresses are masked as well
 * Errors    those of record_get; 400 for a view, which has no history
 */
#ifndef DATA_RECORDHISTORY_H
#define DATA_RECORDHISTORY_H

#include "data/access.h"

bool recordhistory_write(struct cx *cx, struct str collection, struct str id, int64_t skip,
                         int64_t limit, struct js *js) MUST_CHECK;

#endif
