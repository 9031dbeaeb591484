/*
 * token.h — unified tokens, sb_<kind>.<payload>.<signature> (identity.md §3.4).
 *
 * Errors   E_UNAUTHENTICATED with the contract's text; whether the token was revoked and its user
 *          exists is the caller's to ask
 */
#ifndef IDENTITY_TOKEN_H
#define IDENTITY_TOKEN_H

#include "base/cx.h"

struct token {
    const char *type;                   /* "api_key", "personal_token", "oauth", "jwt" */
    struct str user_id, email, account_id, role, token_id;
    int64_t issued_at, expires_at;      /* seconds since 1970; expires_at 0: never */
    const struct str *permissions;      /* written, not read: what counts is with the key's row */
    size_t permission_count;
};

bool token_read(struct cx *cx, struct str text, struct token *out) MUST_CHECK;
struct str token_write(struct cx *cx, const struct token *token);

#endif
