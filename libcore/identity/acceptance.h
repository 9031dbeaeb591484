/*
 * acceptance.h — from an invitation to a user of its account, signed in (identity.md §15).
 *
 * Once      of many who accept at once with one token, one gets in
 * Role      that of the invitation, else `user`; groups that are gone by now are left out. The
 *           address counts as verified: the token came by its mail, or from who may verify it
 * Hashing   outside every transaction, so call it with none open; a token that is none costs none
 * Errors    404 for a token that is wrong, late or spent, 400 items for the password, 409 when
 *           somebody has the address by now
 * Changes   users, users_groups, invitations (audited), refresh_tokens; bumps identities; emits
 *           AUTH_REGISTER and AUTH_LOGIN
 */
#ifndef IDENTITY_ACCEPTANCE_H
#define IDENTITY_ACCEPTANCE_H

#include "identity/login.h"

bool acceptance_run(struct cx *cx, struct str token, struct str password, struct login *out)
    MUST_CHECK;

#endif
