/* seal.c — authenticated encryption under a key derived from the installation's. */
#include "crypto/seal.h"

#include <sodium.h>
#include <string.h>

#include "base/base64.h"
#include "base/random.h"
#include "base/settings.h"
#include "crypto/mac.h"

#define KEY_BYTES   crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES   crypto_aead_xchacha20poly1305_ietf_ABYTES

static const struct str form = S_INIT("lx1:");

/* Not encryption_key itself, which is a text of any length and may serve other ends too. */
static void derive(struct str from, unsigned char key[KEY_BYTES])
{
    _Static_assert(KEY_BYTES == MAC_BYTES, "one hash makes one key");
    mac_hmac(from, S("larder seal lx1"), key);
}

struct str seal_shut(struct cx *cx, const char *purpose, struct str plain)
{
    unsigned char key[KEY_BYTES];
    unsigned char *box = arena_alloc(cx->mem, NONCE_BYTES + plain.n + TAG_BYTES);
    unsigned long long n = 0;
    random_bytes(box, NONCE_BYTES);
    derive(cx->set->encryption_key, key);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        box + NONCE_BYTES, &n, (const unsigned char *)plain.p, plain.n,
        (const unsigned char *)purpose, strlen(purpose), NULL, box, key);
    sodium_memzero(key, sizeof key);
    struct str text =
        base64_put(cx->mem, (struct str){ (const char *)box, NONCE_BYTES + plain.n + TAG_BYTES });
    return str_fmt(cx->mem, "%.*s%.*s", STR_ARG(form), STR_ARG(text));
}

bool seal_is(struct str text)
{
    return str_starts(text, form);
}

/* box: nonce, ciphertext and tag. */
static bool open_with(struct cx *cx, struct str from, const char *purpose, struct str box,
                      struct str *plain)
{
    unsigned char key[KEY_BYTES];
    const unsigned char *nonce = (const unsigned char *)box.p;
    size_t n = box.n - NONCE_BYTES;
    unsigned char *out = arena_alloc(cx->mem, n);
    derive(from, key);
    int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, nonce + NONCE_BYTES, n,
                                                            (const unsigned char *)purpose,
                                                            strlen(purpose), nonce, key);
    sodium_memzero(key, sizeof key);
    if (opened != 0)
        return false;
    *plain = (struct str){ (const char *)out, n - TAG_BYTES };
    return true;
}

bool seal_open(struct cx *cx, const char *purpose, struct str sealed, struct str *plain)
{
    const struct str_list *old = &cx->set->old_encryption_keys;
    struct str box;
    *plain = NO_STR;
    if (sodium_init() < 0 || !seal_is(sealed)
        || !base64_get(cx->mem, str_sub(sealed, form.n, sealed.n), &box)
        || box.n < NONCE_BYTES + TAG_BYTES)
        return false;
    if (open_with(cx, cx->set->encryption_key, purpose, box, plain))
        return true;
    for (size_t i = 0; i < old->n; i++)
        if (open_with(cx, old->at[i], purpose, box, plain))
            return true;
    return false;
}

const char *seal_library(void)
{
    return sodium_version_string();
}
