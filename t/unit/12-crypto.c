/* 12-crypto.c — hashes, signatures, passwords and sealed values, against the contract's vectors. */
#include "tap.h"

#include "base/base64.h"
#include "base/settings.h"
#include "crypto/jwt.h"
#include "crypto/mac.h"
#include "crypto/password.h"
#include "crypto/seal.h"

static struct settings set = { .argon2_memory_kib = 8192,
                               .argon2_passes = 1,
                               .encryption_key = S_INIT("key one") };
static struct cx cx = { .set = &set };

static void tokens(void)
{
    struct arena *mem = tap_mem();
    struct jv claims;
    struct str key = S("test-secret");
    is_text(mac_sha256_hex(mem, S("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "SHA-256");

    struct str payload = S(
        "{\"version\":1,\"type\":\"api_key\",\"user_id\":\"u1\",\"email\":\"a@b.co\","
        "\"account_id\":"
        "\"00000000-0000-0000-0000-000000000000\",\"role\":\"admin\",\"permissions\":[],"
        "\"issued_at\":1700000000,"
        "\"expires_at\":null,\"token_id\":\"t1\"}");
    struct str message = str_fmt(mem, "sb_ak.%.*s", STR_ARG(base64_put_url(mem, payload, false)));
    unsigned char mac[MAC_BYTES];
    mac_hmac(key, message, mac);
    struct str signature =
        base64_put_url(mem, (struct str){ (const char *)mac, sizeof mac }, false);
    is_text(signature, "S3hY8K1IypvPfNY8zEBpssv-HB-hP6cz_RDRpkTUp8A",
            "HMAC: the vector of identity.md 3.4");
    is_text(mac_sha256_hex(mem, str_fmt(mem, "%.*s.%.*s", STR_ARG(message), STR_ARG(signature))),
            "5870c384bf76266895f3178a43b444b45c16e8aa1dbd4bc87302363902f6acfe", "and its hash");

    struct str token = jwt_sign(
        mem, key,
        S("{\"iss\":\"snackbase\",\"sub\":\"u1\",\"iat\":1700000000,\"exp\":1700003600,"
          "\"user_id\":\"u1\",\"account_id\":\"a1\",\"email\":\"a@b.co\",\"role\":\"admin\","
          "\"type\":\"access\"}"));
    ok(str_ends(token, S(".ACGId9VXZTUCS0q7f-vper0sEpNyeummysEvWldr--4")),
       "JWT: the vector of identity.md 3.4");
    ok(jwt_verify(&cx, key, token, &claims)
           && str_eq(jv_text(jv_get(claims, S("email"))), S("a@b.co")),
       "and read again");
    ok(!jwt_verify(&cx, S("other"), token, &claims), "not with another key");
    ok(!jwt_verify(&cx, S(""), jwt_sign(mem, S(""), S("{}")), &claims)
       && !jwt_verify(&cx, NO_STR, jwt_sign(mem, NO_STR, S("{}")), &claims), "never without a key");
    ok(!jwt_verify(&cx, key, str_sub(token, 0, token.n - 1), &claims), "not cut");
    ok(!jwt_verify(&cx, key, str_fmt(mem, "%.*s.x", STR_ARG(token)), &claims),
       "not with a fourth part");
    ok(!jwt_verify(&cx, key, S("a.b"), &claims) && !jwt_verify(&cx, key, S(""), &claims)
       && !jwt_verify(&cx, key, S(".."), &claims), "not malformed");
    struct str none = base64_put_url(mem, S("{\"alg\":\"none\"}"), false);
    struct str forged =
        str_fmt(mem, "%.*s.%.*s.", STR_ARG(none), STR_ARG(base64_put_url(mem, S("{}"), false)));
    ok(!jwt_verify(&cx, key, forged, &claims), "not unsigned");
    struct str part =
        str_fmt(mem, "%.*s.%.*s", STR_ARG(none), STR_ARG(base64_put_url(mem, S("{}"), false)));
    mac_hmac(key, part, mac);
    forged = str_fmt(mem, "%.*s.%.*s", STR_ARG(part),
                     STR_ARG(base64_put_url(mem, (struct str){ (const char *)mac, 32 }, false)));
    ok(!jwt_verify(&cx, key, forged, &claims), "not under another algorithm, however well signed");
    struct str spaced = base64_put_url(mem, S("{ \"typ\": \"JWT\", \"alg\": \"HS256\" }"), false);
    part = str_fmt(mem, "%.*s.%.*s", STR_ARG(spaced), STR_ARG(base64_put_url(mem, S("{}"), false)));
    mac_hmac(key, part, mac);
    forged = str_fmt(mem, "%.*s.%.*s", STR_ARG(part),
                     STR_ARG(base64_put_url(mem, (struct str){ (const char *)mac, 32 }, false)));
    ok(jwt_verify(&cx, key, forged, &claims), "but in another spelling of the same header");
    ok(mac_equal(S("ab"), S("ab")) && !mac_equal(S("ab"), S("ac")) && !mac_equal(S("a"), S("ab"))
       && !mac_equal(NO_STR, NO_STR), "equal only when equal");
}

static void passwords(void)
{
    struct str phc, other;
    ok(password_hash(&cx, S("correct horse"), &phc)
           && password_hash(&cx, S("correct horse"), &other) && !str_eq(phc, other),
       "two hashes of one password differ");
    ok(password_matches(phc, S("correct horse")) && !password_matches(phc, S("correct horsf"))
       && !password_matches(phc, S("")), "the right password matches, no other");
    ok(!password_matches(S(""), S("x")) && !password_matches(S("not a hash"), S("x"))
           && !password_matches(NO_STR, S("x")) && !password_matches(phc, NO_STR),
       "garbage matches nothing");
    ok(!password_outdated(&set, phc), "a fresh hash is current");
    ok(password_outdated(&set, S("$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$"
       "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")), "one with other parameters is outdated");
    ok(password_outdated(&set, S("$argon2id$v=19$m=8192,t=1,p=4$c29tZXNhbHQ$AAAA")),
       "p counts too");
    ok(password_outdated(&set, S("")) && password_outdated(&set, S("$2b$10$x")),
       "so is what is none");
    /* Written by the reference implementation with the parameters that SnackBase uses. */
    struct str four = S(
        "$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$"
        "xnXZDQAw6vxd33CBl1WtW3uw5+9Eft7yR2hPg+GXMZg");
    ok(password_matches(four, S("Correct-Horse-7"))
           && !password_matches(four, S("Correct-Horse-8")),
       "a hash with four lanes verifies");
    struct buf b = tap_buf(2000);
    for (int i = 0; i < 1025; i++)
        buf_c(&b, 'x');
    ok(!password_hash(&cx, buf_text(&b), &other) && cx.err.kind == E_INVALID,
       "a password has a limit");
    fail_forget(&cx);
    password_waste(&cx, S("x"));
}

static void seals(void)
{
    struct str plain, sealed = seal_shut(&cx, "smtp", S("secret"));
    ok(seal_open(&cx, "smtp", sealed, &plain) && str_eq(plain, S("secret")),
       "a sealed value opens");
    ok(!seal_open(&cx, "s3", sealed, &plain), "not for another purpose");
    ok(!seal_open(&cx, "smtp", str_sub(sealed, 0, 40), &plain)
           && !seal_open(&cx, "smtp", S("x"), &plain) && !seal_open(&cx, "smtp", S(""), &plain),
       "not damaged");
    ok(str_starts(sealed, S("lx1:"))
           && !seal_open(&cx, "smtp", str_sub(sealed, 4, sealed.n), &plain) && str_absent(plain),
       "its form is told by its front");
    size_t opened = 0;
    for (size_t i = 4; i < sealed.n; i++) {
        char *changed = (char *)arena_alloc(tap_mem(), sealed.n + 1);
        for (size_t k = 0; k < sealed.n; k++)
            changed[k] = k != i ? sealed.p[k] : sealed.p[k] == 'A' ? 'B' : 'A';
        opened += seal_open(&cx, "smtp", (struct str){ changed, sealed.n }, &plain);
    }
    is_int(opened, 0, "nor with any one character changed");
    ok(!str_eq(sealed, seal_shut(&cx, "smtp", S("secret"))), "no two are alike");
    set.encryption_key = S("key two");
    ok(!seal_open(&cx, "smtp", sealed, &plain), "not with another key");
    ok(seal_open(&cx, "x", seal_shut(&cx, "x", S("")), &plain) && plain.n == 0,
       "nothing can be sealed");
}

int main(void)
{
    cx.mem = tap_mem();
    plan(14 + 9 + 8);
    tokens();
    passwords();
    seals();
    return done();
}
