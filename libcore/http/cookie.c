/* cookie.c — finds cookies in their header and writes theirs. */
#include "http/cookie.h"

static struct str full_name(struct cx *cx, const struct request *r, const char *name)
{
    return str_fmt(cx->mem, "%slarder_%s", r->https ? "__Host-" : "", name);
}

struct str cookie_get(struct cx *cx, const struct request *r, const char *name)
{
    struct str wanted = full_name(cx, r, name), rest = r->cookie, pair;
    size_t at;
    while (str_cut(&rest, ';', &pair)) {
        pair = str_trim(pair);
        if (str_find(pair, '=', &at) && str_eq(str_sub(pair, 0, at), wanted))
            return str_sub(pair, at + 1, SIZE_MAX);
    }
    return NO_STR;
}

static void put(struct reply *reply, const char *name, struct str value, struct str age)
{
    struct cx *cx = reply->cx;
    const struct request *r = reply->request;
    struct str path = r->https || cx->set->base_path.n == 0 ? S("/") : cx->set->base_path;
    struct str full = full_name(cx, r, name);
    reply_header(reply, "Set-Cookie",
                 str_fmt(cx->mem, "%.*s=%.*s; Path=%.*s%.*s; HttpOnly; SameSite=Lax%s",
                         STR_ARG(full), STR_ARG(value), STR_ARG(path), STR_ARG(age),
                         r->https ? "; Secure" : ""));
}

void cookie_set(struct reply *reply, const char *name, struct str value, int64_t seconds)
{
    put(reply, name, value, seconds == 0 ? NO_STR : str_fmt(reply->cx->mem, "; Max-Age=%lld",
                                                            (long long)seconds));
}

void cookie_drop(struct reply *reply, const char *name)
{
    put(reply, name, S(""), S("; Max-Age=0"));
}
