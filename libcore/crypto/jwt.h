/*
 * jwt.h — JSON Web Tokens, HS256 only (RFC 7519, RFC 7515); identity.md §3.2 and §3.3.
 *
 * The header must be HS256 and nothing else is tried ("none", RS256 … are refused unread).
 */
#ifndef CRYPTO_JWT_H
#define CRYPTO_JWT_H

#include "base/jv.h"

struct str jwt_sign(struct arena *mem, struct str key, struct str claims_json);
/* Signature only; the claims are the caller's to judge. False: malformed or a bad signature. */
bool jwt_verify(struct cx *cx, struct str key, struct str token, struct jv *claims) MUST_CHECK;

#endif
