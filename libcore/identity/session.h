/*
 * session.h — signed-in sessions: an access token, and refresh tokens of which each is good once
 * (identity.md §3.2, §3.3, §6).
 *
 * A session is a family of refresh tokens; access tokens name it as sid. Rotation revokes the old
 * token; an old one that comes again after session_reuse_grace_seconds ends the whole session.
 *
 * Errors   E_UNAUTHENTICATED "Authentication failed" / "Invalid or expired refresh token"
 * Changes  refresh_tokens, token_blacklist; ending a session bumps identities
 */
#ifndef IDENTITY_SESSION_H
#define IDENTITY_SESSION_H

#include "identity/user.h"

struct session {
    struct str id;                              /* of the family */
    struct str access_token, refresh_token;
    int64_t expires_in;                         /* seconds, of the access token */
};

/* In the caller's transaction. The caller's address and program are read from cx->who. */
bool session_open(struct cx *cx, const struct user *user, struct session *out) MUST_CHECK;

/* In its own transaction, which must be the outermost: what ends a session is committed although
 * the caller is refused. */
bool session_rotate(struct cx *cx, struct str refresh_token, struct session *out) MUST_CHECK;

/* A new access token for the caller's session, unless it began refresh_token_expire_days ago. */
bool session_renew(struct cx *cx, bool *lives, struct str *access_token) MUST_CHECK;

/* Ends the caller's session (cx->who), the one of refresh_token if given, or all of that person's.
 * *ended says whose; absent when neither proves anybody. In its own transaction. */
struct session_owner { struct str account_id, user_id; };
bool session_end(struct cx *cx, struct str refresh_token, bool all, struct session_owner *ended)
    MUST_CHECK;

/* The one of that id, whoever's it is in the account, in the caller's transaction. */
bool session_end_family(struct cx *cx, struct str account_id, struct str family_id) MUST_CHECK;
/* Every session of a person, in the caller's transaction. */
bool session_end_all(struct cx *cx, struct str account_id, struct str user_id) MUST_CHECK;

/* Puts an id there, for good if expires_at is 0; harmless twice. In the caller's transaction, who
 * bumps identities. */
bool session_blacklist(struct cx *cx, struct str account_id, struct str id, const char *type,
                       const char *reason, int64_t expires_at) MUST_CHECK;
/* Whether an id is on the blacklist: an access token's, a session's or a key's; absent is not. */
bool session_is_revoked(struct cx *cx, struct str token_id, struct str session_id, bool *revoked)
    MUST_CHECK;

#endif
