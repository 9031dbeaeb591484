/* 11-forms.c — JSON out, times, ids, URLs, base64, HTML: the forms that text takes on the wire. */
#include "tap.h"

#include <string.h>

#include "base/base64.h"
#include "base/html.h"
#include "base/ident.h"
#include "base/js.h"
#include "base/random.h"
#include "base/url.h"
#include "base/utf8.h"
#include "base/when.h"

static void json(void)
{
    struct buf b = tap_buf(1000);
    struct js js;
    js_init(&js, &b);
    js_object(&js, NULL);
    js_text(&js, "t", S("a\"\\/\b\n\x01\x7f\xC3\xA9\xFF"));
    js_text(&js, "n", NO_STR);
    js_array(&js, "l");
    js_int(&js, NULL, -5);
    js_bool(&js, NULL, true);
    js_object(&js, NULL);
    js_end(&js);
    js_end(&js);
    js_key(&js, S("k\""));
    js_number(&js, NULL, 1.5);
    js_raw(&js, "r", S("[1]"));
    js_time(&js, "w", 0);
    js_end(&js);
    ok(js_done(&js), "a document that is closed is done");
    is_text(buf_text(&b),
            "{\"t\":\"a\\\"\\\\/\\b\\n\\u0001\x7f\xC3\xA9\xEF\xBF\xBD\",\"n\":null,"
            "\"l\":[-5,true,{}],\"k\\\"\":1.5,\"r\":[1],\"w\":\"1970-01-01T00:00:00Z\"}",
            "and compact");
    js_int(&js, NULL, 1);
    ok(!js_done(&js), "a second value at the top is wrong");
    js_init(&js, &b);
    js_object(&js, NULL);
    js_int(&js, NULL, 1);
    ok(js.wrong, "a value without a key in an object is wrong");
    js_init(&js, &b);
    js_array(&js, NULL);
    js_int(&js, "k", 1);
    ok(js.wrong, "a key in an array is wrong");
    js_init(&js, &b);
    js_end(&js);
    ok(js.wrong, "an end too many is wrong");
    js_init(&js, &b);
    for (int i = 0; i < 70; i++)
        js_array(&js, NULL);
    ok(js.wrong, "so is nesting too deep");
    js_init(&js, &b);
    js_object(&js, NULL);
    js_key(&js, S("k"));
    js_end(&js);
    ok(js.wrong, "so is a key that gets no value");
}

/* As js_quote writes, but byte by byte. */
static void slow_quote(struct buf *out, struct str s)
{
    buf_c(out, '"');
    while (s.n > 0) {
        struct str rest = s;
        uint32_t point;
        if (!utf8_next(&rest, &point)) {
            buf_str(out, S("\xEF\xBF\xBD"));
            rest = str_sub(s, 1, s.n);
        } else if (point == '"' || point == '\\') {
            buf_fmt(out, "\\%c", (int)point);
        } else if (point < 0x20) {
            const char *letter = strchr("\bb\tt\nn\ff\rr", (int)point);
            if (letter != NULL && point != 0)
                buf_fmt(out, "\\%c", letter[1]);
            else
                buf_fmt(out, "\\u%04x", (unsigned)point);
        } else {
            buf_str(out, str_sub(s, 0, s.n - rest.n));
        }
        s = rest;
    }
    buf_c(out, '"');
}

/* Every byte at every place of the eight that are looked at together, and random mixtures. */
static void quotes(void)
{
    static char text[40];
    struct arena_mark start = arena_mark(tap_mem());
    size_t wrong = 0;
    for (unsigned round = 0; round < 20000; round++, arena_rewind(tap_mem(), start)) {
        struct buf fast = tap_buf(1000), slow = tap_buf(1000);
        size_t n = round < 256 * 24 ? 24 : round % sizeof text;
        random_bytes(text, sizeof text);
        for (size_t i = 0; i < n; i++)
            if (round < 256 * 24 || (text[i] & 3) != 0)
                text[i] = (char)('a' + (text[i] & 15));
        if (round < 256 * 24)
            text[round / 256] = (char)(round % 256);
        js_quote(&fast, (struct str){ text, n });
        slow_quote(&slow, (struct str){ text, n });
        wrong += !str_eq(buf_text(&fast), buf_text(&slow));
    }
    is_int(wrong, 0, "text is escaped the same wherever it stands");
    for (size_t max = 0, n = 0; max < 12; max++) {
        struct buf b = tap_buf(max);
        js_quote(&b, S("abcdefgh"));
        n += b.over;
        if (max == 11)
            is_int(n, 10, "and does not pass the maximum of its buffer");
    }
}

static void is_time(const char *text, const char *wanted)
{
    struct buf b = tap_buf(64);
    int64_t us;
    if (when_parse(str_of(text), &us))
        when_field(&b, us);
    is_text(buf_text(&b), wanted, text);
}

static void times(void)
{
    struct buf b = tap_buf(200);
    when_iso(&b, INT64_C(1772360430123456));
    buf_c(&b, ' ');
    when_record(&b, INT64_C(1772360430000000));
    buf_c(&b, ' ');
    when_naive(&b, -1);
    buf_c(&b, ' ');
    when_http(&b, INT64_C(784111777000000));
    is_text(buf_text(&b), "2026-03-01T10:20:30.123456Z 2026-03-01T10:20:30.000000+00:00"
            " 1969-12-31T23:59:59.999999 Sun, 06 Nov 1994 08:49:37 GMT", "the four forms");
    is_time("2024-01-01T12:00:00Z", "2024-01-01T12:00:00Z");
    is_time("2024-01-01T12:00:00.120Z", "2024-01-01T12:00:00.120Z");
    is_time("2024-01-01T12:00:00.1234567+02:30", "2024-01-01T09:30:00.123456Z");
    is_time("2024-01-01 12:00", "2024-01-01T12:00:00Z");
    is_time("20240229T235959-0100", "2024-03-01T00:59:59Z");
    is_time("2024-02-29", "2024-02-29T00:00:00Z");
    is_time("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z");
    is_time("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z");
    static const char *const bad[] = { "",
                                       "2023-02-29",
                                       "2024-13-01",
                                       "2024-1-1",
                                       "2024-01-01T",
                                       "2024-01-01T24:00:00Z",
                                       "2024-01-01T12",
                                       "2024-01-01T12:00:60Z",
                                       "2024-01-01T12:00:00.Z",
                                       "2024-01-01T12:00:00+25:00",
                                       "2024-01-01T12:00:00Zx",
                                       "0001-01-01T00:00:00+01:00",
                                       "2024-0101",
                                       "202401-01",
                                       "2024-01-01T12:0000",
                                       "x",
                                       "20240101T1200:Z",
                                       "2024-01-01T12:00:",
                                       "20240101T1200:",
                                       "2024-01-01T12:00:00-",
                                       "0000-01-01",
                                       "2024-01-01T12:00:00+",
                                       "2024-01-01 ",
                                       "-2024-01-01",
                                       "2024-01-01T-1:00" };
    for (size_t i = 0; i < COUNT(bad); i++)
        is_time(bad[i], "");
    ok(when_parse_date(S("2024-02-29")) && !when_parse_date(S("2024-2-29"))
       && !when_parse_date(S("20240229")) && !when_parse_date(S("2023-02-29")), "dates");
}

static void ids(void)
{
    struct str a = ident_uuid(tap_mem(), 1000000001000), b = ident_uuid(tap_mem(), 1000000001001);
    ok(ident_is_uuid(a) && a.p[14] == '7' && strchr("89ab", a.p[19]) != NULL,
       "a UUID of version 7");
    ok(str_cmp(a, b) < 0, "ordered by the microsecond");
    size_t falling = 0;
    for (int i = 0; i < 5000; i++, a = b) {
        b = ident_uuid(tap_mem(), 1000000001001);
        falling += i > 0 && str_cmp(a, b) >= 0;
    }
    is_int(falling, 0, "and rising within one");
    a = ident_uuid(tap_mem(), 1000000001001 - 3600 * WHEN_SECOND);
    ok(str_cmp(a, b) < 0, "a clock set back is believed");
    ok(!ident_is_uuid(S("00000000-0000-0000-0000-00000000000G"))
       && !ident_is_uuid(S("00000000-0000-0000-0000-00000000000")), "and nothing else is one");
    struct str request = ident_request(tap_mem());
    ok(request.n == 15 && str_starts(request, S("hk_")), "a request id");
    ok(ident_is_name(S("a_1")) && !ident_is_name(S("_a")) && !ident_is_name(S("1a"))
       && !ident_is_name(S("a\n")) && !ident_is_name(S("")), "names");
}

static void urls(void)
{
    struct str s, name, value, query = S("a=1+2%2B&&b&c=%zz");
    bool bad;
    ok(url_decode(tap_mem(), S("a%2Fb+c"), false, &s) && str_eq(s, S("a/b+c")), "a path");
    ok(!url_decode(tap_mem(), S("%00"), false, &s) && !url_decode(tap_mem(), S("a%2"), false, &s)
           && !url_decode(tap_mem(), S("%"), true, &s)
           && !url_decode(tap_mem(), S("a\0b"), false, &s),
       "NUL and cut escapes are refused");
    ok(url_pair(tap_mem(), &query, &name, &value, &bad) && !bad && str_eq(value, S("1 2+")),
       "a pair");
    ok(url_pair(tap_mem(), &query, &name, &value, &bad) && str_eq(name, S("b")) && value.n == 0,
       "a name alone, empty pairs passed over");
    ok(url_pair(tap_mem(), &query, &name, &value, &bad) && bad, "a bad escape is told");
    ok(!url_pair(tap_mem(), &query, &name, &value, &bad), "the end");
    struct buf b = tap_buf(100);
    url_part(&b, S("a/b ~\xC3\xA9"));
    is_text(buf_text(&b), "a%2Fb%20~%C3%A9", "encoded");
}

static void encodings(void)
{
    struct arena *mem = tap_mem();
    struct str s;
    is_text(base64_put(mem, S("fo")), "Zm8=", "padded");
    is_text(base64_put_url(mem, S("\xFB\xFF"), false), "-_8", "for URLs");
    ok(base64_get(mem, S("Zm9vYg=="), &s) && str_eq(s, S("foob")), "decoded");
    ok(base64_get_url(mem, S("-_8"), &s) && str_eq(s, S("\xFB\xFF")), "without padding");
    ok(!base64_get(mem, S("Zm9vYh=="), &s) && !base64_get(mem, S("Zm9vY"), &s)
       && !base64_get(mem, S("Zm9="), &s) && !base64_get(mem, S("Zm 9"), &s)
       && !base64_get_url(mem, S("-_9"), &s), "only the canonical text decodes");
    is_text(base64_hex(mem, S("\x00\xAB")), "00ab", "hexadecimal");
    struct buf b = tap_buf(100);
    html_text(&b, S("a<b>&\"'c"));
    is_text(buf_text(&b), "a&lt;b&gt;&amp;&quot;&#39;c", "HTML");
}

int main(void)
{
    plan(8 + 2 + 1 + 8 + 25 + 1 + 7 + 7 + 7);
    json();
    quotes();
    times();
    ids();
    urls();
    encodings();
    return done();
}
