/*
 * manage.h — what administrators do with people (identity.md §12).
 *
 * Who      superadmins with everybody; others (the route lets account admins in) with the people of
 *          their own account: nobody else is there for them. They grant the roles admin and user
 *          alone, set no password or address of somebody with another role, and link nobody to an
 *          identity elsewhere, which would bring its owner into their account
 * Errors   E_NOT_FOUND "User not found"; the texts of §12, in its order
 * Changes  users (audited), tokens; each is a transaction; bumps identities
 */
#ifndef IDENTITY_MANAGE_H
#define IDENTITY_MANAGE_H

#include "identity/user.h"

/* As *user says, which is filled in; password: needed for the provider `password`, else ignored.
 * Hashes outside every transaction, so call it with none open; likewise manage_set_password. */
bool manage_create(struct cx *cx, struct user *user, struct str password) MUST_CHECK;
/* A role by its name when role_id is 0. Nobody changes themselves. */
bool manage_change(struct cx *cx, struct str id, struct str role, const struct user_change *to)
    MUST_CHECK;
bool manage_set_password(struct cx *cx, struct str id, struct str password) MUST_CHECK;
/* Ends every session, then mails the link; *email: where to. */
bool manage_send_reset(struct cx *cx, struct str id, struct str *email) MUST_CHECK;
/* *was: it had been verified before. */
bool manage_verify(struct cx *cx, struct str id, bool *was) MUST_CHECK;
bool manage_resend(struct cx *cx, struct str id, struct str *email) MUST_CHECK;
bool manage_deactivate(struct cx *cx, struct str id) MUST_CHECK;
/* Signs the person out everywhere. */
bool manage_end_sessions(struct cx *cx, struct str id) MUST_CHECK;
/* Failed sign-ins so far do not count any more. */
bool manage_unlock(struct cx *cx, struct str id) MUST_CHECK;

#endif
