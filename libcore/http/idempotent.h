/*
 * idempotent.h — a POST with an Idempotency-Key is done once; its repeats get the same reply.
 *
 * For signed-in callers, a day long. The reply is stored in the transaction of the write, so either
 * both are there or neither; of two at once one wins and the other waits for its reply. Only
 * successes are stored: what failed changed nothing and may be tried again.
 * Secrets  the stored reply is sealed: it may show a key or a token that nothing else keeps
 * Errors   E_UNPROCESSABLE the key came with another request; E_INVALID a key past 255 characters;
 *          E_CONFLICT its reply does not open
 */
#ifndef HTTP_IDEMPOTENT_H
#define HTTP_IDEMPOTENT_H

#include "http/reply.h"
#include "http/request.h"

bool idempotent_applies(const struct request *request);
/* *again: the reply was filled from the store. Else run the handler, then idempotent_store. */
bool idempotent_claim(struct cx *cx, const struct request *request, struct reply *reply,
                      bool *again) MUST_CHECK;
bool idempotent_store(struct cx *cx, const struct request *request, const struct reply *reply)
    MUST_CHECK;

#endif
