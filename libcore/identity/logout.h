/*
 * logout.h — ends a session, or all of a person's (identity.md §6, POST /auth/logout).
 *
 * Proof    the caller's own access token (cx->who), or a refresh token; neither is no failure
 * Changes  refresh_tokens, token_blacklist; bumps identities; emits AUTH_LOGOUT
 */
#ifndef IDENTITY_LOGOUT_H
#define IDENTITY_LOGOUT_H

#include "base/cx.h"

bool logout_run(struct cx *cx, struct str refresh_token, bool all) MUST_CHECK;

#endif
