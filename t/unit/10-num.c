/* 10-num.c — numbers: read whole or not at all, written in the shortest form that reads back. */
#include "tap.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/random.h"

static struct str shortest(double n)
{
    char text[40];
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(text, sizeof text, "%.*g", precision < 15 && fabs(n) < 1e15 ? 15 : precision, n);
        if (strtod(text, NULL) == n)
            break;
    }
    return str_copy(tap_mem(), str_of(text));
}

static size_t differs(double n)
{
    struct buf b = tap_buf(64);
    double again;
    num_put_real(&b, n);
    return !num_real(buf_text(&b), &again) || again != n || !str_eq(buf_text(&b), shortest(n));
}

static void written(void)
{
    size_t wrong = 0;
    struct arena_mark start = arena_mark(tap_mem());
    for (int64_t i = 1; i < 40000; i++, arena_rewind(tap_mem(), start)) {
        double decimals = (double)i * 7919 / pow(10, (double)(i % 9)), any;
        random_bytes(&any, sizeof any);
        wrong += differs(decimals) + differs(-decimals) + differs(decimals / 3);
        wrong += isfinite(any) && fabs(any) < 1e15 && differs(any);
    }
    is_int(wrong, 0, "a real is written in its shortest form and reads back the same");
    static const struct { double n; const char *text; } forms[] = {
        { 0.1, "0.1" }, { -12.5, "-12.5" }, { 5, "5" }, { 1e-5, "1e-05" }, { 0.0001, "0.0001" },
        { 1e300, "1e+300" }, { 5e-324, "4.94065645841247e-324" },
        { 0.1 + 0.2, "0.30000000000000004" },
        { 9007199254740993.0, "9007199254740992" }, { 123456789.123456, "123456789.123456" },
        { INFINITY, "null" }, { NAN, "null" }, { -0.0, "0" } };
    for (size_t i = 0; i < COUNT(forms); i++) {
        struct buf b = tap_buf(64);
        num_put_real(&b, forms[i].n);
        is_text(buf_text(&b), forms[i].text, forms[i].text);
    }
}

static void read_back(void)
{
    int64_t n;
    double real;
    ok(num_int(S("9223372036854775807"), &n) && n == INT64_MAX
           && num_int(S("-9223372036854775808"), &n) && n == INT64_MIN && num_int(S("+7"), &n)
           && n == 7,
       "whole numbers up to both ends");
    ok(!num_int(S("9223372036854775808"), &n) && !num_int(S("-9223372036854775809"), &n)
           && !num_int(S(""), &n) && !num_int(S("-"), &n) && !num_int(S("1 "), &n)
           && !num_int(S("1.0"), &n) && !num_int(NO_STR, &n),
       "and not past them, nor anything else");
    ok(!num_real(S("1e999"), &real) && !num_real(S(".5"), &real) && !num_real(S("1."), &real)
           && !num_real(S("0x1"), &real) && !num_real(S("nan"), &real) && !num_real(S("01"), &real)
           && !num_real(S("1e"), &real) && !num_real(S(""), &real),
       "reals as JSON writes them, finite");
    ok(num_to_int(-9223372036854775808.0, &n) && !num_to_int(9223372036854775808.0, &n)
       && !num_to_int(0.5, &n) && !num_to_int(NAN, &n), "a real is whole or it is not");
}

int main(void)
{
    plan(1 + 13 + 4);
    written();
    read_back();
    return done();
}
