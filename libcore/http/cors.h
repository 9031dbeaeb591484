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
/* Whether a page of the request's Origin may open a connection that answers more than one request:
 * that origin is listed, or our own, or none was sent. */
bool cors_may_connect(const struct settings *set, const struct request *request);
/* The lines of an ordinary reply; none when the request has no Origin. */
void cors_lines(struct buf *head, const struct settings *set, const struct request *request);

#endif
