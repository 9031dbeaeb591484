/*
 * sha1.h — SHA-1 (FIPS 180-4), for the handshake of WebSocket, which asks for it by name.
 *
 * For live/ws.c and nobody else: it proves nothing any more. libsodium does not have it.
 */
#ifndef CRYPTO_SHA1_H
#define CRYPTO_SHA1_H

#include "base/str.h"

enum { SHA1_BYTES = 20 };

void sha1_sum(struct str message, unsigned char out[SHA1_BYTES]);

#endif
