/*
 * fieldcheck.h — what a list of fields may not say, although its shape is right (data.md §2.6).
 *
 * Errors  adds items for fieldcheck_refuse; false only when the database could not be asked
 */
#ifndef DATA_FIELDCHECK_H
#define DATA_FIELDCHECK_H

#include "data/field.h"

/* What references may point to that is not there yet: the collection itself, and what the same
 * import brings (then target_comes is set). */
struct fieldcheck_names { struct str own; const struct str *coming; size_t n; };
/* All faults of the list. */
bool fieldcheck_list(struct cx *cx, const struct fieldcheck_names *names, struct field *fields,
                     size_t n) MUST_CHECK;
/* One more fault of field i: path schema[i].<member>. */
void fieldcheck_add(struct cx *cx, size_t i, const char *member, const char *code,
                    const char *format, ...) FORMAT(5, 6);
/*
 * If faults were added: 400 {"error":"Validation error","message":"<prefix>: <path>: <msg>; …",
 * "details":[…]} and false. Otherwise true.
 */
bool fieldcheck_refuse(struct cx *cx, const char *prefix) MUST_CHECK;

#endif
