/*
 * bulk.h — every record that a filter finds, changed or deleted in one request: all or none.
 *
 * Which    those that the caller may list, that match, and that the rule of the operation lets them
 *          change: the others are not found. A filter must be there; `true` means every record
 * Each     as by itself: rules, checks, history, events
 * Limit    the setting bulk_max_size; more is refused before anything is done
 * Errors   those of a single write, with "id": the record
 */
#ifndef DATA_BULK_H
#define DATA_BULK_H

#include "data/access.h"

/* is_trial: nothing is changed, the reply tells what would be. */
struct bulk { struct str filter; bool is_trial; };
bool bulk_update(struct cx *cx, struct str collection, const struct bulk *in, struct jv body,
                 struct js *js) MUST_CHECK;
bool bulk_delete(struct cx *cx, struct str collection, const struct bulk *in, struct js *js)
    MUST_CHECK;

#endif
