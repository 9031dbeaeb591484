/*
 * operations.h — writes to several collections in one request, in their order, all or none.
 *
 *     [{"operation":"create","collection":"posts","data":{…}},
 *      {"operation":"create","collection":"comments","data":{"post":{"$id":0},"text":"…"}},
 *      {"operation":"update","collection":"posts","id":"…","data":{…},"if_match":"\"…\""},
 *      {"operation":"upsert","collection":"tags","key":"name","data":{…}},
 *      {"operation":"delete","collection":"posts","id":{"$id":0}}]
 *
 * Each     as its own request would be: rules, checks, history, events; it sees what those before
 *          it did. {"$id": n} is the id of the record of operation n, where an id is wanted
 * Limit    the setting batch_max_size
 * Errors   of the operation that fails, with "index"; wrong shapes are 422
 */
#ifndef DATA_OPERATIONS_H
#define DATA_OPERATIONS_H

#include "data/access.h"

bool operations_run(struct cx *cx, struct jv list, struct js *js) MUST_CHECK;

#endif
