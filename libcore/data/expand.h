/*
 * expand.h — which references a request wants replaced by the records they point to (data.md §12).
 */
#ifndef DATA_EXPAND_H
#define DATA_EXPAND_H

#include "data/collection.h"

/* False with 400 when a path does not begin with a reference of the collection. */
bool expand_check(struct cx *cx, const struct collection *collection, struct str paths) MUST_CHECK;

#endif
