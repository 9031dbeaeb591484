/* 11-multipart.c — forms read part by part, however they arrive: boundaries, headers, names, cuts. */
#include <string.h>

#include "base/multipart.h"
#include "tap.h"

static struct cx cx;

/* A source that gives so many bytes at a time. */
struct drip { struct str rest; size_t most; };

static bool drip(struct cx *of UNUSED, void *state, char *into, size_t room, size_t *n)
{
    struct drip *from = state;
    *n = room < from->most ? room : from->most;
    *n = *n < from->rest.n ? *n : from->rest.n;
    if (*n > 0)
        memcpy(into, from->rest.p, *n);
    from->rest = str_sub(from->rest, *n, SIZE_MAX);
    return true;
}

/* All parts as name/filename/type=content;… or what is wrong. room: bytes asked for at a time. */
static struct str parsed(const char *type, struct str body, size_t most, size_t room)
{
    static struct drip from;
    struct multipart *form;
    struct multipart_part part;
    struct buf out = tap_buf(1u << 20);
    bool found;
    char piece[4096];
    size_t n;
    from = (struct drip){ body, most };
    cx = (struct cx){ .mem = tap_mem() };
    if (!multipart_open(&cx, str_of(type), (struct source){ drip, &from }, &form))
        return str_of(cx.err.message);
    while (multipart_next(&cx, form, &part, &found) && found) {
        buf_fmt(&out, "%.*s/%.*s/%.*s=", STR_ARG(part.name), STR_ARG(part.filename),
                STR_ARG(part.type));
        do {
            if (!flow_read(&cx, part.content, piece, room, &n))
                return str_of(cx.err.message);
            buf_put(&out, piece, n);
        } while (n > 0);
        buf_c(&out, ';');
    }
    return cx.err.kind != E_NONE ? str_of(cx.err.message) : out.n == 0 ? S("") : buf_text(&out);
}

#define TYPE "multipart/form-data; boundary=x"
#define IS(body, wanted, what) is_text(parsed(TYPE, S(body), 4096, 4096), wanted, what)
#define EARLY "The form data cannot be read: it ends too early"
#define CUT "The form data cannot be read: it ends before its last boundary"

static void parts(void)
{
    IS("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhello\r\n--x--\r\n", "a//=hello;", "a part");
    IS("--x--", "", "none");
    IS("\r\n--x--", "", "none, after a line");
    IS("preamble\r\n--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x \t\r\n"
       "content-disposition:form-data;name=b\r\ncontent-type:Text/Plain; charset=x\r\n\r\n2\r\n--x--after",
       "a//=1;b//text/plain=2;", "two, with what is around them");
    IS("--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--x--", "a//=;", "an empty one");
    IS("--x\r\nContent-Disposition: form-data; name=a\r\n\r\n--x--", "a//=;", "one without content");
    IS("--x\r\n\r\nno headers\r\n--x--", "//=no headers;", "one without headers");
    IS("--x\r\nX: y\r\n\r\na\r\n-x\r--x\n--x\r\n\r\n--x--", "//=a\r\n-x\r--x\n--x\r\n;", "or nearly is one");
    IS("--x\r\nX: y\r\n\r\na\r\r\n--x--", "//=a\r;", "a return before it");
}

static void names(void)
{
#define NAMED(disposition, wanted, what) \
    IS("--x\r\nContent-Disposition: " disposition "\r\n\r\n\r\n--x--", wanted "/=;", what)
    NAMED("form-data; name=\"a b\"; filename=\"c d.txt\"", "a b/c d.txt", "quoted names");
    NAMED("form-data; filename=c.txt; name=a", "a/c.txt", "plain ones");
    NAMED("form-data; name=a; filename=\"say \\\"hi\\\".txt\"", "a/say \"hi\".txt", "quotes in them");
    NAMED("form-data; name=a; filename=\"C:\\dir\\file.txt\"", "a/file.txt", "a path of Windows");
    NAMED("form-data; name=a; filename=\"/etc/../passwd\"", "a/passwd", "of anything else");
    NAMED("form-data; name=a; filename=\"..\"", "a/..", "dots alone are a name to be shown");
    NAMED("form-data; name=a; filename=\"a\tb\x01.txt\"", "a/ab.txt", "no control characters");
    NAMED("form-data; name=a; filename=\"\xff.txt\"", "a/\xef\xbf\xbd.txt", "UTF-8 alone");
    NAMED("form-data; name=a; filename=x; filename*=UTF-8''na%C3%AFve%20a.txt", "a/na\xc3\xafve a.txt",
          "the extended name wins");
    NAMED("form-data; name=a; filename*=utf-8'en'%2Fetc%2Fb; filename=x", "a/b", "wherever it stands");
    NAMED("form-data; name=a; filename=x; filename*=latin1''y", "a/x", "if it can be read");
    NAMED("form-data; name=a; filename=x; filename*=UTF-8''%zz", "a/x", "at all");
    NAMED("form-data; name=\"a; filename=b", "a; filename=b/", "an open quote ends with its line");
    NAMED("attachment; name=a", "/", "what is no form data has no name");
    NAMED("form-data; =a; name=b", "/", "a nameless parameter ends them");
    NAMED("form-data", "/", "none at all");
}

static void faults(void)
{
    IS("", CUT, "nothing is no form");
    IS("--x", EARLY, "nor a boundary alone");
    IS("--x\r\n", EARLY, "nor an open part");
    IS("--x\r\nContent-Disposition: form-data; name=a", EARLY, "an open header");
    IS("--x\r\nContent-Disposition: form-data; name=a\r\n\r\nhello", CUT, "an open content");
    IS("--x\r\nContent-Disposition: form-data; name=a\r\n\r\nhello\r\n--", CUT, "half a boundary");
    IS("--x\r\nContent-Disposition: form-data; name=a\r\n\r\nhello\r\n--x", EARLY, "one that is not the last");
    IS("--xx\r\n\r\nhello\r\n--xx--", "The form data cannot be read: a line goes on behind its boundary",
       "another boundary that begins as ours");
    is_text(parsed("multipart/form-data; boundary=\"a b\"", S("--a b\r\n\r\n1\r\n--a b--"), 9, 9), "//=1;",
            "a boundary in quotes");
    is_text(parsed("multipart/form-data", S("--x--"), 9, 9),
       "The form data cannot be read: it names no boundary",
            "none is none");
    ok(!multipart_is(tap_mem(), S("multipart/form-data; boundary=\"a \"")), "none ends with a space");
    ok(!multipart_is(tap_mem(), S("multipart/form-data; boundary=\"\"")), "or is empty");
    ok(!multipart_is(tap_mem(), S("multipart/form-data; boundary=0123456789012345678901234567890123456789"
                                  "0123456789012345678901234567890")), "or is longer than 70");
    ok(!multipart_is(tap_mem(), S("multipart/mixed; boundary=x")), "nor is that a form");
    ok(!multipart_is(tap_mem(), NO_STR), "nor nothing");
    ok(multipart_is(tap_mem(), S("Multipart/Form-Data;charset=x;BOUNDARY=x")), "in any case and order");
    struct buf many = tap_buf(1u << 20);
    for (int i = 0; i < 1001; i++)
        buf_str(&many, S("\r\n--x\r\n\r\n"));
    buf_str(&many, S("\r\n--x--"));
    is_text(parsed(TYPE, buf_text(&many), 4096, 4096), "The form data cannot be read: it has too many parts",
            "a thousand parts are enough");
    buf_cut(&many, 0);
    buf_str(&many, S("--x\r\n"));
    for (int i = 0; i < 9000; i++)
        buf_str(&many, S("x"));
    is_text(parsed(TYPE, buf_text(&many), 4096, 4096),
            "The form data cannot be read: a part has too many headers", "and so is a header of 8 KB");
    buf_cut(&many, 0);
    buf_str(&many, S("--x\r\n"));
    for (int i = 0; i < 900; i++)
        buf_str(&many, S("Name: value\r\n"));
    is_text(parsed(TYPE, buf_text(&many), 4096, 4096),
            "The form data cannot be read: a part has too many headers", "or many of them");
}

/* However it arrives, and however it is asked for, it is the same. */
static void pieces(void)
{
    struct buf body = tap_buf(1u << 20);
    bool same = true;
    buf_str(&body, S("--x\r\nContent-Disposition: form-data; name=a; filename=f\r\n\r\n"));
    for (int i = 0; i < 20000; i++)
        buf_fmt(&body, i % 7 == 0 ? "\r\n--" : i % 5 == 0 ? "\r\n\r" : "%d", i);
    buf_str(&body, S("\r\n--x\r\n\r\nb\r\n--x--"));
    struct str whole = parsed(TYPE, buf_text(&body), SIZE_MAX, 4096);
    for (size_t most = 1; most < 200 && same; most += 13)
        same = str_eq(parsed(TYPE, buf_text(&body), most, 1 + most * 7 % 4000), whole);
    ok(same && whole.n > 60000, "however it arrives, it is the same");
}

int main(void)
{
    plan(45);
    parts();
    names();
    faults();
    pieces();
    return done();
}
