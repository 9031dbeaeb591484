/* seal.c — secretbox under a key derived from the installation's key and the purpose. */
#include "crypto/seal.h"

#include <sodium.h>
#include <string.h>

#include "base/base64.h"
#include "base/random.h"
#include "base/settings.h"

static void derive(const struct cx *cx, const char *purpose, unsigned char key[crypto_secretbox_KEYBYTES])
{
    crypto_generichash_state state;
    struct str secret = cx->set->encryption_key;
    size_t keyed = secret.n < crypto_generichash_KEYBYTES_MAX ? secret.n : crypto_generichash_KEYBYTES_MAX;
    crypto_generichash_init(&state, (const unsigned char *)secret.p, keyed, crypto_secretbox_KEYBYTES);
    crypto_generichash_update(&state, (const unsigned char *)secret.p, secret.n);
    crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose));
    crypto_generichash_final(&state, key, crypto_secretbox_KEYBYTES);
    sodium_memzero(&state, sizeof state);
}

struct str seal_shut(struct cx *cx, const char *purpose, struct str plain)
{
    unsigned char key[crypto_secretbox_KEYBYTES];
    size_t n = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + plain.n;
    unsigned char *box = arena_alloc(cx->mem, n);
    random_bytes(box, crypto_secretbox_NONCEBYTES);
    derive(cx, purpose, key);
    crypto_secretbox_easy(box + crypto_secretbox_NONCEBYTES, (const unsigned char *)plain.p, plain.n, box, key);
    sodium_memzero(key, sizeof key);
    return base64_put(cx->mem, (struct str){ (const char *)box, n });
}

bool seal_open(struct cx *cx, const char *purpose, struct str sealed, struct str *plain)
{
    unsigned char key[crypto_secretbox_KEYBYTES];
    struct str box;
    if (sodium_init() < 0 || !base64_get(cx->mem, sealed, &box)
        || box.n < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)
        return false;
    const unsigned char *nonce = (const unsigned char *)box.p;
    size_t n = box.n - crypto_secretbox_NONCEBYTES;
    unsigned char *out = arena_alloc(cx->mem, n);
    derive(cx, purpose, key);
    int opened = crypto_secretbox_open_easy(out, nonce + crypto_secretbox_NONCEBYTES, n, nonce, key);
    sodium_memzero(key, sizeof key);
    *plain = (struct str){ (const char *)out, n - crypto_secretbox_MACBYTES };
    return opened == 0;
}
