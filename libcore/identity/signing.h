/*
 * signing.h — a person signs a change: they say why and give their password once more; the one
 * request that then carries the signature has it in every row of its history (automation.md §3.9).
 *
 * Good for  SIGNING_SECONDS, within the session that made it, for one request (audit/signature.h)
 * Errors    making: as sign-in has them (login.h), and 400 for who has no password or no session
 *           of their own; accepting: 400 in words of its own, 401 when nobody is signed in
 */
#ifndef IDENTITY_SIGNING_H
#define IDENTITY_SIGNING_H

#include "base/cx.h"

enum { SIGNING_SECONDS = 300, SIGNING_REASON = 500 };   /* the reason in characters */

/* Call it with no transaction open: it hashes. */
bool signing_make(struct cx *cx, struct str password, struct str reason, struct str *token)
    MUST_CHECK;
/* From now on what *who changes is signed. */
bool signing_accept(struct cx *cx, struct str token, struct actor *who) MUST_CHECK;

#endif
