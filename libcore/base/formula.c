/* formula.c — numbers as text, rounding, parts of texts, calendar: where engines disagree. */
#include "base/formula.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/utf8.h"
#include "base/when.h"

enum { DIGITS = 17, NUMBER_MAX = 64, PLACES_MAX = 30, PLAIN_FROM = -4, PLAIN_TO = 15 };
#define MOST_UNITS 1e12                     /* far beyond any span of years, far below overflow   */
#define MOST_US 1e18

/* 0.d₁d₂… × 10^(exponent + 1): the fewest digits that read back. */
struct decimal { char digits[DIGITS + 1]; int n, exponent; bool negative; };

/* 43 zeros after 17 digits: no binary number comes that near to a decimal one without being it. */
static bool is_exactly(const char *text, long double x)
{
    char exact[80];
    size_t digits = strcspn(text, "e");
    snprintf(exact, sizeof exact, "%.60Le", x);
    return strncmp(exact, text, digits) == 0
        && exact[digits + strspn(exact + digits, "0")] == 'e'
        && strcmp(strchr(exact, 'e'), text + digits) == 0;
}

/* Halfway to a neighbour reads back when the last bit is 0; PostgreSQL does not take it. */
static bool reads_back(const char *text, double x)
{
    return strtod(text, NULL) == x
        && !is_exactly(text, ((long double)x + nextafter(x, 0)) / 2)
        && !is_exactly(text, ((long double)x + nextafter(x, INFINITY)) / 2);
}

static struct decimal decimal_of(double x)
{
    struct decimal d = { .negative = signbit(x) != 0 };
    char text[40];
    int least = fabs(x) < 2.3e-308 ? 1 : 15;            /* fewer say as much of the smallest      */
    for (int n = least; n <= DIGITS; n++) {
        snprintf(text, sizeof text, "%.*e", n - 1, fabs(x));
        if (reads_back(text, fabs(x)))
            break;
    }
    const char *p = text;
    for (; *p != 'e'; p++)
        if (*p != '.')
            d.digits[d.n++] = *p;
    while (d.n > 1 && d.digits[d.n - 1] == '0')
        d.n--;
    d.exponent = (int)strtol(p + 1, NULL, 10);
    return d;
}

static void put_zeros(struct buf *out, int n)
{
    while (n-- > 0)
        buf_c(out, '0');
}

static void put_plain(struct buf *out, const struct decimal *d)
{
    int whole = d->exponent + 1;
    if (whole <= 0) {
        buf_str(out, S("0."));
        put_zeros(out, -whole);
    }
    for (int i = 0; i < d->n; i++) {
        if (i == whole && i > 0)
            buf_c(out, '.');
        buf_c(out, d->digits[i]);
    }
    put_zeros(out, whole - d->n);
}

bool formula_put_number(struct buf *out, double x)
{
    if (!isfinite(x))
        return false;
    struct decimal d = decimal_of(x == 0 ? 0 : x);      /* no -0                                  */
    if (d.negative)
        buf_c(out, '-');
    if (d.exponent >= PLAIN_FROM && d.exponent <= PLAIN_TO) {
        put_plain(out, &d);
        return true;
    }
    buf_c(out, d.digits[0]);
    if (d.n > 1)
        buf_c(out, '.');
    buf_put(out, d.digits + 1, (size_t)d.n - 1);
    buf_fmt(out, "e%c%02d", d.exponent < 0 ? '-' : '+', abs(d.exponent));
    return true;
}

bool formula_number(struct str text, double *out)
{
    size_t digits = 0;
    while (digits < text.n && text.p[text.n - 1 - digits] >= '0'
           && text.p[text.n - 1 - digits] <= '9')
        digits++;
    bool has_exponent = str_find(text, 'e', &(size_t){ 0 }) || str_find(text, 'E', &(size_t){ 0 });
    return text.n <= NUMBER_MAX && !(has_exponent && digits > 3) && num_real(text, out);
}

static double clamped(double n, double most)
{
    return trunc(n < -most ? -most : n > most ? most : n);
}

double formula_round(double x, double places)
{
    struct decimal d;
    char text[80];
    if (!isfinite(x) || x == 0)
        return x;
    d = decimal_of(x);
    int kept = d.exponent + 1 + (int)clamped(places, PLACES_MAX);
    if (kept >= d.n)
        return x;
    bool up = kept >= 0 && d.digits[kept] >= '5';
    if (kept < 0 || (kept == 0 && !up))
        return 0;
    for (int i = kept - 1; up && i >= 0; i--) {         /* carries as far as there are nines      */
        up = d.digits[i] == '9';
        d.digits[i] = up ? '0' : (char)(d.digits[i] + 1);
    }
    snprintf(text, sizeof text, "%s%s%.*se%d", d.negative ? "-" : "", up ? "1" : "", kept, d.digits,
             d.exponent + 1 - kept);
    return strtod(text, NULL);
}

/* The bytes of the first n code points. */
static size_t bytes_of(struct str text, int64_t n)
{
    struct str rest = text;
    uint32_t point;
    while (n-- > 0 && utf8_next(&rest, &point))
        continue;
    return text.n - rest.n;
}

struct str formula_part(struct str text, double start, double count)
{
    int64_t from = (int64_t)clamped(start, 2147483647.0), n = (int64_t)clamped(count, 2147483647.0);
    bool before = n < 0;
    n = before ? -n : n;
    if (from < 0) {
        from += (int64_t)utf8_count(text);
        if (from < 0) {
            n = n + from < 0 ? 0 : n + from;
            from = 0;
        }
    } else if (from > 0) {
        from--;
    } else if (n > 0) {
        n--;
    }
    if (before) {
        from -= n;
        if (from < 0) {
            n += from;
            from = 0;
        }
    }
    text = str_sub(text, bytes_of(text, from), text.n);
    return str_sub(text, 0, bytes_of(text, n));
}

bool formula_after(int64_t us, double n, double unit_us, int64_t *out)
{
    double span = floor(n * unit_us + 0.5);
    if (fabs(n) > MOST_UNITS || fabs(span) > MOST_US)
        return false;
    *out = us + (int64_t)span;
    return when_is_time(*out);
}

bool formula_months_after(int64_t us, double n, double months, int64_t *out)
{
    return fabs(n) <= MOST_UNITS && when_add_months(us, (int64_t)trunc(n * months), out);
}
