/* mac.h — SHA-256, HMAC-SHA256 and comparison in constant time (libsodium). */
#ifndef CRYPTO_MAC_H
#define CRYPTO_MAC_H

#include <stdalign.h>

#include "base/cx.h"

#define MAC_BYTES 32

void mac_sha256(struct str message, unsigned char out[MAC_BYTES]);
struct str mac_sha256_hex(struct arena *mem, struct str message);
void mac_hmac(struct str key, struct str message, unsigned char out[MAC_BYTES]);
/* Of what comes in pieces. */
struct mac_sum { alignas(16) unsigned char state[128]; };       /* libsodium's, unseen          */
void mac_sum_begin(struct mac_sum *sum);
void mac_sum_add(struct mac_sum *sum, struct str piece);
void mac_sum_bytes(struct mac_sum *sum, unsigned char out[MAC_BYTES]);
struct str mac_sum_end(struct arena *mem, struct mac_sum *sum); /* SHA-256, hexadecimal         */
bool mac_equal(struct str a, struct str b);                     /* lengths may be told apart     */

#endif
