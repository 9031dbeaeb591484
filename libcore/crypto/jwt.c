/* jwt.c — one algorithm, one header, three parts. */
#include "crypto/jwt.h"

#include "base/base64.h"
#include "crypto/mac.h"

/* {"alg":"HS256","typ":"JWT"}: what we write, and so nearly every header we read. */
static const struct str usual = S_INIT("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9");

static struct str signature(struct arena *mem, struct str key, struct str signed_part)
{
    unsigned char mac[MAC_BYTES];
    mac_hmac(key, signed_part, mac);
    return base64_put_url(mem, (struct str){ (const char *)mac, sizeof mac }, false);
}

struct str jwt_sign(struct arena *mem, struct str key, struct str claims_json)
{
    struct str claims = base64_put_url(mem, claims_json, false);
    struct str unsigned_token = str_fmt(mem, "%.*s.%.*s", STR_ARG(usual), STR_ARG(claims));
    return str_fmt(mem, "%.*s.%.*s", STR_ARG(unsigned_token),
                   STR_ARG(signature(mem, key, unsigned_token)));
}

/* A part of a token: base64url of a JSON object. */
static bool object(struct cx *cx, struct str part, struct jv *out)
{
    struct str json;
    struct jv_fault fault;
    return base64_get_url(cx->mem, part, &json) && jv_parse(cx, json, out, &fault)
        && out->kind == JV_OBJECT;
}

static bool is_ours(struct cx *cx, struct str header)
{
    struct jv head;
    return str_eq(header, usual)
        || (object(cx, header, &head) && str_eq(jv_text(jv_get(head, S("alg"))), S("HS256"))
            && jv_get(head, S("crit")).kind == JV_ABSENT);
}

bool jwt_verify(struct cx *cx, struct str key, struct str token, struct jv *claims)
{
    struct str rest = token, header, payload, given;
    if (!str_cut(&rest, '.', &header) || !str_cut(&rest, '.', &payload)
        || !str_cut(&rest, '.', &given) || !str_absent(rest) || given.n == 0 || key.n == 0)
        return false;
    struct str signed_part = { token.p, (size_t)(payload.p + payload.n - token.p) };
    if (!mac_equal(signature(cx->mem, key, signed_part), given))
        return false;
    return is_ours(cx, header) && object(cx, payload, claims);
}
