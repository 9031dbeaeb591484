/*
 * record.h — one record: made, read, changed, removed by a caller who may (data.md §10.3 to §10.6).
 *
 * Replies   the record streams into js; on failure what was written there is to be thrown away
 * Tag       an opaque text that changes with the record and with what callers may see of it;
 *           if_match is the header's value, or absent
 * Errors    §9's order; E_PRECONDITION when if_match names no present version
 */
#ifndef DATA_RECORD_H
#define DATA_RECORD_H

#include "data/access.h"

bool record_get(struct cx *cx, struct str collection, struct str id, struct str fields,
                struct str expand, struct js *js, struct str *tag) MUST_CHECK;
bool record_create(struct cx *cx, struct str collection, struct jv body, struct js *js,
                   struct str *id) MUST_CHECK;

enum record_update { RECORD_PUT, RECORD_PATCH };
bool record_update(struct cx *cx, enum record_update how, struct str collection, struct str id,
                   struct jv body, struct str if_match, struct js *js) MUST_CHECK;
bool record_delete(struct cx *cx, struct str collection, struct str id, struct str if_match)
    MUST_CHECK;

/* Whether the header, unless absent, names the version of that time, or E_PRECONDITION; 0: there is
 * no record, and it names none. */
bool record_if_match(struct cx *cx, struct str if_match, int64_t updated_at) MUST_CHECK;

/* The collection, or the 404 of every records route. */
bool record_collection(struct cx *cx, struct str name, const struct collection **out) MUST_CHECK;

#endif
