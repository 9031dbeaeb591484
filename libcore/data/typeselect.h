/*
 * typeselect.h — field types whose values are chosen: select, one or several of what the field
 * offers; references, several records.
 *
 * Lists   JSON arrays of distinct texts, in the order sent; a required one is never empty
 */
#ifndef DATA_TYPESELECT_H
#define DATA_TYPESELECT_H

#include "data/fieldtype.h"

bool typeselect_read(struct cx *cx, const struct field *field, struct jv value, struct param *out,
                     struct type_fault *fault);
bool typeselect_read_several(struct cx *cx, const struct field *field, struct jv value,
                             struct param *out, struct type_fault *fault);
/* Whether the records exist is asked where the account is known, not here. */
bool typeselect_read_references(struct cx *cx, const struct field *field, struct jv value,
                                struct param *out, struct type_fault *fault);

#endif
