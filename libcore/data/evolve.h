/*
 * evolve.h — from one list of fields to the next: what may change, and the table with it
 * (data.md §4.1).
 *
 * Errors  evolve_check adds items for fieldcheck_refuse; evolve_apply adds one when rows stand in
 *         the way of a unique field, and then only rolling back is possible
 */
#ifndef DATA_EVOLVE_H
#define DATA_EVOLVE_H

#include "data/collection.h"

void evolve_check(struct cx *cx, const struct collection *old, const struct field *fields, size_t n,
                  bool has_records);
/* *touched: the table itself changed. Inside the caller's transaction. */
bool evolve_apply(struct cx *cx, const struct collection *old, const struct field *fields, size_t n,
                  bool *touched) MUST_CHECK;

#endif
