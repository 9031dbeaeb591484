/*
 * actor.h — from a token or key to who is calling (identity.md §3).
 *
 * Scope    identify and anonymous also tell the database whose rows the request may see (db_scope):
 *          those of the account, or all of them for superadmins
 * Errors   E_UNAUTHENTICATED with the text of §3.6 and the challenge set; SHAPE_DETAIL
 * Kept     verified tokens with their actor, while the identities generation stands
 */
#ifndef IDENTITY_ACTOR_H
#define IDENTITY_ACTOR_H

#include "base/cx.h"

struct credentials { struct str bearer, api_key, account; }; /* header values; absent: not sent */

bool actor_present(const struct credentials *given);
/* A bearer token wins over a key; a bad one is never tried as the other. Fills all of *who but ip
 * and user_agent, which it leaves as they are. */
bool actor_identify(struct cx *cx, const struct credentials *given, struct actor *who) MUST_CHECK;
/* Anonymous callers of record routes: the tenant named by X-Account-ID (§3.7). */
bool actor_anonymous(struct cx *cx, const struct credentials *given, struct actor *who) MUST_CHECK;
/* Moves whenever a user, session, group or key changes: then what was identified is asked again. */
bool actor_generation(struct cx *cx, int64_t *identities) MUST_CHECK;
void actor_nobody(struct actor *who);
void actor_system(struct actor *who);

#endif
