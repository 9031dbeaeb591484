/*
 * onetime.h — what a mailed link carries: 32 random bytes, good once within the hour, one for each
 * person and address; a later one replaces it (identity.md §6).
 *
 * Kept     as the SHA-256 of the token: what is in the database opens nothing
 * Scope    a token is found before its account is known; from then on the scope is that account
 * Changes  email_verification_tokens or password_reset_tokens (audited)
 */
#ifndef IDENTITY_ONETIME_H
#define IDENTITY_ONETIME_H

#include "identity/user.h"

enum onetime_use { ONETIME_VERIFICATION, ONETIME_RESET };
struct onetime { struct str id, account_id, user_id, email; int64_t expires_at; };

/* In the caller's transaction; the token is nowhere but in *token. */
bool onetime_issue(struct cx *cx, enum onetime_use use, const struct user *user, struct str email,
                   struct str *token, int64_t *expires_at) MUST_CHECK;
/* Found: neither used nor expired. */
bool onetime_look(struct cx *cx, enum onetime_use use, struct str token, bool *found,
                  struct onetime *out) MUST_CHECK;
/* In the caller's transaction; of several at once one has *won. */
bool onetime_spend(struct cx *cx, enum onetime_use use, const struct onetime *row, bool *won)
    MUST_CHECK;
/* What is outstanding for a person. */
bool onetime_drop(struct cx *cx, enum onetime_use use, const struct user *user) MUST_CHECK;

/* <app_url>/<page>?token=<token>, as the account's people reach it (§18.3); and when it ends, as
 * mails say it: 2026-01-03 00:00:00 UTC. */
bool onetime_link(struct cx *cx, struct str account_id, const char *page, struct str token,
                  struct str *link) MUST_CHECK;
struct str onetime_end(struct cx *cx, int64_t expires_at);

#endif
