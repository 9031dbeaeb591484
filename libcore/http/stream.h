/*
 * stream.h — a body that is read and a reply that is written piece by piece, in constant memory:
 * for routes that say .streams.
 *
 *     struct source from;
 *     TRY(stream_body(reply, most, &from));            refused by its announced length, unread
 *
 *     struct sink to = stream_reply(reply, "text/csv", -1);
 *     while (…) TRY(flow_write(cx, to, piece));
 *
 * Reading  a body that ends before its announced length, or goes on beyond the most, fails; so its
 *          end is an end. Where no length was told (plain CGI alone) a cut cannot be told from an
 *          end: the format has to
 * Writing  status and headers leave with the first piece: what is set later is too late, and what
 *          was not read of the body is given up. Until then a failure is a reply like any other;
 *          after it the connection is dropped, so that the caller sees a cut transfer, no shorter
 *          file (plain CGI can do that only where the length was told)
 * Gone     a write fails with E_GONE when the caller has gone, or wants only the head (HEAD, 304).
 *          Pass it on; it is no failure of anybody
 * Runs     alone, once, in no transaction; a GET in a snapshot, unless the route .waits
 */
#ifndef HTTP_STREAM_H
#define HTTP_STREAM_H

#include "base/flow.h"
#include "http/reply.h"

struct exchange;
struct stream {                     /* exchange.c's, one in each exchange                       */
    struct exchange *of;
    int64_t most, got;              /* of the body                                              */
    int64_t length, sent;           /* of the reply; length -1: not told                        */
    bool is_wanted;                 /* a handler chose to stream its reply                      */
    bool begun;                     /* its head has left                                        */
    bool failed;                    /* and what follows never will                              */
};

int64_t stream_announced(const struct reply *reply);        /* bytes of the body; -1: not told   */
/* Still unread, so a body that is announced too large costs nothing. */
bool stream_body(struct reply *reply, int64_t most, struct source *from) MUST_CHECK;
struct sink stream_reply(struct reply *reply, const char *type, int64_t length);

/* For exchange.c: what the handler's answer, well or not, comes to once its stream is looked at. */
bool stream_settle(struct stream *stream, bool well) MUST_CHECK;
void stream_end(struct stream *stream);                     /* what was begun is over            */

#endif
