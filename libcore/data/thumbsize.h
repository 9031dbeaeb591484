/*
 * thumbsize.h — the sizes that a file field declares for small pictures of its files:
 * options {"thumbs": ["100x100", "400x0"]}.
 *
 * Declared  a size is made only of files that a record holds in a field which names it: so nobody
 *           can ask for picture after picture of every size
 */
#ifndef DATA_THUMBSIZE_H
#define DATA_THUMBSIZE_H

#include "data/field.h"

/* Adds items for fieldcheck_refuse, should field i declare what is no size. */
bool thumbsize_check(struct cx *cx, const struct field *field, size_t i) MUST_CHECK;
/* Whether some field that holds the file declares that size. 400 if it is none, or none does. */
bool thumbsize_allows(struct cx *cx, struct str account_id, struct str path, struct str size)
    MUST_CHECK;

#endif
