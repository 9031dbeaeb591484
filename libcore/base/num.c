/* num.c — numbers from text and between widths, reporting instead of truncating. */
#include "base/num.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXACT 9007199254740992.0            /* 2^53: whole doubles up to here print as they are   */

static size_t digits(struct str s, size_t at)
{
    size_t n = 0;
    while (at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9')
        n++;
    return n;
}

bool num_int(struct str text, int64_t *out)
{
    size_t at = text.n > 0 && (text.p[0] == '-' || text.p[0] == '+');
    bool negative = at == 1 && text.p[0] == '-';
    uint64_t value = 0, limit = (uint64_t)INT64_MAX + negative;
    if (at == text.n || digits(text, at) != text.n - at)
        return false;
    for (; at < text.n; at++) {
        unsigned digit = (unsigned)(text.p[at] - '0');
        if (value > (limit - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

bool num_real(struct str text, double *out)
{
    char copy[400];
    size_t at = text.n > 0 && text.p[0] == '-', whole = digits(text, at);
    if (whole == 0 || (whole > 1 && text.p[at] == '0') || text.n >= sizeof copy)
        return false;
    at += whole;
    if (at < text.n && text.p[at] == '.') {
        size_t n = digits(text, at + 1);
        if (n == 0)
            return false;
        at += 1 + n;
    }
    if (at < text.n && (text.p[at] == 'e' || text.p[at] == 'E')) {
        at++;
        at += at < text.n && (text.p[at] == '+' || text.p[at] == '-');
        size_t n = digits(text, at);
        if (n == 0)
            return false;
        at += n;
    }
    if (at != text.n)
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    *out = strtod(copy, NULL);
    return isfinite(*out);
}

bool num_to_int(double real, int64_t *out)
{
    if (!(real >= -9223372036854775808.0 && real < 9223372036854775808.0) || real != trunc(real))
        return false;
    *out = (int64_t)real;
    return true;
}

bool num_size(int64_t n, size_t *out)
{
    if (n < 0)
        return false;
    *out = (size_t)n;
    return true;
}

int num_clip(size_t n)
{
    return n > INT_MAX ? INT_MAX : (int)n;
}

/* Few decimals, as prices have: a quotient of exact integers is rounded as strtod rounds. */
static bool put_short(struct buf *out, double n)
{
    double size = fabs(n), scale = 10;
    if (!(size >= 1e-4 && size < 1e9))
        return false;
    for (int decimals = 1; decimals <= 6; decimals++, scale *= 10) {
        double scaled = nearbyint(size * scale);
        if (scaled / scale != size)
            continue;
        uint64_t digits_of = (uint64_t)scaled, unit = (uint64_t)scale;
        if (n < 0)
            buf_c(out, '-');
        buf_int(out, (int64_t)(digits_of / unit));
        buf_c(out, '.');
        char *p = buf_room(out, (size_t)decimals);
        for (int i = decimals; p != NULL && i-- > 0; digits_of /= 10)
            p[i] = (char)('0' + digits_of % 10);
        return true;
    }
    return false;
}

void num_put_real(struct buf *out, double n)
{
    char text[40];
    int64_t whole;
    if (n > -EXACT && n < EXACT && num_to_int(n, &whole)) {
        buf_int(out, whole);
        return;
    }
    if (put_short(out, n))
        return;
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(text, sizeof text, "%.*g", precision, n);
        if (strtod(text, NULL) == n)
            break;
    }
    buf_str(out, isfinite(n) ? str_of(text) : S("null"));
}
