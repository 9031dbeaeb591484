/*
 * cors.h — which other origins' pages may call us (identity.md §2.1; on every reply, errors too).
 */
#ifndef HTTP_CORS_H
#define HTTP_CORS_H

#include "base/settings.h"
#include "http/reply.h"
#include "http/request.h"

bool cors_is_preflight(const struct request *request);
void cors_preflight(const struct settings *set, const struct request *request,
                    struct reply *reply);
/* The lines of an ordinary reply; none when the request has no Origin. */
void cors_lines(struct buf *head, const struct settings *set, const struct request *request);

#endif
