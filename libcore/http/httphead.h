/*
 * httphead.h — the head of an HTTP/1.1 request (RFC 9112), as a web server of ours passes it on,
 * into the parameters that CGI would have given.
 *
 * Strict   what is not plainly a head is refused: lines end with CR LF, names are tokens, values
 *          hold no control characters, nothing is folded; 32 KiB and 100 fields at most
 * Fields   X-Some-Name is HTTP_X_SOME_NAME; several of a name are joined by ", ". A name with an
 *          underscore is left out: it would pass for another. None can be LARDER_… or the like
 * Caller   the last address of X-Forwarded-For is what that web server saw, hence REMOTE_ADDR; what
 *          came before stays in the field, for trusted_proxies. X-Forwarded-Proto is its word too
 */
#ifndef HTTP_HTTPHEAD_H
#define HTTP_HTTPHEAD_H

#include "base/buf.h"

enum { HTTPHEAD_MOST = 32768, HTTPHEAD_FIELDS = 100 };
enum httphead { HTTPHEAD_MORE, HTTPHEAD_WHOLE, HTTPHEAD_BAD, HTTPHEAD_LONG };

/* WHOLE: *taken bytes were the head; *params ends with NULL and lies in mem. */
enum httphead httphead_read(struct arena *mem, struct str bytes, size_t *taken, char ***params);

#endif
