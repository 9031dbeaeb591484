/* 21-token.c — unified tokens: the contract's vector, and every complaint in its order. */
#include "tap.h"

#include <string.h>

#include "base/base64.h"
#include "base/settings.h"
#include "crypto/mac.h"
#include "identity/token.h"

static struct settings set = { .token_secret = S_INIT("test-secret") };
static const char VECTOR[] =
    "sb_ak.eyJ2ZXJzaW9uIjoxLCJ0eXBlIjoiYXBpX2tleSIsInVzZXJfaWQiOiJ1MSIsImVtYWlsIjoiYUBiLmNvIiwiYWNjb3Vu"
    "dF9pZCI6IjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMCIsInJvbGUiOiJhZG1pbiIsInBlcm1pc3Npb25zIj"
    "pbXSwiaXNzdWVkX2F0IjoxNzAwMDAwMDAwLCJleHBpcmVzX2F0IjpudWxsLCJ0b2tlbl9pZCI6InQxIn0"
    ".S3hY8K1IypvPfNY8zEBpssv-HB-hP6cz_RDRpkTUp8A";

static struct cx fresh(void)
{
    return (struct cx){ .mem = tap_mem(), .set = &set, .now = INT64_C(1700000000000000) };
}

static void refused(struct str text, const char *why, const char *what)
{
    struct cx cx = fresh();
    struct token token;
    bool read = token_read(&cx, text, &token);
    is_text(read ? S("(read)") : str_of(cx.err.message), why, what);
}

/* A token with a good signature over anything. */
static struct str signed_text(const char *prefix, struct str payload)
{
    unsigned char mac[MAC_BYTES];
    struct arena *mem = tap_mem();
    struct str message = str_fmt(mem, "%s.%.*s", prefix, STR_ARG(payload));
    mac_hmac(set.token_secret, message, mac);
    struct str signature = base64_put_url(mem, (struct str){ (const char *)mac, sizeof mac }, false);
    return str_fmt(mem, "%.*s.%.*s", STR_ARG(message), STR_ARG(signature));
}

static struct str signed_json(const char *prefix, const char *json)
{
    return signed_text(prefix, base64_put_url(tap_mem(), str_of(json), false));
}

static struct str changed(const char *from, size_t at, char to)
{
    struct str text = str_copy(tap_mem(), str_of(from));
    ((char *)(uintptr_t)text.p)[at] = to;
    return text;
}

int main(void)
{
    struct cx cx = fresh();
    struct token token = { .type = "api_key", .user_id = S("u1"), .email = S("a@b.co"),
        .account_id = S("00000000-0000-0000-0000-000000000000"), .role = S("admin"),
        .issued_at = 1700000000, .token_id = S("t1") };
    size_t end = strlen(VECTOR);
    plan(29);
    is_text(token_write(&cx, &token), VECTOR, "the contract's vector is written");
    token.permissions = (const struct str[]){ S("admin"), S("x") };
    token.permission_count = 2;
    struct str with = token_write(&cx, &token), payload, rest = str_sub(with, 6, with.n);
    ok(str_cut(&rest, '.', &payload) && base64_get_url(cx.mem, payload, &payload)
       && str_has(payload, S("\"permissions\":[\"admin\",\"x\"],\"issued_at\"")), "with what it is good for");
    token = (struct token){ 0 };
    ok(token_read(&cx, str_of(VECTOR), &token), "and read");
    is_text(token.user_id, "u1", "its user");
    is_text(token.token_id, "t1", "its id");
    is_text(str_of(token.type), "api_key", "its type");
    is_int(token.expires_at, 0, "it never expires");
    is_text(mac_sha256_hex(cx.mem, str_of(VECTOR)),
            "5870c384bf76266895f3178a43b444b45c16e8aa1dbd4bc87302363902f6acfe", "its hash");

    refused(S("sb_ak.abc"), "Invalid token format: must have 3 parts", "two parts");
    refused(S("sb_ak.a.b.c"), "Invalid token format: must have 3 parts", "four parts");
    refused(S(""), "Invalid token format: must have 3 parts", "nothing");
    refused(S("sb_ak.abc.!!!!"), "Invalid signature encoding", "a signature outside the alphabet");
    refused(S("sb_ak.abc."), "Invalid token signature", "an empty signature");
    refused(S("sb_ak.abc.abcd"), "Invalid token signature", "a short signature");
    refused(changed(VECTOR, 10, 'f'), "Invalid token signature", "a changed payload");
    refused(changed(VECTOR, 3, 'p'), "Invalid token signature", "a changed prefix");
    refused(changed(VECTOR, end - 2, 'x'), "Invalid token signature", "a changed signature");
    refused(changed(VECTOR, end - 1, 'B'), "Invalid token signature (non-canonical)",
            "the same signature, spelt otherwise");
    refused(str_fmt(cx.mem, "%s=", VECTOR), "Invalid token signature (non-canonical)",
            "the same signature, padded");
    refused(signed_json("sb_xx", "{}"), "Unknown token prefix: sb_xx", "an unknown prefix");
    refused(signed_json("sb_ak", "{"), "Invalid token payload", "no JSON");
    refused(signed_json("sb_ak", "{\"version\":1,\"type\":\"api_key\"}"), "Invalid token payload",
            "members missing");
    refused(signed_text("sb_ak", S("*")), "Invalid token payload", "a payload outside the alphabet");
    refused(signed_json("sb_pt", "{\"version\":1,\"type\":\"api_key\",\"user_id\":\"u\",\"email\":\"e\","
            "\"account_id\":\"a\",\"role\":\"r\",\"permissions\":[],\"issued_at\":1,"
            "\"expires_at\":null,\"token_id\":\"t\"}"), "Token type mismatch in payload",
            "another type's prefix");
    refused(signed_json("sb_pt", "{\"version\":1,\"type\":\"personal_token\",\"user_id\":\"u\","
            "\"email\":\"e\",\"account_id\":\"a\",\"role\":\"r\",\"permissions\":[],\"issued_at\":1,"
            "\"expires_at\":1699999999,\"token_id\":\"t\"}"), "Token has expired", "one second ago");
    refused(signed_json("sb_pt", "{\"version\":1,\"type\":\"personal_token\",\"user_id\":\"u\","
            "\"email\":\"e\",\"account_id\":\"a\",\"role\":\"r\",\"permissions\":[],\"issued_at\":1,"
            "\"expires_at\":0,\"token_id\":\"t\"}"), "Token has expired", "zero is 1970, not never");
    refused(signed_json("sb_pt", "{\"version\":1,\"type\":\"personal_token\",\"user_id\":\"u\","
            "\"email\":\"e\",\"account_id\":\"a\",\"role\":\"r\",\"permissions\":[],\"issued_at\":1,"
            "\"expires_at\":1700000000,\"token_id\":\"t\"}"), "(read)", "this very second still holds");

    set.token_secret = S("another-secret");
    refused(str_of(VECTOR), "Invalid token signature", "another key");
    cx = fresh();
    ok(!token_read(&cx, S("x"), &token) && cx.err.challenge && cx.err.kind == E_UNAUTHENTICATED,
       "refusals challenge the caller");
    return done();
}
