/*
 * seal.h — secrets at rest: XSalsa20-Poly1305 (libsodium secretbox), base64, bound to a purpose.
 *
 * The key is derived from encryption_key and the purpose, so that a sealed value cannot be moved to
 * another use. Errors: seal_open is false for a wrong key, purpose or text; it never gives ciphertext.
 */
#ifndef CRYPTO_SEAL_H
#define CRYPTO_SEAL_H

#include "base/cx.h"

struct str seal_shut(struct cx *cx, const char *purpose, struct str plain);
bool seal_open(struct cx *cx, const char *purpose, struct str sealed, struct str *plain) MUST_CHECK;

#endif
