/*
 * login.h — from e-mail and password to a session (identity.md §6, POST /auth/login).
 *
 * Timing   an unknown account or user costs as much as a wrong password; the hash is computed
 *          outside every transaction, so call it with none open
 * Errors   the 400 and 401 of §6, in its order of checks; 429 after too many failures (attempts.h)
 * Changes  users.last_login, a better hash; refresh_tokens; emits AUTH_LOGIN
 */
#ifndef IDENTITY_LOGIN_H
#define IDENTITY_LOGIN_H

#include "identity/account.h"
#include "identity/group.h"
#include "identity/session.h"

struct login {
    struct account account;
    struct user user;
    struct group_names groups;
    struct session session;
};
bool login_run(struct cx *cx, struct str email, struct str password, struct str account,
               struct login *out) MUST_CHECK;

/* Whether somebody who is signed in knows their password: with the limits, cost and words of a
 * sign-in, but no session comes of it. */
bool login_confirm(struct cx *cx, const struct user *user, struct str password) MUST_CHECK;

/* What people typed as their account, or the only one there is; whether that is said at all. */
bool login_has_account(struct cx *cx, struct str identifier) MUST_CHECK;
bool login_find_account(struct cx *cx, struct str identifier, bool *found, struct account *out)
    MUST_CHECK;

/* The payload of auth events (§20.2), for those who emit them. */
struct str login_event(struct cx *cx, const struct user *user, const char *method, bool is_new);

#endif
