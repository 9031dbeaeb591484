/* sigv4.c — the canonical request, what is signed of it, and the key it is signed with. */
#include "net/sigv4.h"

#include "base/base64.h"
#include "base/buf.h"
#include "base/when.h"
#include "crypto/mac.h"

enum { DATE_N = 8, STAMP_N = 16 };

/* 20130524T000000Z: the ISO form without what divides it. */
static struct str stamp_of(struct arena *mem, int64_t at)
{
    struct buf iso, stamp;
    buf_init(&iso, mem, 64);
    buf_init(&stamp, mem, STAMP_N);
    when_iso(&iso, at - at % WHEN_SECOND);
    for (size_t i = 0; i < iso.n; i++)
        if (iso.p[i] != '-' && iso.p[i] != ':')
            buf_c(&stamp, iso.p[i]);
    return buf_text(&stamp);
}

static struct str signed_headers(struct arena *mem, const struct sigv4 *r)
{
    return str_fmt(mem, "%shost%s;x-amz-date", str_absent(r->content_type) ? "" : "content-type;",
                   r->names_body ? ";x-amz-content-sha256" : "");
}

static struct str canonical(struct arena *mem, const struct sigv4 *r, struct str stamp,
                            struct str body_hash)
{
    struct buf b;
    buf_init(&b, mem, SIZE_MAX);
    buf_fmt(&b, "%.*s\n%.*s\n%.*s\n", STR_ARG(r->method), STR_ARG(r->path), STR_ARG(r->query));
    if (!str_absent(r->content_type))
        buf_fmt(&b, "content-type:%.*s\n", STR_ARG(r->content_type));
    buf_fmt(&b, "host:%.*s\n", STR_ARG(r->host));
    if (r->names_body)
        buf_fmt(&b, "x-amz-content-sha256:%.*s\n", STR_ARG(body_hash));
    buf_fmt(&b, "x-amz-date:%.*s\n\n%.*s\n%.*s", STR_ARG(stamp), STR_ARG(signed_headers(mem, r)),
            STR_ARG(body_hash));
    return buf_text(&b);
}

static struct str step(struct arena *mem, struct str key, struct str message)
{
    unsigned char *out = arena_alloc(mem, MAC_BYTES);
    mac_hmac(key, message, out);
    return (struct str){ (const char *)out, MAC_BYTES };
}

static struct str key_of(struct arena *mem, const struct sigv4 *r, struct str day)
{
    struct str key = str_fmt(mem, "AWS4%.*s", STR_ARG(r->secret_key));
    key = step(mem, key, day);
    key = step(mem, key, r->region);
    key = step(mem, key, r->service);
    return step(mem, key, S("aws4_request"));
}

void sigv4_sign(struct arena *mem, const struct sigv4 *request, struct sigv4_headers *out)
{
    struct str stamp = stamp_of(mem, request->at), day = str_sub(stamp, 0, DATE_N);
    struct str body_hash = mac_sha256_hex(mem, str_absent(request->body) ? S("") : request->body);
    struct str what = canonical(mem, request, stamp, body_hash);
    struct str scope = str_fmt(mem, "%.*s/%.*s/%.*s/aws4_request", STR_ARG(day),
                               STR_ARG(request->region), STR_ARG(request->service));
    struct str text = str_fmt(mem, "AWS4-HMAC-SHA256\n%.*s\n%.*s\n%.*s", STR_ARG(stamp),
                              STR_ARG(scope), STR_ARG(mac_sha256_hex(mem, what)));
    struct str signature = base64_hex(mem, step(mem, key_of(mem, request, day), text));
    out->date = stamp;
    out->body_hash = body_hash;
    out->authorization = str_fmt(mem,
        "AWS4-HMAC-SHA256 Credential=%.*s/%.*s, SignedHeaders=%.*s, Signature=%.*s",
        STR_ARG(request->access_key), STR_ARG(scope), STR_ARG(signed_headers(mem, request)),
        STR_ARG(signature));
}
