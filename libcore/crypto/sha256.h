/*
 * sha256.h — SHA-256 (FIPS 180-4) by the processor's own instructions, where it has them.
 *
 * For mac.c, which falls back to libsodium: that one knows no such instructions, and each audit row
 * is hashed (2.2 µs for 700 bytes against 0.4).
 */
#ifndef CRYPTO_SHA256_H
#define CRYPTO_SHA256_H

#include "base/base.h"

/* False: it cannot. */
bool sha256_fast(const unsigned char *message, size_t n, unsigned char out[32]);

#endif
