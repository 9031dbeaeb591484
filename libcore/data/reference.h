/*
 * reference.h — the targets of references must exist, in the account of the record that points to
 * them (data.md §2.4, §10.4, §17.1).
 */
#ifndef DATA_REFERENCE_H
#define DATA_REFERENCE_H

#include "data/validate.h"

/* Adds a fault for each given reference without a target; asks once for all of them. */
bool reference_check(struct cx *cx, struct str account_id, const struct recordrow *stored,
                     const struct validated *values, struct fault_list *faults) MUST_CHECK;

#endif
