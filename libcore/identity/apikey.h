/*
 * apikey.h — what programs call with instead of a password: API keys, and the personal tokens of
 * the command line (identity.md §3.4, §3.5, §8, §21).
 *
 * A key    speaks for the superadmin who made it. Made with an account it speaks for that account:
 *          its caller is a service, with the key's own id and no person behind it, never a
 *          superadmin and in no group, so that personal data is masked. It has the role `user` (the
 *          rules of the collections and what that role is granted decide), or the role `admin` by
 *          the scope admin.
 * Scopes   admin, and records:secrets:read (the route of secrets, data.md §19.1). Others are
 *          refused: one that narrows what a key may do is not known and must not be believed in
 * Life     until it expires or is revoked; while its row is there, its maker active, and no newer
 *          than the key is when the maker's tokens were called back (a password was changed)
 * Secrets  the text is shown once, by the call that makes it; the row keeps its SHA-256
 * Errors   400 at api_key_max_per_user, 404 "API key not found" (another's too), 422 for scopes
 * Changes  api_keys (audited, the hash as ***), token_blacklist; revoking bumps identities
 */
#ifndef IDENTITY_APIKEY_H
#define IDENTITY_APIKEY_H

#include "base/jv.h"

struct apikey {
    struct str id, name, key_hash, token_type;
    struct str account_id, user_id, maker;      /* whose it is; the address, absent if gone */
    struct str acts_for;                        /* the account of a service; absent: its maker's */
    struct str scopes;                          /* a JSON array of texts */
    bool is_active;
    int64_t expires_at, last_used_at, created_at, updated_at;       /* 0: never */
};
struct apikey_wish { struct str name, account_id; struct jv scopes; int64_t expires_at; };
struct apikey_page { const struct apikey *at; size_t n; int64_t total; };

/* The caller's (cx->who), newest first, revoked ones included; limit 0: all. */
bool apikey_list(struct cx *cx, int64_t limit, int64_t offset, struct apikey_page *out) MUST_CHECK;
bool apikey_get(struct cx *cx, struct str id, struct apikey *out) MUST_CHECK;
bool apikey_create(struct cx *cx, const struct apikey_wish *wish, struct apikey *out,
                   struct str *text) MUST_CHECK;
bool apikey_revoke(struct cx *cx, struct str id) MUST_CHECK;        /* harmless twice */

/* For the command line: a token of somebody's own, from name and expires_at; and the end of any
 * key or token. */
struct user;
bool apikey_personal(struct cx *cx, const struct user *user, struct apikey *key, struct str *text)
    MUST_CHECK;
bool apikey_end(struct cx *cx, struct str id) MUST_CHECK;

/* For actor.c. The row of a credential as it was sent, whosever it is, revoked or not. */
bool apikey_by_text(struct cx *cx, struct str text, bool *found, struct apikey *out) MUST_CHECK;
/* When it was used: to the minute, so that reading does not become writing. */
bool apikey_stamp(struct cx *cx, const struct apikey *key) MUST_CHECK;
struct apikey_scopes { const struct str *at; size_t n; };
bool apikey_scopes(struct cx *cx, const struct apikey *key, struct apikey_scopes *out)
    MUST_CHECK;
struct str apikey_role(const struct apikey_scopes *scopes);         /* of a service */
struct str apikey_email(struct cx *cx, const struct apikey *key);   /* what a service shows */

#endif
