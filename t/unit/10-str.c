/* 10-str.c — comparing, cutting and copying text; buffers and their maximum; UTF-8; numbers. */
#include "tap.h"

#include <math.h>

#include "base/num.h"
#include "base/utf8.h"

static void strings(void)
{
    struct str rest = S("a,,b"), part;
    ok(str_cut(&rest, ',', &part) && str_eq(part, S("a")), "the first part");
    ok(str_cut(&rest, ',', &part) && part.n == 0, "an empty part between separators");
    ok(str_cut(&rest, ',', &part) && str_eq(part, S("b")), "the last part");
    ok(!str_cut(&rest, ',', &part), "and no more");
    rest = S("");
    ok(str_cut(&rest, ',', &part) && part.n == 0 && !str_cut(&rest, ',', &part),
       "empty text is one empty part");
    ok(!str_eq(NO_STR, S("")) && str_eq(NO_STR, NO_STR), "absent is not empty");
    ok(str_eq_nocase(S("BeArEr"), S("bearer")) && !str_eq_nocase(S("a"), S("ab")), "without case");
    ok(str_cmp(S("a"), S("ab")) < 0 && str_cmp(S("b"), S("ab")) > 0, "order by bytes, then length");
    ok(str_has(S("xaab"), S("ab")) && !str_has(S("xa"), S("ab")) && str_has(S("x"), S("")),
       "parts");
    is_text(str_trim(S(" \t a b\n")), "a b", "white space goes from both ends");
    is_text(str_sub(S("hello"), 3, 99), "lo", "a piece is clamped");
    is_text(str_fmt(tap_mem(), "%d-%.*s", 4, STR_ARG(S("xyz"))), "4-xyz", "formatted");
    ok(str_copy(tap_mem(), S("abc")).p[3] == '\0', "a copy ends with NUL");
}

static void buffers(void)
{
    struct buf b = tap_buf(10);
    buf_str(&b, S("12345"));
    buf_int(&b, INT64_MIN);
    ok(b.over, "a buffer refuses to pass its maximum");
    is_text(buf_text(&b), "12345", "and keeps what fitted");
    b = tap_buf(100000);
    for (int i = 0; i < 5000; i++)
        buf_fmt(&b, "%d,", i % 10);
    ok(b.n == 10000 && !b.over && str_ends(buf_text(&b), S("8,9,")), "a buffer grows");
    b = tap_buf(64);
    buf_int(&b, INT64_MIN);
    is_text(buf_text(&b), "-9223372036854775808", "the smallest integer");
}

static void utf8(void)
{
    size_t at = 99;
    ok(utf8_valid(S("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"
                    "12345678901"),
                  NULL),
       "one to four bytes");
    ok(!utf8_valid(S("12345678\xC0\xAF"), &at) && at == 8, "an overlong form, and where");
    ok(!utf8_valid(S("\xED\xA0\x80"), NULL), "a surrogate");
    ok(!utf8_valid(S("\xF4\x90\x80\x80"), NULL), "past U+10FFFF");
    ok(!utf8_valid(S("\xE2\x82"), NULL), "cut short");
    is_int(utf8_count(S("a\xC3\xA9\xF0\x9F\x98\x80")), 3, "code points are counted");
    struct buf b = tap_buf(16);
    utf8_put(&b, 0x1F600);
    is_text(buf_text(&b), "\xF0\x9F\x98\x80", "and written");
}

static void numbers(void)
{
    int64_t n;
    double r;
    ok(num_int(S("-9223372036854775808"), &n) && n == INT64_MIN, "the smallest integer is read");
    ok(!num_int(S("9223372036854775808"), &n) && !num_int(S("-9223372036854775809"), &n),
       "not past");
    ok(!num_int(S(""), &n) && !num_int(S("-"), &n) && !num_int(S("1 "), &n), "digits only");
    ok(num_real(S("-1.5e3"), &r) && r > -1500.1 && r < -1499.9, "a JSON number");
    ok(!num_real(S("01"), &r) && !num_real(S(".5"), &r) && !num_real(S("5."), &r)
       && !num_real(S("1e999"), &r) && !num_real(S("nan"), &r), "and nothing else");
    ok(!num_to_int(0.5, &n) && !num_to_int(9.3e18, &n) && !num_to_int(NAN, &n),
       "whole and in range");
    struct buf b = tap_buf(200);
    num_put_real(&b, 0.1);
    buf_c(&b, ' ');
    num_put_real(&b, 5);
    buf_c(&b, ' ');
    num_put_real(&b, 1.0 / 3);
    buf_c(&b, ' ');
    num_put_real(&b, 1e21);
    is_text(buf_text(&b), "0.1 5 0.3333333333333333 1e+21", "shortest that reads back");
}

int main(void)
{
    plan(13 + 4 + 7 + 7);
    strings();
    buffers();
    utf8();
    numbers();
    return done();
}
