/*
 * ownpassword.h — another password for oneself: who knows the one they have chooses the next.
 *
 * Sessions  all end, as with every new password; a new one is opened for whoever asks
 * Timing    hashes outside every transaction, so call it with none open
 * Errors    E_INVALID items for the new password; then those of a sign-in (login_confirm), 429
 *           included; E_FORBIDDEN in demo mode
 * Changes   users (audited), tokens; bumps identities; emits AUTH_PASSWORD_RESET
 */
#ifndef IDENTITY_OWNPASSWORD_H
#define IDENTITY_OWNPASSWORD_H

#include "identity/session.h"

bool ownpassword_change(struct cx *cx, struct str current, struct str wanted, struct session *out)
    MUST_CHECK;

#endif
