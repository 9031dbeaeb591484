/*
 * validate.h — a submitted record against its collection: column values, or what is wrong with each
 * field (data.md §2.4, §2.5).
 *
 * Values   one for each field of `stored`, in its order, named after the column; `given` says which
 *          of them are to be written
 * Faults   in the contract's order: unknown keys as sent, then the schema's order; references are
 *          reference.h's, and come last
 */
#ifndef DATA_VALIDATE_H
#define DATA_VALIDATE_H

#include "data/recordrow.h"

enum validate_mode { VALIDATE_CREATE, VALIDATE_PUT, VALIDATE_PATCH };

struct fault_list { struct err_item *at; size_t n, room; };
struct validated { struct param *values; bool *given; };

void validate_fault(struct cx *cx, struct fault_list *faults, struct str field, const char *code,
                    struct str message);
/* old: the stored values of recordrow_values; who sends back the mask they saw, of personal data or
 * of a secret, changes nothing. A secret is in `out` as it was sent. */
void validate_body(struct cx *cx, const struct recordrow *stored, struct jv body,
                   enum validate_mode mode, const struct param *old, struct validated *out,
                   struct fault_list *faults);

#endif
