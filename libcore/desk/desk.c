/* desk.c — builds the frame of a page, and the way from a change to the next page. */
#include "desk/desk.h"

#include "base/settings.h"
#include "base/url.h"
#include "base/utf8.h"
#include "base/when.h"
#include "desk/menu.h"
#include "http/cookie.h"
#include "http/request.h"
#include "http/webpage.h"
#include "identity/preference.h"

enum { ADDRESS_MAX = 16384, NOTICE_CHARACTERS = 300, CALL_MAX = 65536 };
static const char NOTICE[] = "notice";

/* What the page before had to say: once. */
static void take_notice(struct desk *desk)
{
    struct str sent = cookie_get(desk->cx, desk->reply->request, NOTICE), text;
    if (sent.n == 0)
        return;
    cookie_drop(desk->reply, NOTICE);
    if (url_decode(desk->cx->mem, sent, false, &text) && utf8_valid(text, NULL))
        desk_notice(desk, DESK_GOOD, text);
}

void desk_open(struct desk *desk, struct reply *reply, const char *section, struct str title)
{
    struct cx *cx = reply->cx;
    *desk = (struct desk){ .cx = cx, .reply = reply, .section = section, .title = title };
    desk->values.mem = desk->crumbs.mem = desk->actions.mem = desk->notices.mem
        = desk->calls.mem = cx->mem;
    desk->rows = cx->who->likes != NULL ? cx->who->likes->page_rows : PREFERENCE_ROWS_USUAL;
    take_notice(desk);
}

void desk_put(struct desk *desk, struct fill value)
{
    fills_add(&desk->values, value);
}

static void add_link(struct fills_list *to, struct str label, struct str href)
{
    struct fills row = { .mem = to->mem };
    fills_add(&row, fill_text("label", label));
    fills_add(&row, fill_text("href", href));
    fills_add(&row, fill_flag("is_first", to->n == 0));
    fills_row(to, &row);
}

void desk_crumb(struct desk *desk, struct str label, struct str href)
{
    add_link(&desk->crumbs, label, href);
}

void desk_action(struct desk *desk, struct str label, struct str href)
{
    add_link(&desk->actions, label, href);
}

void desk_notice(struct desk *desk, enum desk_tone tone, struct str text)
{
    static const char *const TONES[] = { "good", "note", "warning", "bad" };
    struct fills row = { .mem = desk->cx->mem };
    fills_add(&row, fill_text("tone", str_of(TONES[tone])));
    fills_add(&row, fill_text("text", text));
    fills_row(&desk->notices, &row);
}

/* In a POSIX shell: a quote ends the word, stands for itself and begins the next one. */
static void shell_word(struct buf *out, struct str s)
{
    buf_c(out, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\'')
            buf_str(out, S("'\\''"));
        else
            buf_c(out, s.p[i]);
    }
    buf_c(out, '\'');
}

void desk_api(struct desk *desk, const char *method, struct str path, struct str body,
              struct str sdk)
{
    struct cx *cx = desk->cx;
    struct fills row = { .mem = cx->mem };
    struct str url = str_fmt(cx->mem, "%.*s%.*s%.*s", STR_ARG(cx->set->external_url),
                             STR_ARG(cx->set->base_path), STR_ARG(path));
    struct buf curl;
    buf_init(&curl, cx->mem, CALL_MAX);
    buf_str(&curl, S("curl -H \"Authorization: Bearer $TOKEN\" "));
    if (!str_eq(str_of(method), S("GET")))
        buf_fmt(&curl, "-X %s ", method);
    if (!str_absent(body)) {
        buf_str(&curl, S("-H 'Content-Type: application/json' -d "));
        shell_word(&curl, body);
        buf_c(&curl, ' ');
    }
    shell_word(&curl, url);
    fills_add(&row, fill_text("method", str_of(method)));
    fills_add(&row, fill_text("path", path));
    fills_add(&row, fill_text("curl", buf_text(&curl)));
    fills_add(&row, fill_text("sdk", sdk));
    fills_row(&desk->calls, &row);
}

static void put_frame(struct desk *desk)
{
    struct cx *cx = desk->cx;
    desk_put(desk, fill_text("title", desk->title));
    desk_put(desk, fill_text("lang", cx->language.n > 0 ? cx->language : S("en")));
    desk_put(desk, fill_text("theme", cx->who->likes != NULL ? cx->who->likes->theme
                                                          : S("auto")));
    desk_put(desk, fill_text("who_email", cx->who->email));
    desk_put(desk, fill_text("account_name", cx->who->account_name));
    desk_put(desk, fill_flag("is_superadmin", cx->who->is_superadmin));
    desk_put(desk, fill_flag("is_acting", cx->who->is_acting));
    desk_put(desk, fill_flag("live", true));
    desk_put(desk, menu_fill(cx, desk->section));
    desk_put(desk, fills_rows("crumbs", &desk->crumbs));
    desk_put(desk, fills_rows("actions", &desk->actions));
    desk_put(desk, fills_rows("notices", &desk->notices));
    desk_put(desk, fills_rows("calls", &desk->calls));
    desk_put(desk, fills_rows("summary", &(struct fills_list){ .mem = cx->mem }));
}

bool desk_show(struct desk *desk, const char *template)
{
    put_frame(desk);
    return webpage_reply(desk->reply, template, fills_end(&desk->values));
}

bool desk_go(struct reply *reply, struct str path, struct str notice)
{
    struct cx *cx = reply->cx;
    if (notice.n > 0) {
        struct buf text;
        buf_init(&text, cx->mem, ADDRESS_MAX);
        url_part(&text, utf8_tidy(cx->mem, notice, NOTICE_CHARACTERS));
        cookie_set(reply, NOTICE, buf_text(&text), 60);
    }
    return reply_go(reply, str_fmt(cx->mem, "%.*s%.*s", STR_ARG(cx->set->base_path),
                                   STR_ARG(path)));
}

/* ---- addresses ---- */

struct str desk_path(struct cx *cx, const struct str *parts, size_t n)
{
    struct buf path;
    buf_init(&path, cx->mem, ADDRESS_MAX);
    buf_str(&path, S("/admin"));
    for (size_t i = 0; i < n; i++) {
        buf_c(&path, '/');
        url_part(&path, parts[i]);
    }
    return buf_text(&path);
}

static void add_pair(struct buf *out, struct str name, struct str value, bool *any)
{
    buf_c(out, *any ? '&' : '?');
    *any = true;
    url_part(out, name);
    buf_c(out, '=');
    url_part(out, value);
}

struct str desk_with(const struct reply *reply, const char *name, struct str value)
{
    struct cx *cx = reply->cx;
    struct str rest = reply->request->query, key, old;
    struct buf out;
    bool bad = false, any = false;
    buf_init(&out, cx->mem, ADDRESS_MAX);
    buf_str(&out, reply->request->path);
    while (url_pair(cx->mem, &rest, &key, &old, &bad)) {
        bool goes = str_eq(key, str_of(name)) || str_eq(key, S("offset"))
                 || str_eq(key, S("cursor")) || str_eq(key, S("before"));
        if (!goes && old.n > 0)
            add_pair(&out, key, old, &any);
    }
    if (!str_absent(value))
        add_pair(&out, str_of(name), value, &any);
    return buf_text(&out);
}

/* ---- words for values ---- */

void desk_time(struct fills *row, const char *iso, const char *text, int64_t us)
{
    struct buf whole;
    buf_init(&whole, row->mem, 64);
    if (us != 0)
        when_iso(&whole, us - us % WHEN_SECOND);
    struct str said = buf_text(&whole);
    fills_add(row, fill_text(iso, said));
    fills_add(row, fill_text(text, us == 0 ? S("") : str_fmt(row->mem, "%.*s %.*s",
                             STR_ARG(str_sub(said, 0, 10)), STR_ARG(str_sub(said, 11, 5)))));
}

struct str desk_size(struct cx *cx, int64_t bytes)
{
    static const char *const UNITS[] = { "B", "KB", "MB", "GB", "TB" };
    double n = (double)bytes;
    size_t unit = 0;
    while (n >= 1000 && unit + 1 < COUNT(UNITS)) {
        n /= 1024;
        unit++;
    }
    return str_fmt(cx->mem, unit == 0 || n >= 100 ? "%.0f %s" : "%.1f %s", n, UNITS[unit]);
}
