/*
 * sign.h — signatures that anybody can check who has the public key: Ed25519 (RFC 8032, libsodium).
 *
 * Form    keys and signatures are lower-case hexadecimal; the secret key is its seed, 32 bytes
 * Errors  false for a seed, a key or a signature that is not of that form, and for one that does
 *         not fit
 */
#ifndef CRYPTO_SIGN_H
#define CRYPTO_SIGN_H

#include "base/cx.h"

bool sign_public(struct arena *mem, struct str seed, struct str *public_key) MUST_CHECK;
bool sign_text(struct arena *mem, struct str seed, struct str text,
               struct str *signature) MUST_CHECK;
bool sign_is_valid(struct str public_key, struct str text, struct str signature);

#endif
