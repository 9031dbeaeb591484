/*
 * verify.h — whose e-mail address is whose: a mailed link proves it (identity.md §6 Verification).
 *
 * Token    onetime.h; it counts for the address it was mailed to: an address changed since, or one
 *          that never was the person's, is not verified by it
 * Mail     queued in the caller's transaction, sent by the worker
 * Changes  email_verification_tokens, users (audited); bumps identities
 */
#ifndef IDENTITY_VERIFY_H
#define IDENTITY_VERIFY_H

#include "identity/onetime.h"

/* The link to `email` (the person's own or, as the contract allows, another). When nobody can send
 * it: 500 "Failed to send verification email". */
bool verify_send(struct cx *cx, const struct user *user, struct str email) MUST_CHECK;
/* The same for who is not to hear of that (register, resend-verification): it is queued anyway. */
bool verify_queue(struct cx *cx, const struct user *user, struct str email) MUST_CHECK;
/* Whose link it is, and to which address, if it is still good. Nothing is consumed. */
bool verify_look(struct cx *cx, struct str token, bool *found, struct onetime *out) MUST_CHECK;
/* E_INVALID "Invalid or expired verification token"; of two at once, one wins. */
bool verify_redeem(struct cx *cx, struct str token, struct user *out) MUST_CHECK;

#endif
