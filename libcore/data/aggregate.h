/*
 * aggregate.h — counts, sums, averages and extremes of the records a caller may list (data.md §11).
 *
 * Rows     of the list rule: tenant, grants, filter and search as lists have them, in one statement
 * Names    those of access_names, in every part; what a caller sees masked may be counted, not told
 * Limits   AGGREGATE_FUNCTIONS, AGGREGATE_FIELDS to group by, AGGREGATE_GROUPS in the answer
 * Errors   in the order of §9: permission, collection, functions, group_by, filter,
 *          search, having
 */
#ifndef DATA_AGGREGATE_H
#define DATA_AGGREGATE_H

#include "base/js.h"
#include "base/cx.h"

enum { AGGREGATE_FUNCTIONS = 64, AGGREGATE_FIELDS = 16, AGGREGATE_GROUPS = 10000 };

struct aggregate { struct str functions, group_by, filter, search, having; };
bool aggregate_records(struct cx *cx, struct str collection, const struct aggregate *in,
                       struct js *js) MUST_CHECK;

#endif
