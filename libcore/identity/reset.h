/*
 * reset.h — a new password for who forgot theirs, by a mailed link (identity.md §6 Password reset).
 *
 * Token    onetime.h; good once, and dead as soon as the password or the address is another
 * Silence  reset_ask does the same work whatever account and address it is given: whether there is
 *          somebody is looked up by the worker (reset_run)
 * Changes  password_reset_tokens, users (audited), jobs; refresh_tokens, token_blacklist; bumps
 *          identities; emits AUTH_PASSWORD_RESET
 */
#ifndef IDENTITY_RESET_H
#define IDENTITY_RESET_H

#include "identity/onetime.h"

/* "I forgot my password": account as typed, absent for the only one; items if it is needed. */
bool reset_ask(struct cx *cx, struct str email, struct str account, struct str ip) MUST_CHECK;
/* The job that follows: a link to the person, if there is one and a password to forget. */
bool reset_run(struct cx *cx, struct str payload) MUST_CHECK;
/* The link, in the caller's transaction; ip absent: not asked for by the person. When nobody can
 * send it: 500 "Failed to send password reset email". */
bool reset_send(struct cx *cx, const struct user *user, struct str ip) MUST_CHECK;

/* Whose link it is, if it is still good. Nothing is consumed. */
bool reset_look(struct cx *cx, struct str token, bool *found, struct onetime *out) MUST_CHECK;
/* Hashes outside every transaction, so call it with none open. In this order: 400 items for the
 * password, 400 for the token, 403 in demo mode. */
bool reset_redeem(struct cx *cx, struct str token, struct str password) MUST_CHECK;

/* A new hash, by whatever road, in the caller's transaction: every session ends, tokens given out
 * before are refused, outstanding links are dead. */
bool reset_password(struct cx *cx, struct user *user, struct str hash) MUST_CHECK;
/* E_FORBIDDEN "Demo mode: …" for people of the system account (§7.3). */
bool reset_demo(struct cx *cx, const struct user *user) MUST_CHECK;

#endif
