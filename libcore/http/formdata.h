/*
 * formdata.h — what a form of ours sent: names and values, in the order they came.
 *
 * Limits  10,000 values; the route's body_max
 * Files   of a multipart form, which only a route that .streams can have: each is handed to the
 *         caller as it comes. The token of the form is its first part, so nothing is taken before
 *         it was checked; texts that come before a file can be asked for while it is taken
 * Errors  E_INVALID a form that is none; E_FORBIDDEN without its token
 */
#ifndef HTTP_FORMDATA_H
#define HTTP_FORMDATA_H

#include "base/multipart.h"
#include "http/reply.h"

struct formdata_pair { struct str name, value; };
struct formdata { struct formdata_pair *at; size_t n; };

struct str formdata_text(const struct formdata *form, const char *name);    /* the last, or none */
/* All of one name; *at is where to look on, 0 first. False: no more. */
bool formdata_next(const struct formdata *form, const char *name, size_t *at, struct str *value);

/* application/x-www-form-urlencoded, a body or a query; what: "form", "query", for the refusal. */
bool formdata_read(struct cx *cx, struct str text, const char *what, struct formdata *out)
    MUST_CHECK;

/* A part with a file name that is not empty; what the callback leaves unread is skipped. */
typedef bool formdata_file(struct cx *cx, void *to, const struct formdata *so_far,
                           const struct multipart_part *part);
bool formdata_stream(struct reply *reply, int64_t most, formdata_file *take, void *to,
                     struct formdata *out) MUST_CHECK;

#endif
