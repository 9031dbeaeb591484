/* 11-formula.c — what computed fields compute alike everywhere: texts of numbers, rounding, parts, calendar. */
#include "tap.h"

#include <math.h>

#include "base/formula.h"
#include "base/when.h"

static void text_of(double x, const char *wanted)
{
    struct buf b = tap_buf(64);
    bool has = formula_put_number(&b, x);
    is_text(has ? buf_text(&b) : S("none"), wanted, wanted);
}

static void number_texts(void)
{
    text_of(0, "0");
    text_of(-0.0, "0");
    text_of(5, "5");
    text_of(-2.5, "-2.5");
    text_of(0.1 + 0.2, "0.30000000000000004");
    text_of(0.0001, "0.0001");
    text_of(0.00001, "1e-05");
    text_of(120, "120");
    text_of(1234567890123456, "1234567890123456");
    text_of(1125899906842624.5, "1125899906842624.5");
    text_of(1e16, "1e+16");
    text_of(63050394783186944.0, "6.3050394783186944e+16");     /* …694e+16 is halfway to the next */
    text_of(-1.5e300, "-1.5e+300");
    text_of(5e-324, "5e-324");
    text_of(1.7976931348623157e308, "1.7976931348623157e+308");
    text_of((double)INFINITY, "none");
}

static void read_as(const char *text, double wanted)
{
    double x = -1;
    bool has = formula_number(str_of(text), &x);
    ok(isnan(wanted) ? !has : has && x == wanted, text);
}

static void numbers(void)
{
    read_as("12.50", 12.5);
    read_as("-0", 0);
    read_as("1e3", 1000);
    read_as("1E-400", 0);
    read_as("2024", 2024);
    read_as("", (double)NAN);
    read_as(" 1", (double)NAN);
    read_as("01", (double)NAN);
    read_as("1.", (double)NAN);
    read_as("1e999", (double)NAN);
    read_as("1e0001", (double)NAN);
    read_as("0x10", (double)NAN);
    read_as("1111111111111111111111111111111111111111111111111111111111111111", 1.1111111111111111e63);
    read_as("11111111111111111111111111111111111111111111111111111111111111111", (double)NAN);
}

static void rounds(double x, double places, double wanted)
{
    char title[80];
    snprintf(title, sizeof title, "%.17g to %g places", x, places);
    ok(formula_round(x, places) == wanted, title);
}

static void rounding(void)
{
    rounds(2.5, 0, 3);
    rounds(-2.5, 0, -3);
    rounds(2.4999999999999996, 0, 2);
    rounds(2.675, 2, 2.68);
    rounds(1.005, 2, 1.01);
    rounds(9.995, 2, 10);
    rounds(0.5, 0, 1);
    rounds(0.49, 0, 0);
    rounds(0.04, 0, 0);
    rounds(1250, -2, 1300);
    rounds(49, -2, 0);
    rounds(5e-324, 30, 0);
    rounds(1e300, 30, 1e300);
    rounds(1234.5678, 2.9, 1234.57);
    rounds(1234.5678, 1e9, 1234.5678);
    ok(isinf(formula_round((double)INFINITY, 2)), "what is infinite stays so");
}

static void part(const char *text, double start, double count, const char *wanted)
{
    is_text(formula_part(str_of(text), start, count), wanted, wanted);
}

static void parts(void)
{
    part("äbcdé", 1, 2, "äb");
    part("äbcdé", 0, 2, "ä");
    part("äbcdé", -2, 9, "dé");
    part("äbcdé", 3, -2, "äb");
    part("äbcdé", 2, -5, "ä");
    part("äbcdé", -9, 5, "ä");
    part("äbcdé", 6, 1, "");
    part("äbcdé", 1.9, 1.9, "ä");
    part("äbcdé", -1e300, 1e300, "äbcdé");
    part("äbcdé", 1, (double)INFINITY, "äbcdé");
    part("", 1, 1, "");
}

static int64_t at(const char *text)
{
    int64_t us = 0;
    if (!when_parse(str_of(text), &us))
        abort();
    return us;
}

static void months(const char *from, double n, double each, const char *wanted)
{
    int64_t us = 0;
    bool has = formula_months_after(at(from), n, each, &us);
    ok(wanted == NULL ? !has : has && us == at(wanted), wanted == NULL ? "outside of all years" : wanted);
}

static void calendar(void)
{
    int64_t us;
    months("2024-01-31T12:30:00.25", 1, 1, "2024-02-29T12:30:00.25");
    months("2023-01-31", 1, 1, "2023-02-28");
    months("2024-03-31", -1, 1, "2024-02-29");
    months("2024-02-29", 1, 12, "2025-02-28");
    months("2024-02-29", 4, 12, "2028-02-29");
    months("2024-12-15", 1.9, 1, "2025-01-15");
    months("1969-12-31T23:59:59.999999", 2, 1, "1970-02-28T23:59:59.999999");
    months("0001-01-01", -1, 1, NULL);
    months("9999-12-31", 1, 1, NULL);
    months("2024-01-01", 1e300, 12, NULL);
    ok(formula_after(at("2024-02-29"), 1.5, 86400e6, &us) && us == at("2024-03-01T12:00"), "a day and a half");
    ok(formula_after(at("2024-01-01"), -0.0000004, 1e6, &us) && us == at("2024-01-01"),
       "less than half a microsecond");
    ok(!formula_after(at("9999-12-31T23:59:59"), 1, 1e6, &us), "no time after the last");
    ok(!formula_after(0, (double)INFINITY, 1e6, &us), "no end of time");
}

int main(void)
{
    plan(71);
    number_texts();
    numbers();
    rounding();
    parts();
    calendar();
    return done();
}
