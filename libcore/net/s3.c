/* s3.c — addresses a bucket, signs the request and reads the reply as it comes. */
#include "net/s3.h"

#include <string.h>

#include "base/num.h"
#include "base/url.h"
#include "base/when.h"
#include "net/aws.h"
#include "net/sigv4.h"
#include "net/transfer.h"

enum { SILENCE_MS = 30000, CONNECT_MS = 10000, REPLY_MAX = 4 << 20, NAME_MAX_BYTES = 255 };
#define UNMEASURED "The server did not say how much it would send"

/* --- where it is ------------------------------------------------------------------------------ */

/* Could be part of a host's name, and of a certificate's: a dot would make it two parts. */
static bool is_label(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9')
              || (s.p[i] == '-' && i > 0 && i + 1 < s.n)))
            return false;
    return s.n >= 3 && s.n <= 63;
}

static bool is_host(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (strchr("@?#\\%\"<>", s.p[i]) != NULL || (unsigned char)s.p[i] <= ' ')
            return false;
    return s.n > 0 && s.n <= NAME_MAX_BYTES;
}

static void put_bucket(struct buf *b, struct str bucket)
{
    buf_c(b, '/');
    url_part(b, bucket);
}

/* https://host:port/some/where: the host goes into the signature, the path before the bucket. */
static const char *from_endpoint(struct cx *cx, struct str url, struct s3 *out)
{
    struct buf base;
    size_t scheme = str_starts(url, S("https://")) ? 8 : str_starts(url, S("http://")) ? 7 : 0, at;
    struct str rest = str_sub(url, scheme, url.n);
    if (scheme == 0 || !is_host(rest))
        return "endpoint_url is no address of a server";
    while (str_ends(rest, S("/")))
        rest.n--;
    if (!str_find(rest, '/', &at))
        at = rest.n;
    buf_init(&base, cx->mem, 4096);
    buf_str(&base, str_sub(rest, at, rest.n));
    put_bucket(&base, out->bucket);
    out->is_plain = scheme == 7;
    out->host = str_sub(rest, 0, at);
    if (str_ends(out->host, out->is_plain ? S(":80") : S(":443")))     /* which nobody sends */
        out->host.n -= out->is_plain ? 3 : 4;
    out->root = str_fmt(cx->mem, "%.*s%.*s", STR_ARG(str_sub(url, 0, scheme)), STR_ARG(out->host));
    out->base = buf_text(&base);
    out->trusted = true;
    return out->host.n > 0 && !base.over ? NULL : "endpoint_url is no address of a server";
}

static void at_amazon(struct cx *cx, struct s3 *out)
{
    const char *tail = str_starts(out->region, S("cn-")) ? ".cn" : "";
    struct buf base;
    buf_init(&base, cx->mem, 4096);
    if (is_label(out->bucket)) {
        out->host = str_fmt(cx->mem, "%.*s.s3.%.*s.amazonaws.com%s", STR_ARG(out->bucket),
                            STR_ARG(out->region), tail);
    } else {
        out->host = str_fmt(cx->mem, "s3.%.*s.amazonaws.com%s", STR_ARG(out->region), tail);
        put_bucket(&base, out->bucket);
    }
    out->base = buf_text(&base);
    out->root = str_fmt(cx->mem, "https://%.*s", STR_ARG(out->host));
}

const char *s3_from(struct cx *cx, struct jv config, struct s3 *out)
{
    struct str region = jv_filled(config, "region"), url = jv_filled(config, "endpoint_url");
    *out = (struct s3){
        .bucket = jv_filled(config, "bucket"),
        .region = str_absent(region) ? S("us-east-1") : region,
        .access_key = jv_filled(config, "access_key_id"),
        .secret_key = jv_filled(config, "secret_access_key") };
    if (str_absent(out->bucket))
        return "bucket is required";
    if (str_absent(out->access_key))
        return "access_key_id is required";
    if (str_absent(out->secret_key))
        return "secret_access_key is required";
    if (!aws_is_region(out->region))
        return "region is no name of a region";
    if (out->bucket.n > NAME_MAX_BYTES)
        return "bucket is no name of a bucket";
    if (!str_absent(url))
        return from_endpoint(cx, url, out);
    at_amazon(cx, out);
    return NULL;
}

/* --- what is asked ---------------------------------------------------------------------------- */

static struct str path_of(struct cx *cx, const struct s3 *s3, struct str key)
{
    struct buf path;
    struct str part;
    buf_init(&path, cx->mem, 8192);
    buf_str(&path, s3->base);
    while (key.n > 0 && str_cut(&key, '/', &part)) {
        buf_c(&path, '/');
        url_part(&path, part);
    }
    if (path.n == 0)
        buf_c(&path, '/');
    return buf_text(&path);
}

static void header(struct transfer *t, const char *name, struct str value)
{
    for (size_t i = 0; i < value.n; i++)
        t->unable |= (unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f;     /* no two lines */
    transfer_line(t, str_fmt(t->cx->mem, "%s: %.*s", name, STR_ARG(value)));
}

static void sign(struct transfer *t, const struct s3 *s3, const struct s3_ask *ask,
                 struct str path)
{
    struct cx *cx = t->cx;
    struct sigv4_headers signature;
    struct sigv4_header also[2];
    size_t n = 0;
    if (!str_absent(ask->type))
        also[n++] = (struct sigv4_header){ "content-type", ask->type };
    if (!str_absent(ask->range))
        also[n++] = (struct sigv4_header){ "range", ask->range };
    sigv4_sign(cx->mem, &(struct sigv4){
        .access_key = s3->access_key, .secret_key = s3->secret_key, .region = s3->region,
        .service = S("s3"), .method = str_of(ask->method), .host = s3->host, .path = path,
        .query = str_absent(ask->query) ? S("") : ask->query, .body = ask->body,
        .body_hash = ask->sum, .names_body = true, .also = also, .also_count = n,
        .at = cx->now }, &signature);
    for (size_t i = 0; i < n; i++)
        header(t, also[i].name, also[i].value);
    header(t, "X-Amz-Date", signature.date);
    header(t, "X-Amz-Content-Sha256", signature.body_hash);
    header(t, "Authorization", signature.authorization);
    transfer_line(t, S("Expect:"));
    transfer_set(t, CURLOPT_HTTPHEADER, t->lines);
}

static void put_method(struct transfer *t, const struct s3_ask *ask)
{
    if (!str_absent(ask->body))
        transfer_upload(t, ask->body);
    else if (strcmp(ask->method, "HEAD") == 0)
        transfer_set(t, CURLOPT_NOBODY, 1L);
    else
        transfer_set(t, CURLOPT_CUSTOMREQUEST, ask->method);
}

/* --- what is said ----------------------------------------------------------------------------- */

struct talk {
    struct cx *cx;
    const struct s3_ask *ask;
    struct s3_reply *reply;
    struct str region;                  /* where the bucket is, says a server of another one */
    bool has_length, has_begun;
};

bool s3_is_well(const struct s3_reply *reply)
{
    return reply->status >= 200 && reply->status < 300;
}

static int64_t when_of(const char *date)
{
    time_t seconds = curl_getdate(date, NULL);
    return seconds > 0 ? (int64_t)seconds * WHEN_SECOND : 0;
}

static void take_header(void *state, struct str line)
{
    struct talk *talk = state;
    struct str value = line, name;
    struct arena *mem = talk->cx->mem;
    if (!str_cut(&value, ':', &name) || str_absent(value))
        return;
    value = str_trim(value);
    if (str_eq_nocase(name, S("content-type")))
        talk->reply->type = str_copy(mem, value);
    else if (str_eq_nocase(name, S("content-length")))
        talk->has_length = num_int(value, &talk->reply->length);
    else if (str_eq_nocase(name, S("last-modified")))
        talk->reply->modified = when_of(str_c(mem, value));
    else if (str_eq_nocase(name, S("x-amz-bucket-region")))
        talk->region = str_copy(mem, value);
}

static bool take_body(void *state, struct transfer *t, struct str piece)
{
    struct talk *talk = state;
    long status = 0;
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    talk->reply->status = (int)status;
    if (talk->ask->take == NULL || !s3_is_well(talk->reply)) {
        buf_put(&t->in, piece.p, piece.n);
        return !t->in.over;
    }
    if (!talk->has_begun)
        talk->has_begun = talk->has_length && talk->ask->begin(talk->ask->state, talk->reply);
    return talk->has_begun && talk->ask->take(talk->ask->state, piece);
}

static const char *word_of(int status)
{
    return status == 404 ? "Not Found" : status == 403 ? "Forbidden" : "Refused";
}

static void judge(struct talk *talk, struct str body)
{
    struct s3_reply *reply = talk->reply;
    struct arena *mem = talk->cx->mem;
    struct str code = aws_element(body, "Code"), said = aws_element(body, "Message");
    reply->body = body;
    if (s3_is_well(reply))
        return;
    reply->code = str_absent(code) ? str_fmt(mem, "%d", reply->status)
                                   : str_of(trouble_line(mem, code));
    reply->why = str_of(str_absent(said) ? word_of(reply->status) : trouble_line(mem, said));
    if (!str_absent(talk->region) && reply->status != 403 && reply->status != 404)
        reply->why = str_fmt(mem, "The bucket is in region '%s'", trouble_line(mem, talk->region));
}

static bool finish(struct transfer *t, struct talk *talk, struct trouble *trouble)
{
    long status = 0;
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    talk->reply->status = (int)status;
    judge(talk, buf_text(&t->in));
    if (talk->ask->take == NULL || !s3_is_well(talk->reply) || talk->has_begun)
        return true;
    *trouble = (struct trouble){ UNMEASURED, false };
    return talk->has_length && talk->ask->begin(talk->ask->state, talk->reply);     /* nothing */
}

bool s3_send(struct cx *cx, const struct s3 *s3, const struct s3_ask *ask, struct s3_reply *reply,
             struct trouble *trouble)
{
    struct transfer t SCOPED(transfer_close) = { .curl = NULL };
    struct talk talk = { .cx = cx, .ask = ask, .reply = reply };
    struct str path = path_of(cx, s3, ask->key), query = ask->query;
    CURLcode code;
    *reply = (struct s3_reply){ .status = 0 };
    *trouble = (struct trouble){ "The call cannot be made", false };
    if (!transfer_open(cx, CONNECT_MS, s3->trusted, REPLY_MAX, &t))
        return false;
    t.state = &talk;
    t.line = take_header;
    t.take = take_body;
    transfer_patient(&t, SILENCE_MS);
    transfer_set(&t, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    transfer_set(&t, CURLOPT_PATH_AS_IS, 1L);
    transfer_set(&t, CURLOPT_URL, str_fmt(cx->mem, "%.*s%.*s%s%.*s", STR_ARG(s3->root),
                 STR_ARG(path), str_absent(query) ? "" : "?", STR_ARG(query)).p);
    transfer_set(&t, CURLOPT_PROTOCOLS_STR, s3->is_plain ? "http,https" : "https");
    transfer_set(&t, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    transfer_set(&t, CURLOPT_USERAGENT, "Larder");
    put_method(&t, ask);
    sign(&t, s3, ask, path);
    transfer_set(&t, CURLOPT_TIMEOUT_MS, (long)ask->timeout_ms);
    if (transfer_run(&t, trouble, &code))
        return finish(&t, &talk, trouble);
    if (s3_is_well(reply) && !talk.has_length)
        trouble->why = UNMEASURED;
    return false;
}
