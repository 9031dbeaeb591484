/* password.c — Argon2id by libsodium; the parameters are ours to compare. */
#include "crypto/password.h"

#include <sodium.h>
#include <string.h>

#include "base/num.h"
#include "base/settings.h"

#define LONGEST 1024u

static bool hash_with(const struct settings *set, struct str password,
                      char phc[crypto_pwhash_STRBYTES])
{
    return sodium_init() >= 0
           && crypto_pwhash_str_alg(
                  phc, password.p, password.n, (unsigned long long)set->argon2_passes,
                  (size_t)set->argon2_memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13)
                  == 0;
}

bool password_hash(struct cx *cx, struct str password, struct str *phc)
{
    char text[crypto_pwhash_STRBYTES];
    if (password.n > LONGEST)
        return fail(cx, E_INVALID, "Validation error", "Password is longer than %u bytes", LONGEST);
    if (!hash_with(cx->set, password, text))
        return broken(cx, "argon2id: not enough memory for %lld KiB",
                      (long long)cx->set->argon2_memory_kib);
    *phc = str_copy(cx->mem, str_of(text));
    return true;
}

bool password_matches(struct str phc, struct str password)
{
    char text[crypto_pwhash_STRBYTES];
    if (phc.n == 0 || phc.n >= sizeof text || password.n > LONGEST || str_absent(password)
        || memchr(phc.p, '\0', phc.n) != NULL || sodium_init() < 0)
        return false;
    memcpy(text, phc.p, phc.n);
    text[phc.n] = '\0';
    return crypto_pwhash_str_verify(text, password.p, password.n) == 0;
}

/* A hash costs what a check costs. */
void password_waste(struct cx *cx, struct str password)
{
    char text[crypto_pwhash_STRBYTES];
    if (password.n <= LONGEST && !str_absent(password))
        (void)hash_with(cx->set, password, text);
    sodium_memzero(text, sizeof text);
}

static bool parameter(struct str list, char name, int64_t *out)
{
    struct str one;
    while (str_cut(&list, ',', &one))
        if (one.n > 2 && one.p[0] == name && one.p[1] == '=')
            return num_int(str_sub(one, 2, one.n), out);
    return false;
}

struct parameters { struct str algorithm, version; int64_t m, t, p; };

static bool read_parameters(struct str phc, struct parameters *out)
{
    struct str list;
    return str_cut(&phc, '$', &out->algorithm) && str_cut(&phc, '$', &out->algorithm)
        && str_cut(&phc, '$', &out->version) && str_cut(&phc, '$', &list)
        && parameter(list, 'm', &out->m) && parameter(list, 't', &out->t)
        && parameter(list, 'p', &out->p);
}

/* libsodium's own needs_rehash does not look at p. */
bool password_outdated(const struct settings *set, struct str phc)
{
    struct parameters has;
    return !read_parameters(phc, &has) || !str_eq(has.algorithm, S("argon2id"))
        || !str_eq(has.version, S("v=19")) || has.m != set->argon2_memory_kib
        || has.t != set->argon2_passes || has.p != 1;
}

int64_t password_memory_kib(struct str phc)
{
    struct parameters has;
    return read_parameters(phc, &has) ? has.m : 0;
}
