/*
 * signature.h — an electronic signature, which the history of one request bears (21 CFR 11;
 * automation.md §3.9). Who makes and reads them: identity/signing.h.
 *
 * Good once  for one request. It is spent together with the first change that bears it, in the same
 *            transaction: what fails, or changes nothing, leaves it good
 * Errors     E_INVALID when another request has it, then nothing of this one stays
 */
#ifndef AUDIT_SIGNATURE_H
#define AUDIT_SIGNATURE_H

#include "base/cx.h"

struct signature { struct str id, username, reason; int64_t signed_at, expires_at; };

bool signature_refused(struct cx *cx, const char *why);         /* E_INVALID; false */
/* In the caller's transaction; by the same request again, too. */
bool signature_spend(struct cx *cx, const struct signature *signature) MUST_CHECK;

#endif
