/*
 * seal.h — secrets at rest: XChaCha20-Poly1305 (libsodium), bound to a purpose; identity.md §16.2.
 *
 * Form     lx1: and base64 of nonce and ciphertext
 * Key      derived from encryption_key; the purpose is authenticated with the text, so that no
 *          sealed value can be moved to another use. A purpose that names a row and a column binds
 *          the value to that place
 * Rotation what one of old_encryption_keys has sealed still opens; sealing takes the present key
 * Errors   seal_open is false for a wrong key, purpose or text, and gives nothing then
 */
#ifndef CRYPTO_SEAL_H
#define CRYPTO_SEAL_H

#include "base/cx.h"

/* Eight bullets: what stands for a sealed value where it is not told. */
#define SEAL_MASK "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2" \
                  "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2"

struct str seal_shut(struct cx *cx, const char *purpose, struct str plain);
bool seal_is(struct str text);      /* has the form of one; whether it opens is another question */
bool seal_open(struct cx *cx, const char *purpose, struct str sealed, struct str *plain) MUST_CHECK;
const char *seal_library(void);     /* the version of libsodium */

#endif
