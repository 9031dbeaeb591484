/*
 * mask.h — personal data as those see it who may not see it (data.md §14).
 *
 * Who sees the real value is the caller's decision (cx->who->sees_pii). A NULL stays NULL: ask only
 * for values that are there, as text (numbers and JSON in their written form).
 */
#ifndef AUDIT_MASK_H
#define AUDIT_MASK_H

#include "base/arena.h"
#include "base/str.h"

bool mask_is_type(struct str mask_type);        /* email, ssn, phone, name, full, custom         */
struct str mask_types(struct arena *mem);       /* the six, with ", " between, for messages      */
/* An absent mask_type masks in full; an unknown one changes nothing. Absent text stays absent. */
struct str mask_value(struct arena *mem, struct str mask_type, struct str text);

/* What the trail tells of a column, whatever its table: its name alone says what it holds
 * (automation.md §3.8). */
struct str mask_column(struct arena *mem, struct str column, struct str text);

#endif
