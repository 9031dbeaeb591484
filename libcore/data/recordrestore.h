/*
 * recordrestore.h — a record becomes what it was right after a change of its history, by the way of
 * every write: rules, validation, history, events.
 *
 * There     an update of the fields whose values differ; what the trail has no value of (secrets,
 *           fields that came later) stays, fields that are no more are passed over
 * Removed   for whom recordpast.h shows it: a create, with its id, and made when and by whom it was
 * Errors    those of record_update and record_create; 404 a version that is not the record's; 409
 *           a removal, a history with gaps, a file that is gone; 412
 */
#ifndef DATA_RECORDRESTORE_H
#define DATA_RECORDRESTORE_H

#include "base/cx.h"
#include "base/js.h"

bool recordrestore_run(struct cx *cx, struct str collection, struct str id, int64_t version,
                       struct str if_match, struct js *js) MUST_CHECK;

#endif
