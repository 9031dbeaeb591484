/*
 * cookie.h — our cookies (RFC 6265bis): for the pages alone, never read by scripts, not sent along
 * by forms of other sites.
 *
 * Names  "session" becomes __Host-larder_session over HTTPS, larder_session below base_path else
 */
#ifndef HTTP_COOKIE_H
#define HTTP_COOKIE_H

#include "http/reply.h"
#include "http/request.h"

/* Or absent. */
struct str cookie_get(struct cx *cx, const struct request *request, const char *name);
/* value: token characters; seconds 0: until the browser is closed. */
void cookie_set(struct reply *reply, const char *name, struct str value, int64_t seconds);
void cookie_drop(struct reply *reply, const char *name);

#endif
