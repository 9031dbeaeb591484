/*
 * openapi.h — the reference as data: OpenAPI 3.1 from the route tables.
 *
 * A program knows its own tables only: `bin/auth --routes` prints a fragment, {"paths":{…}}.
 * openapijoin.h makes one document of all, with the shared failures and security schemes.
 * Pages are not in it: `bin/auth --pages` lists them for tests, "GET /verify-email nobody" a line.
 */
#ifndef HTTP_OPENAPI_H
#define HTTP_OPENAPI_H

#include "http/route.h"

int openapi_print(const struct route *const *tables);       /* to standard output; the exit code */
int openapi_pages(const struct route *const *tables);

#endif
