/*
 * attempts.h — how often somebody may try what can be guessed or be a nuisance: signing in, asking
 * for a mail. On by default; each has a limit for the person meant and one for the network address.
 *
 * Sign-in   failures count; who is right is never counted. Asked again when its turn to hash has
 *           come, so that many at once do not pass together
 * Mail      each request counts, whether or not there is such a person: nothing is told by it
 * Errors    429 with the seconds to wait (F6)
 */
#ifndef IDENTITY_ATTEMPTS_H
#define IDENTITY_ATTEMPTS_H

#include "base/cx.h"

/* account: its id, or as it was typed when there is none. The address is that of cx->who. */
bool attempts_sign_in(struct cx *cx, struct str account, struct str email) MUST_CHECK;
void attempts_sign_in_failed(struct cx *cx, struct str account, struct str email);
/* Whether the person, from wherever, would be refused now; and an end to that. */
bool attempts_blocked(struct cx *cx, struct str account, struct str email);
void attempts_forgive(struct cx *cx, struct str account, struct str email);
bool attempts_mail(struct cx *cx, struct str account, struct str email) MUST_CHECK;

#endif
