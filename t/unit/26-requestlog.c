/* 26-requestlog.c — the log is read backwards: filters, pages, rotated files, other people's lines. */
#include "tap.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/requestlog.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/when.h"

enum { TESTS = 46, LINES = 1000 };
#define T0 INT64_C(1767323045000000)

static char folder[] = "/tmp/larder-requests.XXXXXX";
static struct settings set;
static struct actor root = { .kind = ACTOR_USER, .is_superadmin = true,
                             .account_id = S_INIT(SYSTEM_ACCOUNT) };
static struct actor ann = { .kind = ACTOR_USER, .account_id = S_INIT("acme") };
static struct cx cx;

static struct str path_of(const char *ending)
{
    return str_fmt(tap_mem(), "%s/log%s", folder, ending);
}

static void write_file(const char *ending, const char *how, struct str text)
{
    FILE *file = fopen(path_of(ending).p, how);
    fwrite(text.p, 1, text.n, file);
    fclose(file);
}

/* Line i, i seconds after T0: every third by acme, of it every second by ann. */
static void put_line(struct buf *out, int i)
{
    static const char *const METHODS[] = { "GET", "POST", "DELETE" };
    buf_fmt(out, "{\"time\":\"");
    when_iso(out, T0 + i * WHEN_SECOND);
    buf_fmt(out, "\",\"level\":\"info\",\"program\":\"records\",\"pid\":7,\"event\":\"request\","
            "\"correlation_id\":\"c%d\",\"method\":\"%s\",\"path\":\"/api/v1/%s/%d\",\"status\":%d,"
            "\"us\":%d,\"bytes\":5,\"account\":%s,\"user\":%s,\"request_id\":\"hk_%d\"}\n",
            i, METHODS[i % 3], i % 2 == 0 ? "notes" : "a\\\"\\u0007b", i,
            i % 10 == 0 ? 404 : i % 10 == 1 ? 500 : 200, i * 10,
            i % 3 == 0 ? "\"acme\"" : i % 3 == 1 ? "\"other\"" : "null",
            i % 6 == 0 ? "\"ann\"" : "null", i);
}

static struct str lines(int from, int upto)
{
    struct buf out = tap_buf(10000000);
    for (int i = from; i < upto; i++)
        put_line(&out, i);
    return buf_text(&out);
}

static void ask(const struct actor *who)
{
    cx = (struct cx){ .mem = tap_mem(), .set = &set, .who = who };
}

/* "999 998 … next", the numbers of the lines. */
static const char *got(const struct actor *who, struct requestlog_query query)
{
    struct requestlog_page page;
    struct buf out = tap_buf(100000);
    ask(who);
    if (query.limit == 0)
        query.limit = 3;
    if (!requestlog_read(&cx, &query, &page))
        return cx.err.message;
    for (size_t i = 0; i < page.n; i++)
        buf_fmt(&out, "%s%.*s", i > 0 ? " " : "",
                STR_ARG(str_sub(page.at[i].correlation_id, 1, 20)));
    if (!str_absent(page.next))
        buf_fmt(&out, page.is_cut ? " cut" : " next");
    if (page.is_gone)
        buf_fmt(&out, " gone");
    return str_c(tap_mem(), buf_text(&out));
}
#define sees(who, wanted, what, ...) \
    is_text(str_of(got((who), (struct requestlog_query){ __VA_ARGS__ })), (wanted), (what))

static void states(void)
{
    struct requestlog_page page;
    struct requestlog_query query = { .limit = 5 };
    ask(&root);
    ok(requestlog_read(&cx, &query, &page) && page.state == REQUESTLOG_NOWHERE && page.n == 0,
       "without a file there is nothing to read");
    ok(str_has(str_of(requestlog_state_words(page.state)), S("LOG_FILE")), "which is said");
    set = (struct settings){ .log_file = path_of(""), .log_format = S("console"),
                             .log_level = S("INFO") };
    ok(requestlog_read(&cx, &query, &page) && page.state == REQUESTLOG_WORDS, "words are not read");
    set.log_format = S("json");
    ok(requestlog_read(&cx, &query, &page) && page.state == REQUESTLOG_UNREADABLE,
       "nor a file that is not there");
    mkdir(path_of("").p, 0700);
    ok(requestlog_read(&cx, &query, &page) && page.state == REQUESTLOG_UNREADABLE, "nor a folder");
    rmdir(path_of("").p);
    set.log_level = S("error");
    ok(requestlog_read(&cx, &query, &page) && page.state == REQUESTLOG_QUIET,
       "a log of errors alone has no requests");
    set.log_level = S("debug");
    write_file("", "w", S(""));
    ok(requestlog_read(&cx, &query, &page) && page.state == REQUESTLOG_READ && page.n == 0
       && str_absent(page.next), "an empty file has none");
    query.limit = REQUESTLOG_MOST + 1;
    ok(!requestlog_read(&cx, &query, &page), "a page has its limit");
}

static void filters(void)
{
    write_file("", "w", lines(0, LINES));
    sees(&root, "999 998 997 next", "the newest first", .limit = 3);
    sees(&root, "990 960 930 next", "by status and method", .status = 404, .method = S("get"));
    sees(&root, "991 981 971 next", "server errors", .status = 5);
    sees(&root, "999 997 995 next", "by the beginning of a path, whatever is in it",
         .path = S("/api/v1/a\"\ab/"));
    sees(&root, "", "a path that nobody asked for", .path = S("/api/v1/a\\"));
    sees(&root, "999 996 993 next", "by account", .account = S("acme"));
    sees(&root, "996 990 984 next", "by user", .user = S("ann"));
    sees(&root, "999", "by time: since", .since = T0 + 999 * WHEN_SECOND);
    sees(&root, "1 0", "until", .until = T0 + 2 * WHEN_SECOND);
    sees(&root, "999 998", "slower than", .slower_us = 9980);
    sees(&root, "", "a user that is a pattern is none", .user = S("%"));
    sees(&root, "", "nor a bit of JSON", .user = S("ann\",\"x\":\""));
}

static void tenants(void)
{
    sees(&ann, "999 996 993 next", "an account sees its own lines", .limit = 3);
    sees(&ann, "", "not another's", .account = S("other"));
    sees(&ann, "", "nor those of nobody, who names them", .account = S(""));
    sees(&ann, "999 996 993 next", "though it may name itself", .account = S("acme"));
    sees(&ann, "993 990 987 next", "nor in the middle of the log", .until = T0 + 996 * WHEN_SECOND);
    write_file("", "w", S("{\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"request\",\"account\":"
                          "\"acme\",\"account\":\"other\",\"correlation_id\":\"cX\"}\n"
                          "{\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"request\",\"account\":"
                          "\"other\",\"account\":\"acme\",\"correlation_id\":\"cY\"}\n"));
    sees(&ann, "Y", "a line that names two is that of the last", .limit = 3);
}

static void pages(void)
{
    struct requestlog_query query = { .limit = 150, .account = S("acme") };
    struct requestlog_page page;
    int64_t seen = 0, last = INT64_MAX, turns = 0;
    bool falls = true;
    write_file("", "w", lines(600, LINES));
    write_file(".1", "w", lines(300, 600));
    write_file(".2", "w", lines(0, 300));
    write_file(".3", "w", lines(0, 10));
    ask(&root);
    do {
        falls = requestlog_read(&cx, &query, &page) && falls;
        for (size_t i = 0; i < page.n; i++) {
            falls = falls && page.at[i].time < last;
            last = page.at[i].time;
        }
        seen += (int64_t)page.n;
        query.next = page.next;
    } while (!str_absent(page.next) && ++turns < 10);
    is_int(seen, 334, "page after page gives every line once, through three files");
    ok(falls, "from the newest to the oldest");
    is_int(page.oldest, T0, "and says how far it looked");
    query.next = NO_STR;
    query.limit = 3;
    ok(requestlog_read(&cx, &query, &page), "a page");
    write_file("", "a", lines(LINES, LINES + 50));
    query.next = page.next;
    is_text(str_of(got(&root, query)), "990 987 984 next", "goes on where it was, whatever comes");
    rename(path_of(".1").p, path_of(".2").p);
    rename(path_of("").p, path_of(".1").p);
    write_file("", "w", lines(2000, 2010));
    is_text(str_of(got(&root, query)), "990 987 984 next", "also in a file that was put away");
    unlink(path_of(".1").p);
    is_text(str_of(got(&root, query)), " gone", "until it is gone");
    sees(&root, "This is no place in the log", "a place that is none", .next = S("x"));
    sees(&root, "This is no place in the log", "nor a negative one", .next = S("1--5"));
    sees(&root, " gone", "or one past the end", .next = str_fmt(tap_mem(), "%.*s9", STR_ARG(page.next)));
}

static void strange(void)
{
    struct buf out = tap_buf(10000000);
    struct requestlog_page page;
    struct requestlog_query query = { .limit = 3 };
    put_line(&out, 1);
    buf_fmt(&out, "lighttpd says something\n\n{}\n{\"time\":\"\n{\"time\":\"x\",\"event\":\"request\"");
    buf_fmt(&out, "\n{\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"other\",\"account\":\"acme\"}\n");
    for (int i = 0; i < 200000; i++)
        buf_c(&out, 'x');
    buf_c(&out, '\n');
    put_line(&out, 2);
    buf_fmt(&out, "{\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"request\",\"acc");
    write_file("", "w", buf_text(&out));
    unlink(path_of(".2").p);
    sees(&root, "2 1", "what is no line of ours is passed over, also half a one", .limit = 3);
    write_file("", "w", S("\n\n\n"));
    sees(&root, "", "empty lines", .limit = 3);
    log_open("unit", LOG_INFO, false, path_of("").p);
    log_request(S("cZ"));
    LOG(LOG_INFO, "request", log_text("method", S("GET")), log_text("path", S("/a\xff\"b")),
        log_number("status", 200), log_number("us", 5), log_text("account", S("acme")));
    log_flush();
    ask(&ann);
    ok(requestlog_read(&cx, &query, &page) && page.n == 1 && page.at[0].us == 5
       && page.at[0].status == 200 && page.at[0].time > T0, "a line as base/log.c writes it");
    is_text(page.at[0].path, "/a\xef\xbf\xbd\"b", "with its path");
    is_text(page.at[0].program, "unit", "and who wrote it");
    ok(str_absent(page.at[0].user), "nobody is nobody");
}

static void bounds(void)
{
    struct requestlog_query query = { .limit = 3, .user = S("nobody") };
    struct requestlog_page page;
    struct str many = lines(0, 20000);
    write_file("", "w", many);
    for (size_t n = many.n; n < 2 * (size_t)REQUESTLOG_BYTES; n += many.n)
        write_file("", "a", many);
    size_t before = arena_used(tap_mem());
    ask(&root);
    ok(requestlog_read(&cx, &query, &page) && page.n == 0 && page.is_cut && !str_absent(page.next),
       "a call reads so much and no more");
    ok(arena_used(tap_mem()) - before < 200000, "in little memory");
    query.next = page.next;
    ok(requestlog_read(&cx, &query, &page) && page.n == 0 && page.is_cut, "and goes on");
    query.next = page.next;
    ok(requestlog_read(&cx, &query, &page) && !page.is_cut && str_absent(page.next), "to the end");
}

int main(void)
{
    static const char *const ENDINGS[] = { "", ".1", ".2", ".3" };
    plan(TESTS);
    if (mkdtemp(folder) == NULL)
        return 1;
    states();
    filters();
    tenants();
    pages();
    strange();
    bounds();
    for (size_t i = 0; i < COUNT(ENDINGS); i++)
        unlink(path_of(ENDINGS[i]).p);
    rmdir(folder);
    return done();
}
