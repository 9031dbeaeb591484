/* filter.h — the condition of lists and aggregations: tenant, grants, what is asked. */
#ifndef DATA_FILTER_H
#define DATA_FILTER_H

#include "data/access.h"

/* *out NULL: a blank text asks for nothing. False with 400 in the words of the contract. */
bool filter_read(struct cx *cx, struct str text, const struct rule_names *names,
                 struct rule **out) MUST_CHECK;
/* ` WHERE …`: the rows that this caller may list and asks for; filter may be NULL. */
bool filter_where(struct qb *q, const struct access *access, const struct rule *filter) MUST_CHECK;
bool filter_and(struct qb *q, const struct rule *filter) MUST_CHECK;    /* ` AND …`, or nothing */

#endif
