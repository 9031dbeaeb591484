/*
 * ownsession.h — where somebody is signed in, as they see it themselves, and how they end that.
 *
 * Session  a family of refresh tokens (session.h); one that has expired or ended is not there
 * Errors   E_NOT_FOUND "Session not found": there is none of that id, or it is somebody else's
 * Changes  refresh_tokens, token_blacklist; bumps identities
 */
#ifndef IDENTITY_OWNSESSION_H
#define IDENTITY_OWNSESSION_H

#include "base/cx.h"

struct ownsession {
    struct str id;
    int64_t began_at, renewed_at, expires_at;
    struct str ip, user_agent;              /* of its last renewal; may be absent */
};
struct ownsession_list { struct ownsession *at; size_t n; };

/* The newest 100. */
bool ownsession_list(struct cx *cx, struct str account_id, struct str user_id,
                     struct ownsession_list *out) MUST_CHECK;
bool ownsession_end(struct cx *cx, struct str account_id, struct str user_id, struct str id)
    MUST_CHECK;
/* All but the one of that id; every one when it is absent. */
bool ownsession_end_others(struct cx *cx, struct str account_id, struct str user_id, struct str id)
    MUST_CHECK;

#endif
