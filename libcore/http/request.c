/* request.c — one pass over the parameters, and the path cut into decoded segments. */
#include "http/request.h"

#include <string.h>

#include "base/num.h"
#include "base/url.h"
#include "base/utf8.h"

struct wanted { struct str name; size_t offset; };
#define WANT(param, member) { S_INIT(param), offsetof(struct request, member) }

/* Parameters that are kept as they come. Sorted by nothing: the length decides most. */
static const struct wanted WANTED[] = {
    WANT("REQUEST_METHOD", method_name),
    WANT("REQUEST_URI", uri),
    WANT("QUERY_STRING", query),
    WANT("SCRIPT_NAME", script),
    WANT("CONTENT_TYPE", content_type),
    WANT("REMOTE_ADDR", ip),
    WANT("HTTP_AUTHORIZATION", authorization),
    WANT("HTTP_X_API_KEY", api_key),
    WANT("HTTP_X_ACCOUNT_ID", account),
    WANT("HTTP_IDEMPOTENCY_KEY", idempotency_key),
    WANT("HTTP_X_ES_SIGNATURE", signature),
    WANT("HTTP_X_CORRELATION_ID", correlation),
    WANT("HTTP_ORIGIN", origin),
    WANT("HTTP_COOKIE", cookie),
    WANT("HTTP_USER_AGENT", user_agent),
    WANT("HTTP_IF_MATCH", if_match),
    WANT("HTTP_IF_NONE_MATCH", if_none_match),
    WANT("LARDER_SENDFILE", sendfile),
    WANT("LARDER_UPGRADES", upgrades),
    WANT("HTTP_ACCESS_CONTROL_REQUEST_METHOD", wanted_method),
    WANT("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", wanted_headers),
};

/* Those that need a second look. */
struct others {
    struct str length, path_info, scheme, https, redirected, forwarded_for, forwarded_proto;
};

static void read_length(struct request *r, struct others *o, struct str value)
{
    if (!str_absent(o->length) && !str_eq(o->length, value))
        r->wrong = "Two different values of Content-Length";
    o->length = value;
}

static void read_other(struct request *r, struct others *o, struct str name, struct str value)
{
    if (str_eq(name, S("CONTENT_LENGTH")))
        read_length(r, o, value);
    else if (str_eq(name, S("PATH_INFO")))
        o->path_info = value;
    else if (str_eq(name, S("REQUEST_SCHEME")))
        o->scheme = value;
    else if (str_eq(name, S("HTTPS")))
        o->https = value;
    else if (str_eq(name, S("REDIRECT_HTTP_AUTHORIZATION")))
        o->redirected = value;
    else if (str_eq(name, S("HTTP_X_FORWARDED_FOR")))
        o->forwarded_for = value;
    else if (str_eq(name, S("HTTP_X_FORWARDED_PROTO")))
        o->forwarded_proto = value;
}

static void read_param(struct request *r, struct others *o, struct str name, struct str value)
{
    for (size_t i = 0; i < COUNT(WANTED); i++) {
        const struct wanted *w = &WANTED[i];
        if (w->name.n != name.n || memcmp(w->name.p, name.p, name.n) != 0)
            continue;
        *(struct str *)(void *)((char *)r + w->offset) = value;
        return;
    }
    read_other(r, o, name, value);
}

static enum method method_of(struct str name, bool *head)
{
    static const struct { struct str name; enum method method; } METHODS[] = {
        { S_INIT("GET"), GET }, { S_INIT("HEAD"), GET }, { S_INIT("POST"), POST },
        { S_INIT("PUT"), PUT }, { S_INIT("PATCH"), PATCH }, { S_INIT("DELETE"), DELETE },
        { S_INIT("OPTIONS"), OPTIONS },
    };
    *head = str_eq(name, S("HEAD"));
    for (size_t i = 0; i < COUNT(METHODS); i++)
        if (str_eq(name, METHODS[i].name))
            return METHODS[i].method;
    return 0;
}

static bool is_trusted(const struct settings *set, struct str address)
{
    for (size_t i = 0; i < set->trusted_proxies.n; i++)
        if (str_eq(set->trusted_proxies.at[i], address))
            return true;
    return false;
}

/* The last address that no trusted proxy of ours wrote. */
static void see_through(struct request *r, const struct settings *set, const struct others *o)
{
    struct str rest = o->forwarded_for;
    r->https = str_eq_nocase(o->https, S("on")) || str_eq_nocase(o->scheme, S("https"));
    if (set->trusted_proxies.n == 0 || !is_trusted(set, r->ip))
        return;
    if (!str_absent(o->forwarded_proto))
        r->https = str_eq_nocase(str_trim(o->forwarded_proto), S("https"));
    while (rest.n > 0 && is_trusted(set, r->ip)) {
        size_t from = rest.n;
        while (from > 0 && rest.p[from - 1] != ',')
            from--;
        r->ip = str_trim(str_sub(rest, from, SIZE_MAX));
        rest = str_sub(rest, 0, from == 0 ? 0 : from - 1);
    }
}

/* "http://host/path" becomes "/path": a proxy may send the absolute form. */
static struct str without_authority(struct str uri)
{
    size_t at;
    if (!str_starts_nocase(uri, S("http://")) && !str_starts_nocase(uri, S("https://")))
        return uri;
    struct str rest = str_sub(uri, uri.p[4] == ':' ? 7 : 8, SIZE_MAX);
    return str_find(rest, '/', &at) ? str_sub(rest, at, SIZE_MAX) : S("/");
}

static bool begins(struct str path, struct str prefix)
{
    return prefix.n > 0 && str_starts(path, prefix)
        && (path.n == prefix.n || path.p[prefix.n] == '/');
}

static void find_path(struct request *r, struct arena *mem, const struct settings *set,
                      const struct others *o)
{
    size_t at;
    if (str_absent(r->uri)) {         /* no web server does that, but CGI/1.1 does not promise it */
        struct buf again;
        buf_init(&again, mem, SIZE_MAX);
        buf_str(&again, r->script);
        buf_str(&again, o->path_info);
        r->uri = again.n == 0 ? S("/") : buf_text(&again);
    }
    r->path = without_authority(r->uri);
    if (str_find(r->path, '?', &at)) {
        if (str_absent(r->query))
            r->query = str_sub(r->path, at + 1, SIZE_MAX);
        r->path = str_sub(r->path, 0, at);
    }
    if (begins(r->path, set->base_path))
        r->path = str_sub(r->path, set->base_path.n, SIZE_MAX);
    if (begins(r->script, set->base_path))
        r->script = str_sub(r->script, set->base_path.n, SIZE_MAX);
    if (begins(r->path, set->api_prefix) && !str_eq(set->api_prefix, S("/api/v1")))
        r->path = str_fmt(mem, "/api/v1%.*s",
                          STR_ARG(str_sub(r->path, set->api_prefix.n, SIZE_MAX)));
    else if (!str_eq(set->api_prefix, S("/api/v1")) && begins(r->path, S("/api/v1")))
        r->path = S("//");              /* matches nothing: the API lives elsewhere */
}

void request_read(struct request *r, struct arena *mem, char *const *params,
                  const struct settings *set)
{
    struct others o = { .length = NO_STR };
    *r = (struct request){ .params = params, .declared = -1 };
    for (char *const *p = params; p != NULL && *p != NULL; p++) {
        const char *equals = strchr(*p, '=');
        if (equals != NULL)
            read_param(r, &o, (struct str){ *p, (size_t)(equals - *p) }, str_of(equals + 1));
    }
    r->method = method_of(r->method_name, &r->head);
    if (o.length.n > 0 && (!num_int(o.length, &r->declared) || r->declared < 0))
        r->wrong = "Content-Length is not a number";
    if (r->authorization.n == 0 && o.redirected.n > 0)
        r->authorization = o.redirected;        /* Apache, after a rewrite */
    see_through(r, set, &o);
    find_path(r, mem, set, &o);
}

static bool is_dots(struct str s)
{
    return str_eq(s, S(".")) || str_eq(s, S(".."));
}

bool request_split(struct request *r, struct arena *mem, struct str path)
{
    r->segment_count = r->first_dots = 0;
    if (path.n == 0 || path.p[0] != '/')
        return path.n == 0;
    path = str_sub(path, 1, SIZE_MAX);
    if (str_ends(path, S("/")))
        path.n--;
    while (path.n > 0) {
        struct str raw = path, segment;
        size_t at;
        if (str_find(path, '/', &at)) {
            raw = str_sub(path, 0, at);
            path = str_sub(path, at + 1, SIZE_MAX);
            if (path.n == 0)
                return false;                   /* two slashes at the end */
        } else {
            path.n = 0;
        }
        if (r->segment_count == REQUEST_SEGMENTS || raw.n == 0
            || !url_decode(mem, raw, false, &segment) || !utf8_valid(segment, NULL))
            return false;
        if (is_dots(segment) && r->first_dots == 0)
            r->first_dots = r->segment_count + 1;
        r->segments[r->segment_count++] = segment;
    }
    return true;
}

bool request_below_script(const struct request *r, struct str *path)
{
    if (!begins(r->path, r->script) || r->script.n < 2)
        return false;
    *path = str_sub(r->path, r->script.n, SIZE_MAX);
    return true;
}

void request_take_token(struct request *r, struct arena *mem)
{
    struct str query = r->query, name, value;
    bool bad = false;
    if (str_starts_nocase(r->authorization, S("Bearer ")) || r->api_key.n > 0)
        return;
    while (url_pair(mem, &query, &name, &value, &bad))
        if (!bad && str_eq(name, S("token")))
            r->authorization = str_fmt(mem, "Bearer %.*s", STR_ARG(value));
}

static bool names_header(struct str param, struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        c = c == '-' ? '_' : c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        if (param.p[i] != c)
            return false;
    }
    return true;
}

struct str request_header(const struct request *r, struct str name)
{
    for (char *const *p = r->params; p != NULL && *p != NULL; p++) {
        struct str param = str_of(*p);
        if (param.n > 5 + name.n && param.p[5 + name.n] == '=' && str_starts(param, S("HTTP_"))
            && names_header(str_sub(param, 5, SIZE_MAX), name))
            return str_sub(param, 6 + name.n, SIZE_MAX);
    }
    return NO_STR;
}
