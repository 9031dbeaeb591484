/*
 * indexwish.h — the index that a list would want: what its condition pins, then its order, then
 * what else the condition reads, so that it can be counted without the rows (DESIGN §7).
 */
#ifndef DATA_INDEXWISH_H
#define DATA_INDEXWISH_H

#include "data/access.h"
#include "data/page.h"

/* False: the collection has one that serves, or none would. Else *out could be declared. */
bool indexwish_find(struct cx *cx, const struct access *access, const struct rule *filter,
                    const struct page_order *order, struct index *out) MUST_CHECK;

#endif
