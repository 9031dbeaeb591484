/*
 * bootstrap.h — the first people of an installation, for the command line (identity.md §21).
 *
 * Errors   cx->err.message is the sentence of §21.1, without "Error: "
 * Changes  users, accounts (audited, by the system), tokens, and what the system comes with; each
 *          opens its own transaction
 */
#ifndef IDENTITY_BOOTSTRAP_H
#define IDENTITY_BOOTSTRAP_H

#include "identity/user.h"

bool bootstrap_has_superadmin(struct cx *cx, bool *has) MUST_CHECK;
/* A user of the system account: role admin, active, verified. The e-mail is trimmed, its domain
 * put into lower case. */
bool bootstrap_superadmin(struct cx *cx, struct str email, struct str password, struct user *out)
    MUST_CHECK;
/* After the migrations: the superadmin of the settings when the system account has no user at all
 * (*made says whether it did), the account of single-tenant mode, the system's configurations
 * and mail templates. Harmless twice. */
bool bootstrap_seed(struct cx *cx, bool *made) MUST_CHECK;
/* Whom the command line means by `EMAIL --account IDENTIFIER`; afterwards all are in scope. */
bool bootstrap_person(struct cx *cx, struct str account, struct str email, struct user *out)
    MUST_CHECK;
/* `larder user verify EMAIL --account IDENTIFIER`: as if the mailed link had been followed. */
bool bootstrap_verify(struct cx *cx, struct str account, struct str email) MUST_CHECK;
/* `larder user set-password`: every session of the person ends. */
bool bootstrap_set_password(struct cx *cx, struct str account, struct str email,
                            struct str password) MUST_CHECK;

#endif
