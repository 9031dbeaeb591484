/* cors.c — answers preflights and marks replies for listed origins. */
#include "http/cors.h"

#include "http/headers.h"

#define EXPOSED "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset," \
    " X-Correlation-ID, X-Function-Execution-ID, Content-Disposition"
#define ALL_METHODS "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"

static bool lists(const struct str_list *list, struct str what, bool *any)
{
    for (size_t i = 0; i < list->n; i++) {
        *any = *any || str_eq(list->at[i], S("*"));
        if (str_eq_nocase(list->at[i], what))
            return true;
    }
    return *any;
}

static bool is_listed(const struct settings *set, const struct request *r, bool *any)
{
    *any = false;
    return lists(&set->cors_origins, r->origin, any);
}

bool cors_is_preflight(const struct request *r)
{
    return r->method == OPTIONS && !str_absent(r->origin) && !str_absent(r->wanted_method);
}

/* scheme://host[:port] of an address. */
static struct str origin_of(struct str url)
{
    size_t at, from = str_starts(url, S("https://")) ? 8 : str_starts(url, S("http://")) ? 7 : 0;
    return str_find(str_sub(url, from, SIZE_MAX), '/', &at) ? str_sub(url, 0, from + at) : url;
}

bool cors_may_connect(const struct settings *set, const struct request *r)
{
    bool any;
    return str_absent(r->origin) || is_listed(set, r, &any)
        || str_eq_nocase(r->origin, origin_of(set->external_url));
}

static struct str joined(struct arena *mem, const struct str_list *list)
{
    struct buf b;
    buf_init(&b, mem, 4096);
    for (size_t i = 0; i < list->n; i++) {
        if (i > 0)
            buf_str(&b, S(", "));
        buf_str(&b, list->at[i]);
    }
    return buf_text(&b);
}

void cors_preflight(const struct settings *set, const struct request *r, struct reply *reply)
{
    bool any, any_method = false, any_header = false;
    struct arena *mem = reply->cx->mem;
    if (!is_listed(set, r, &any)) {
        reply->status = 400;
        reply_text(reply, "text/plain", S("Disallowed CORS origin"));
        return;
    }
    bool good = lists(&set->cors_allow_methods, r->wanted_method, &any_method);
    struct str methods = any_method ? S(ALL_METHODS) : joined(mem, &set->cors_allow_methods);
    struct str headers = r->wanted_headers;
    if (!lists(&set->cors_allow_headers, S("*"), &any_header))
        headers = joined(mem, &set->cors_allow_headers);
    reply->status = good ? 200 : 400;
    reply_text(reply, "text/plain", good ? S("OK") : S("Disallowed CORS method"));
    reply_header(reply, "Access-Control-Allow-Methods", methods);
    reply_header(reply, "Access-Control-Max-Age", S("600"));
    if (!str_absent(headers))
        reply_header(reply, "Access-Control-Allow-Headers", headers);
}

static bool is_clean(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f)
            return false;
    return true;
}

void cors_lines(struct buf *head, const struct settings *set, const struct request *r)
{
    bool any;
    if (str_absent(r->origin))
        return;
    headers_line(head, "Vary", S("Origin"));
    if (!is_listed(set, r, &any) || !is_clean(r->origin))
        return;
    bool open = any && str_absent(r->cookie) && !cors_is_preflight(r);
    headers_line(head, "Access-Control-Allow-Origin", open ? S("*") : r->origin);
    if (set->cors_allow_credentials && !open)
        headers_line(head, "Access-Control-Allow-Credentials", S("true"));
    headers_line(head, "Access-Control-Expose-Headers", S(EXPOSED));
}
