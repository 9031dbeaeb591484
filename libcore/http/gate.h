/*
 * gate.h — one request as the web server hands it over, and the reply on its way back: FastCGI
 * (libfcgi, which is known here alone) or plain CGI behind one struct.
 *
 * Lifetime  parameters are valid until gate_reply; a body lives in the arena it was read to
 * Closing   input is read to its end before the connection goes (else the peer sees a reset), and
 *           the connection is detached, since libfcgi would linger on it
 */
#ifndef HTTP_GATE_H
#define HTTP_GATE_H

#include "base/buf.h"

struct gate;
enum gate_body { BODY_READ, BODY_TOO_LARGE, BODY_BROKEN };

bool gate_is_plain(void);                           /* started as plain CGI? */
bool gate_has_plain(void);                          /* and there is a request, not a terminal */
struct gate *gate_open(struct arena *mem, int door);/* a place for one FastCGI request at a time */
struct gate *gate_plain(struct arena *mem);         /* the environment and descriptors 0 and 1 */

bool gate_accept(struct gate *gate) MUST_CHECK;     /* false: nobody is waiting */
char *const *gate_params(const struct gate *gate);  /* NAME=value, ending with NULL */
/* declared: CONTENT_LENGTH, or -1 if there is none. Too large is said before anything is read. */
enum gate_body gate_body(struct gate *gate, struct arena *mem, int64_t declared, size_t max,
                         struct str *body) MUST_CHECK;
/* Up to room bytes of the body, fewer only at its end; not together with gate_body. */
size_t gate_read(struct gate *gate, char *into, size_t room);
/* Sends both and ends the request. The caller may be gone: nobody would read an error. */
void gate_reply(struct gate *gate, struct str head, struct str body);
/* The same in pieces; false: the caller has gone. Cut: it shall see that something is missing. */
bool gate_begin(struct gate *gate, struct str head) MUST_CHECK;
bool gate_write(struct gate *gate, struct str piece) MUST_CHECK;
void gate_end(struct gate *gate);
void gate_cut(struct gate *gate);

/* For a program with a loop of its own. A request that it has read itself, and whose reply it will
 * send itself: */
struct gate *gate_collect(struct arena *mem, char *const *params, struct buf *reply);
/* The connection of a request that libfcgi has read. Let go, it is no longer libfcgi's, and the
 * parameters are gone; what is said there goes in records. */
struct gate_connection { int fd, request_id; };
struct gate_connection gate_connection(const struct gate *gate);
void gate_let_go(struct gate *gate);
void gate_put(struct buf *out, int request_id, struct str bytes);
void gate_put_end(struct buf *out, int request_id);
bool gate_is_abort(struct str record);          /* the web server gives the request up */

#endif
