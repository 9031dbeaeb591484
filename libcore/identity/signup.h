/*
 * signup.h — registration: a new account with its first person, or a member of the only account
 * (identity.md §6, POST /auth/register; §7).
 *
 * Hashing   outside every transaction, so call it with none open
 * Errors    400 items (password, account_name, account_slug), 409 slug or e-mail, 404 single-tenant
 * Changes   accounts, users, groups, users_groups, email_verification_tokens (audited); emits
 *           AUTH_REGISTER; queues the mail that verifies the address
 */
#ifndef IDENTITY_SIGNUP_H
#define IDENTITY_SIGNUP_H

#include "identity/account.h"
#include "identity/group.h"
#include "identity/user.h"

struct signup { struct account account; struct user user; struct group_names groups; };
bool signup_run(struct cx *cx, struct str email, struct str password, struct str account_name,
                struct str account_slug, struct signup *out) MUST_CHECK;

#endif
