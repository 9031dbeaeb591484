/*
 * rehearsal.h — what a change of a definition would come to: it is made, looked at and taken back,
 * so that whatever stands in its way is found, and found in the same words.
 *
 * Changes   nothing; while it runs it holds what the change would hold
 * Errors    as define_create and define_update
 */
#ifndef DATA_REHEARSAL_H
#define DATA_REHEARSAL_H

#include "data/define.h"

enum { REHEARSAL_ROWS = 10 };
struct rehearsal {
    struct collection now;              /* as it would be                                         */
    int64_t records;                    /* of all accounts                                        */
    struct str sample;                  /* of a view: a JSON array of its first records           */
};
/* id absent: a new one. */
bool rehearsal_define(struct cx *cx, struct str id, const struct define_in *in,
                      struct rehearsal *out) MUST_CHECK;
/* How many records of all accounts have a value in the field. */
bool rehearsal_filled(struct cx *cx, const struct collection *c, const struct field *field,
                   int64_t *filled) MUST_CHECK;

#endif
