/* 28-webpage.c — pages and what protects them: headers, failures in words, forms of other sites. */
#include <string.h>

#include "base/settings.h"
#include "http/errors.h"
#include "http/request.h"
#include "http/webpage.h"
#include "tap.h"

static struct settings set = {
    .templates_dir = S_INIT("templates"), .app_name = S_INIT("The <Pantry>"),
    .external_url = S_INIT("https://api.example.com/base"), .base_path = S_INIT("/base"),
};
static void *keep[KEEP_COUNT], *fresh_keep[KEEP_COUNT];    /* templates, and none yet */
static struct reply reply;
static struct request request;

static struct cx fresh(void)
{
    static const struct actor nobody;
    struct cx cx = { .mem = tap_mem(), .set = &set, .keep = keep, .who = &nobody };
    return cx;
}

static struct str header(const char *name)
{
    for (size_t i = 0; i < reply.header_count; i++)
        if (strcmp(reply.headers[i].name, name) == 0)
            return reply.headers[i].value;
    return NO_STR;
}

static void pages(void)
{
    struct cx cx = fresh();
    const struct fill values[] = {
        fill_text("title", S("A & B")), fill_text("text", S("Done")), fill_text("home", NO_STR),
        fill_text("door", NO_STR), { 0 },
    };
    reply_init(&reply, &cx, &request, 65536);
    ok(webpage_reply(&reply, "auth/notice.html", values), "a page is filled");
    struct str page = buf_text(&reply.body);
    ok(str_has(page, S("A &amp; B")) && str_has(page, S("The &lt;Pantry&gt;")), "its values escaped");
    ok(str_has(page, S("href=\"/base/static/pages.css\"")), "addresses begin where we are mounted");
    is_text(str_of(reply.type), "text/html; charset=utf-8", "as a page");
    is_text(header("Cache-Control"), "no-store", "that nobody keeps");
    is_text(header("Referrer-Policy"), "no-referrer", "and whose address goes nowhere");
}

static struct str failure(struct cx *cx)
{
    reply_init(&reply, cx, &request, 65536);
    errors_reply(&reply, &cx->err, SHAPE_PAGE, true);
    return buf_text(&reply.body);
}

static void failures(void)
{
    struct cx cx = fresh();
    fail(&cx, E_FORBIDDEN, "Forbidden", "Not <you>");
    struct str page = failure(&cx);
    ok(reply.status == 403 && str_has(page, S("Not &lt;you&gt;")) && str_has(page, S("Forbidden")),
       "a failure is a page, in its words");
    is_text(header("Cache-Control"), "no-store", "with the headers of pages");
    cx = fresh();
    broken(&cx, "disk on fire");
    page = failure(&cx);
    ok(reply.status == 500 && !str_has(page, S("fire")), "what only we can cause is not told, debug or not");
    cx = fresh();
    fail_add_field(&cx, &(struct err_field){ .type = "missing", .loc = S("[\"form\",\"token\"]"),
                                             .msg = S("Field required") });
    (void)!fail_fields(&cx);
    ok(str_has(failure(&cx), S("token: Field required")), "a field is named");
    cx = fresh();
    fail_add_item(&cx, S("password"), S("short"), "Too short");
    (void)!fail_items(&cx, E_INVALID, SHAPE_ITEMS, "Validation error");
    ok(str_has(failure(&cx), S("Too short")), "an item is told");
    set.templates_dir = S("/nowhere");
    cx = fresh();
    cx.keep = fresh_keep;
    fail(&cx, E_CONFLICT, "Conflict", "Taken");
    is_text(failure(&cx), "Taken", "without templates, the words alone");
    is_text(str_of(reply.type), "text/plain; charset=utf-8", "as text");
}

static bool takes(const char *site, const char *origin, const char *host, bool https)
{
    struct cx cx = fresh();
    char text[2][80] = { "", "" };
    char *params[] = { text[0], text[1], NULL };
    if (site != NULL)
        snprintf(text[0], sizeof text[0], "HTTP_SEC_FETCH_SITE=%s", site);
    snprintf(text[1], sizeof text[1], "HTTP_HOST=%s", host);
    request = (struct request){ .params = params, .origin = str_of(origin), .https = https };
    return webpage_same_origin(&cx, &request);
}

static void forms(void)
{
    ok(takes("same-origin", "null", "x", false), "a form of ours");
    ok(takes("none", NULL, "x", false), "one that nobody sent for them");
    ok(!takes("cross-site", "https://api.example.com", "api.example.com", true), "one of another site");
    ok(!takes("same-site", NULL, "x", false), "a neighbour is another site");
    ok(!takes("", NULL, "x", false), "what cannot be read is no yes");
    ok(takes(NULL, NULL, "x", false), "a client that says nothing is no browser");
    ok(takes(NULL, "https://api.example.com", "inside:9000", false), "the address that is configured");
    ok(takes(NULL, "http://127.0.0.1:8123", "127.0.0.1:8123", false), "the address that was asked");
    ok(!takes(NULL, "https://127.0.0.1:8123", "127.0.0.1:8123", false), "but not by another scheme");
    ok(!takes(NULL, "https://evil.example.com", "api.example.com", true), "nor another host");
    ok(!takes(NULL, "https://api.example.com.evil.com", "x", true), "whatever it begins with");
    ok(takes(NULL, "null", "x", false), "our own pages have no name where they may not be trusted with one");
}

int main(void)
{
    plan(25);
    pages();
    failures();
    forms();
    return done();
}
