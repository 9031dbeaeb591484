/*
 * storedrow.h — a record's row out of the JSON that its event has of it: recordrow_put, read back.
 *
 * Values   in the order of the stored columns, named after them; texts point into the JSON or
 *          cx->mem. Of an encrypted field only whether there is a value
 * Changes  a field that came later is NULL. One that now is of another type makes the whole
 *          unreadable, which is said by false and nothing else
 */
#ifndef DATA_STOREDROW_H
#define DATA_STOREDROW_H

#include "data/recordrow.h"

/* stored: recordrow_shape without an access. */
bool storedrow_read(struct cx *cx, const struct recordrow *stored, struct str json,
                    struct param **values) MUST_CHECK;
/* As rules see them: by name, nothing of what is encrypted. */
struct rule_data *storedrow_named(struct cx *cx, const struct recordrow *stored,
                                  const struct param *values, size_t *n);

#endif
