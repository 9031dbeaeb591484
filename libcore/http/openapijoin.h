/* openapijoin.h — one OpenAPI document from the fragments that the programs print with --routes. */
#ifndef HTTP_OPENAPIJOIN_H
#define HTTP_OPENAPIJOIN_H

#include "base/cx.h"
#include "base/buf.h"

/* With the shared failures and the ways to sign in. A line per operation: changes can be read. */
bool openapijoin_write(struct cx *cx, const struct str *fragments, size_t n, struct buf *out)
    MUST_CHECK;

#endif
