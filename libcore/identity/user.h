/*
 * user.h — find, create and change the people of an account (identity.md §4, §23).
 *
 * Ownership  structs are filled in the caller's arena (cx->mem)
 * Errors     user_create: E_CONFLICT when the account has that e-mail; E_NOT_FOUND: the row is gone
 * Changes    users (audited); a change that a signed-in person must feel at once bumps identities
 */
#ifndef IDENTITY_USER_H
#define IDENTITY_USER_H

#include "base/cx.h"

struct user {
    struct str id, account_id, email, password_hash;
    int64_t role_id;
    struct str role;                        /* its name; absent: the role is gone */
    bool is_active, email_verified;
    struct str auth_provider, auth_provider_name, external_id, external_email;
    struct str profile_data;                /* a JSON object */
    int64_t created_at, updated_at, last_login, tokens_valid_from;      /* 0: never */
};

bool user_by_id(struct cx *cx, struct str account_id, struct str id, bool *found, struct user *out)
    MUST_CHECK;
bool user_by_email(struct cx *cx, struct str account_id, struct str email, bool *found,
                   struct user *out) MUST_CHECK;
bool user_any(struct cx *cx, struct str account_id, bool *any) MUST_CHECK;

/* From account_id, email, password_hash, role, email_verified of *user; fills in the rest. A role
 * that does not exist is the 500 "Role configuration error". */
bool user_create(struct cx *cx, struct user *user) MUST_CHECK;
/* As all of *user says, but for id and times. *taken: the account has that e-mail. What it refers
 * to must be there: 404 if that was lost in a race. */
bool user_add(struct cx *cx, struct user *user, bool *taken) MUST_CHECK;
bool user_role_missing(struct cx *cx); /* that 500; returns false */
bool user_verified(struct cx *cx, struct user *user) MUST_CHECK;        /* the address is theirs */
/* Another password: tokens given out so far are refused from now on; sessions are the caller's. */
bool user_set_password(struct cx *cx, struct user *user, struct str hash) MUST_CHECK;
/* What is absent, 0 or below stays. Inactive: tokens given out so far are refused for ever; the
 * sessions are the caller's. *taken: the account has that e-mail; nothing is left to do but end. */
struct user_change {
    struct str email;
    int64_t role_id, is_active;             /* is_active: -1 stays */
    struct str auth_provider, auth_provider_name, external_id, external_email, profile_data;
};
bool user_change(struct cx *cx, struct user *user, const struct user_change *to, bool *taken)
    MUST_CHECK;
/* A sign-in: the time, and a better hash of the same password unless absent. E_NOT_FOUND: they are
 * inactive or have another password by now. */
bool user_signed_in(struct cx *cx, struct user *user, struct str better_hash) MUST_CHECK;

#endif
