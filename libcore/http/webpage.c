/* webpage.c — fills pages, and tells our own forms from those of other sites. */
#include "http/webpage.h"

#include <string.h>

#include "base/settings.h"
#include "http/request.h"
#include "http/websession.h"
#include "view/phrase.h"

static void put_headers(struct reply *reply)
{
    reply_header(reply, "Cache-Control", S("no-store"));
    reply_header(reply, "Referrer-Policy", S("no-referrer"));
}

static bool put_page(struct reply *reply, const char *template, struct str csrf,
                     const struct fill *values)
{
    struct cx *cx = reply->cx;
    struct html html;
    size_t n = 0;
    while (values[n].type != FILL_END)
        n++;
    struct fill *all = arena_list(cx->mem, struct fill, n + 5);     /* of two, the first counts */
    memcpy(all, values, n * sizeof *all);
    all[n] = fill_text("base", cx->set->base_path);
    all[n + 1] = fill_text("product", cx->set->app_name);
    all[n + 2] = fill_text("lang", cx->language.n > 0 ? cx->language : S("en"));
    all[n + 3] = fill_text("csrf", csrf);
    TRY(fill_page(cx, template, all, &html));
    return reply_text(reply, "text/html; charset=utf-8", html.safe);
}

bool webpage_reply(struct reply *reply, const char *template, const struct fill *values)
{
    put_headers(reply);
    return put_page(reply, template, websession_token(reply), values);
}

void webpage_error(struct reply *reply, const char *title, struct str message)
{
    const struct fill values[] = {
        fill_text("title", phrase_message(reply->cx, str_of(title))),
        fill_text("message", phrase_message(reply->cx, message)),
        fill_flag("signed_out", reply->status == 401),
        fill_flag("is_asleep", reply->status == 503),
        fill_flag("is_desk", str_starts(reply->request->path, S("/admin"))), { 0 },
    };
    put_headers(reply);
    if (!put_page(reply, "error.html", NO_STR, values))
        reply_text(reply, "text/plain; charset=utf-8", message);
}

/* http://host:port of an address. */
static struct str origin_of(struct str url)
{
    size_t slash, from = str_starts(url, S("https://")) ? 8 : str_starts(url, S("http://")) ? 7 : 0;
    struct str rest = str_sub(url, from, SIZE_MAX);
    return str_find(rest, '/', &slash) ? str_sub(url, 0, from + slash) : url;
}

static bool is_ours(const struct cx *cx, const struct request *r, struct str origin)
{
    struct str host = request_header(r, S("Host"));
    struct str asked = str_fmt(cx->mem, "%s://%.*s", r->https ? "https" : "http", STR_ARG(host));
    return str_eq(origin, origin_of(cx->set->external_url)) || str_eq(origin, asked);
}

/*
 * Browsers say where a form comes from: in Sec-Fetch-Site, or where they do not trust the
 * connection with that, in Origin. Our own pages, which send no referrer, are "null" there, so that
 * word decides nothing; the token in the form does.
 */
bool webpage_same_origin(struct cx *cx, const struct request *r)
{
    struct str site = request_header(r, S("Sec-Fetch-Site"));
    bool ours = str_eq(site, S("same-origin")) || str_eq(site, S("none"));
    if (str_absent(site))
        ours = str_absent(r->origin) || str_eq(r->origin, S("null")) || is_ours(cx, r, r->origin);
    return ours || fail_detail(cx, E_FORBIDDEN, "This form was sent from another site.");
}
