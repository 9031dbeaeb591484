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

/* All that is signed, by name. */
struct lines { struct sigv4_header *at; size_t n; };

static void line_add(struct lines *lines, const char *name, struct str value)
{
    size_t i = lines->n++;
    for (; i > 0 && str_cmp(str_of(lines->at[i - 1].name), str_of(name)) > 0; i--)
        lines->at[i] = lines->at[i - 1];
    lines->at[i] = (struct sigv4_header){ name, value };
}

static struct lines lines_of(struct arena *mem, const struct sigv4 *r, struct str stamp,
                             struct str body_hash)
{
    struct lines lines = { arena_list(mem, struct sigv4_header, r->also_count + 3), 0 };
    line_add(&lines, "host", r->host);
    line_add(&lines, "x-amz-date", stamp);
    if (r->names_body)
        line_add(&lines, "x-amz-content-sha256", body_hash);
    for (size_t i = 0; i < r->also_count; i++)
        line_add(&lines, r->also[i].name, r->also[i].value);
    return lines;
}

static struct str names_of(struct arena *mem, const struct lines *lines)
{
    struct buf b;
    buf_init(&b, mem, SIZE_MAX);
    for (size_t i = 0; i < lines->n; i++)
        buf_fmt(&b, "%s%s", i > 0 ? ";" : "", lines->at[i].name);
    return buf_text(&b);
}

static struct str canonical(struct arena *mem, const struct sigv4 *r, const struct lines *lines,
                            struct str body_hash)
{
    struct buf b;
    buf_init(&b, mem, SIZE_MAX);
    buf_fmt(&b, "%.*s\n%.*s\n%.*s\n", STR_ARG(r->method), STR_ARG(r->path), STR_ARG(r->query));
    for (size_t i = 0; i < lines->n; i++)
        buf_fmt(&b, "%s:%.*s\n", lines->at[i].name, STR_ARG(str_trim(lines->at[i].value)));
    buf_fmt(&b, "\n%.*s\n%.*s", STR_ARG(names_of(mem, lines)), STR_ARG(body_hash));
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
    struct str body_hash = request->body_hash;
    if (str_absent(body_hash))
        body_hash = mac_sha256_hex(mem, str_absent(request->body) ? S("") : request->body);
    struct lines lines = lines_of(mem, request, stamp, body_hash);
    struct str what = canonical(mem, request, &lines, body_hash);
    struct str scope = str_fmt(mem, "%.*s/%.*s/%.*s/aws4_request", STR_ARG(day),
                               STR_ARG(request->region), STR_ARG(request->service));
    struct str text = str_fmt(mem, "AWS4-HMAC-SHA256\n%.*s\n%.*s\n%.*s", STR_ARG(stamp),
                              STR_ARG(scope), STR_ARG(mac_sha256_hex(mem, what)));
    struct str signature = base64_hex(mem, step(mem, key_of(mem, request, day), text));
    out->date = stamp;
    out->body_hash = body_hash;
    out->authorization = str_fmt(mem,
        "AWS4-HMAC-SHA256 Credential=%.*s/%.*s, SignedHeaders=%.*s, Signature=%.*s",
        STR_ARG(request->access_key), STR_ARG(scope), STR_ARG(names_of(mem, &lines)),
        STR_ARG(signature));
}
