/* mac.c — thin words for libsodium's hashes. */
#include "crypto/mac.h"

#include <sodium.h>

#include "base/base64.h"
#include "crypto/sha256.h"

static const unsigned char *bytes(struct str s)
{
    return (const unsigned char *)(s.p == NULL ? "" : s.p);
}

void mac_sha256(struct str message, unsigned char out[MAC_BYTES])
{
    if (!sha256_fast(bytes(message), message.n, out))
        crypto_hash_sha256(out, bytes(message), message.n);
}

struct str mac_sha256_hex(struct arena *mem, struct str message)
{
    unsigned char hash[MAC_BYTES];
    mac_sha256(message, hash);
    return base64_hex(mem, (struct str){ (const char *)hash, sizeof hash });
}

void mac_hmac(struct str key, struct str message, unsigned char out[MAC_BYTES])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes(key), key.n);
    crypto_auth_hmacsha256_update(&state, bytes(message), message.n);
    crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof state);
}

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct mac_sum), "it fits");

void mac_sum_begin(struct mac_sum *sum)
{
    crypto_hash_sha256_init((void *)sum->state);
}

void mac_sum_add(struct mac_sum *sum, struct str piece)
{
    crypto_hash_sha256_update((void *)sum->state, bytes(piece), piece.n);
}

void mac_sum_bytes(struct mac_sum *sum, unsigned char out[MAC_BYTES])
{
    crypto_hash_sha256_final((void *)sum->state, out);
}

struct str mac_sum_end(struct arena *mem, struct mac_sum *sum)
{
    unsigned char hash[MAC_BYTES];
    mac_sum_bytes(sum, hash);
    return base64_hex(mem, (struct str){ (const char *)hash, sizeof hash });
}

bool mac_equal(struct str a, struct str b)
{
    return a.n == b.n && a.p != NULL && b.p != NULL && sodium_memcmp(a.p, b.p, a.n) == 0;
}
