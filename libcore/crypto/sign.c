/* sign.c — thin words for libsodium's Ed25519. */
#include "crypto/sign.h"

#include <sodium.h>

#include "base/base64.h"

struct pair { unsigned char open[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES]; };

/* All of the text, and nothing else. */
static bool read_hex(struct str text, unsigned char *out, size_t bytes)
{
    size_t n = 0;
    return text.n == 2 * bytes
        && sodium_hex2bin(out, bytes, text.p, text.n, NULL, &n, NULL) == 0 && n == bytes;
}

static bool make_pair(struct str seed, struct pair *pair)
{
    unsigned char bytes[crypto_sign_SEEDBYTES];
    bool well = sodium_init() >= 0 && read_hex(seed, bytes, sizeof bytes)
             && crypto_sign_seed_keypair(pair->open, pair->secret, bytes) == 0;
    sodium_memzero(bytes, sizeof bytes);
    return well;
}

static struct str hex_of(struct arena *mem, const unsigned char *bytes, size_t n)
{
    return base64_hex(mem, (struct str){ (const char *)bytes, n });
}

bool sign_public(struct arena *mem, struct str seed, struct str *public_key)
{
    struct pair pair;
    TRY(make_pair(seed, &pair));
    *public_key = hex_of(mem, pair.open, sizeof pair.open);
    sodium_memzero(&pair, sizeof pair);
    return true;
}

bool sign_text(struct arena *mem, struct str seed, struct str text, struct str *signature)
{
    struct pair pair;
    unsigned char bytes[crypto_sign_BYTES];
    TRY(make_pair(seed, &pair));
    bool well = crypto_sign_detached(bytes, NULL, (const unsigned char *)text.p, text.n,
                                     pair.secret) == 0;
    sodium_memzero(&pair, sizeof pair);
    *signature = hex_of(mem, bytes, sizeof bytes);
    return well;
}

bool sign_is_valid(struct str public_key, struct str text, struct str signature)
{
    unsigned char key[crypto_sign_PUBLICKEYBYTES], bytes[crypto_sign_BYTES];
    return sodium_init() >= 0 && read_hex(public_key, key, sizeof key)
        && read_hex(signature, bytes, sizeof bytes)
        && crypto_sign_verify_detached(bytes, (const unsigned char *)text.p, text.n, key) == 0;
}
