/*
 * reply.h — what goes back: status, headers, body; buffered, and sent only after the commit.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "base/js.h"
#include "http/output.h"

struct reply_header { const char *name; struct str value; };
struct reply {
    struct cx *cx;
    int status;                     /* preset from the route                                        */
    const char *type;               /* Content-Type; NULL: no body                                  */
    struct buf body;
    struct js js;
    struct reply_header *headers; size_t header_count;
};

struct js *reply_js(struct reply *reply);           /* application/json; write one value into it    */
bool reply_with(struct reply *reply, const struct output *table, const void *from);
bool reply_empty(struct reply *reply);              /* 204                                          */
bool reply_text(struct reply *reply, const char *type, struct str body);
void reply_status(struct reply *reply, int status); /* where one route has two successes            */
/* Value bytes below U+0020 are refused (a header stays a header). */
void reply_header(struct reply *reply, const char *name, struct str value);
/* Validator of a GET (RFC 9110 §8.8.3): If-None-Match answers 304, If-Match on a change 412. */
void reply_etag(struct reply *reply, struct str opaque);

#endif
