/*
 * reply.h — what goes back: status, headers, body; buffered, and sent only after the commit.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "base/js.h"
#include "http/output.h"

struct request;
struct stream;
struct reply_header { const char *name; struct str value; };
struct reply {
    struct cx *cx;
    const struct request *request;  /* for its conditions */
    int status;                     /* preset from the route */
    const char *type;               /* Content-Type; NULL: no body */
    struct buf body;
    struct js js;
    bool is_js;                     /* the body is what js wrote */
    struct reply_header *headers; size_t header_count;
    struct str etag;
    struct stream *stream;          /* of a route that streams (stream.h); else NULL */
    void *host;                     /* the loop that asks (visit.h): a route tells it who stays */
};

void reply_init(struct reply *reply, struct cx *cx, const struct request *request, size_t body_max);
struct js *reply_js(struct reply *reply);           /* application/json; write one value into it */
bool reply_with(struct reply *reply, const struct output *table, const void *from);
bool reply_empty(struct reply *reply);              /* 204 */
bool reply_text(struct reply *reply, const char *type, struct str body);
bool reply_go(struct reply *reply, struct str address);         /* 303; its body is the address   */
void reply_status(struct reply *reply, int status); /* where one route has two successes */
/* Value bytes below U+0020 are refused (a header stays a header). */
void reply_header(struct reply *reply, const char *name, struct str value);
/* Validator of a GET (RFC 9110 §8.8.3): If-None-Match then answers 304. */
void reply_etag(struct reply *reply, struct str opaque);
/* Before a change: false with E_PRECONDITION when If-Match names another state than this. */
bool reply_may_change(struct reply *reply, struct str opaque) MUST_CHECK;
bool reply_finish(struct reply *reply) MUST_CHECK;  /* conditions applied; broken if the JSON is */
void reply_clear(struct reply *reply);              /* forget what was written: an error follows */

#endif
