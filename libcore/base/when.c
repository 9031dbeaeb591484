/* when.c — calendar arithmetic on days since 1970 and the ISO 8601 forms of the contracts. */
#include "base/when.h"

#include <string.h>
#include <time.h>

#define LEAST INT64_C(-62135596800000000)       /* 0001-01-01T00:00:00Z                           */
#define MOST  INT64_C(253402300799999999)       /* 9999-12-31T23:59:59.999999Z                    */

struct civil { int64_t year; unsigned month, day, hour, minute, second, us; };

int64_t when_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * WHEN_SECOND + now.tv_nsec / 1000;
}

/* Days since 1970 of a date: years from March on, 400 of them in an era (proleptic Gregorian). */
static int64_t days_of(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static struct civil civil_of(int64_t us)
{
    us = us < LEAST ? LEAST : us > MOST ? MOST : us;
    int64_t days = us / WHEN_DAY, rest = us % WHEN_DAY;
    if (rest < 0) {
        rest += WHEN_DAY;
        days--;
    }
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100),
            month = (5 * of_year + 2) / 153;
    struct civil c = {
        .year = year + era * 400 + (month >= 10),
        .month = (unsigned)(month < 10 ? month + 3 : month - 9),
        .day = (unsigned)(of_year - (153 * month + 2) / 5 + 1),
        .hour = (unsigned)(rest / (60 * WHEN_MINUTE)),
        .minute = (unsigned)(rest / WHEN_MINUTE % 60),
        .second = (unsigned)(rest / WHEN_SECOND % 60),
        .us = (unsigned)(rest % WHEN_SECOND),
    };
    return c;
}

/* n in that many digits; the place after them. */
static char *digits(char *p, unsigned n, size_t width)
{
    for (size_t i = width; i-- > 0; n /= 10)
        p[i] = (char)('0' + n % 10);
    return p + width;
}

static char *clock_time(char *p, const struct civil *c)
{
    p = digits(p, c->hour, 2);
    *p++ = ':';
    p = digits(p, c->minute, 2);
    *p++ = ':';
    return digits(p, c->second, 2);
}

/* 2026-03-01T10:20:30, as many digits of a fraction, and what names the zone. */
static void stamp(struct buf *out, const struct civil *c, size_t decimals, struct str zone)
{
    char *p = buf_room(out, 19 + (decimals > 0 ? decimals + 1 : 0) + zone.n);
    if (p == NULL)
        return;
    p = digits(p, (unsigned)c->year, 4);
    *p++ = '-';
    p = digits(p, c->month, 2);
    *p++ = '-';
    p = digits(p, c->day, 2);
    *p++ = 'T';
    p = clock_time(p, c);
    if (decimals > 0)
        *p++ = '.';
    p = digits(p, decimals == 3 ? c->us / 1000 : c->us, decimals);
    memcpy(p, zone.p, zone.n);
}

void when_naive(struct buf *out, int64_t us)
{
    struct civil c = civil_of(us);
    stamp(out, &c, c.us != 0 ? 6 : 0, S(""));
}

void when_iso(struct buf *out, int64_t us)
{
    struct civil c = civil_of(us);
    stamp(out, &c, c.us != 0 ? 6 : 0, S("Z"));
}

void when_record(struct buf *out, int64_t us)
{
    struct civil c = civil_of(us);
    stamp(out, &c, 6, S("+00:00"));
}

void when_field(struct buf *out, int64_t us)
{
    struct civil c = civil_of(us);
    stamp(out, &c, c.us == 0 ? 0 : c.us % 1000 == 0 ? 3 : 6, S("Z"));
}

void when_http(struct buf *out, int64_t us)
{
    static const char days[] = "ThuFriSatSunMonTueWed";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct civil c = civil_of(us);
    int64_t day = days_of(c.year, c.month, c.day) % 7;
    char text[] = "Day, 00 Mon 0000 00:00:00 GMT";
    memcpy(text, days + 3 * (day < 0 ? day + 7 : day), 3);
    digits(text + 5, c.day, 2);
    memcpy(text + 8, months + 3 * (c.month - 1), 3);
    digits(text + 12, (unsigned)c.year, 4);
    clock_time(text + 17, &c);
    buf_str(out, str_of(text));
}

/* --- reading --------------------------------------------------------------------------------- */

static bool number(struct str *s, size_t width, unsigned *out)
{
    *out = 0;
    if (s->n < width)
        return false;
    for (size_t i = 0; i < width; i++) {
        if (s->p[i] < '0' || s->p[i] > '9')
            return false;
        *out = *out * 10 + (unsigned)(s->p[i] - '0');
    }
    *s = str_sub(*s, width, s->n);
    return true;
}

static bool skip(struct str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_sub(*s, 1, s->n);
    return true;
}

static unsigned days_in(int64_t year, unsigned month)
{
    static const unsigned char length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return length[month - 1] + (unsigned)(leap && month == 2);
}

static bool real_date(const struct civil *c)
{
    return c->year >= 1 && c->month >= 1 && c->month <= 12 && c->day >= 1
        && c->day <= days_in(c->year, c->month);
}

bool when_is_time(int64_t us)
{
    return us >= LEAST && us <= MOST;
}

bool when_add_months(int64_t us, int64_t months, int64_t *out)
{
    struct civil c = civil_of(us);
    int64_t all = c.year * 12 + c.month - 1 + months, year = all / 12;
    if (all < 12 || year > 9999)
        return false;
    unsigned month = (unsigned)(all % 12) + 1, last = days_in(year, month);
    int64_t hour = us - days_of(c.year, c.month, c.day) * WHEN_DAY;
    *out = days_of(year, month, c.day < last ? c.day : last) * WHEN_DAY + hour;
    return true;
}

static bool read_date(struct str *s, struct civil *c)
{
    unsigned year;
    if (!number(s, 4, &year))
        return false;
    c->year = year;
    bool dashes = skip(s, '-');
    return number(s, 2, &c->month) && skip(s, '-') == dashes && number(s, 2, &c->day)
        && real_date(c);
}

static bool read_fraction(struct str *s, unsigned *us)
{
    unsigned scale = 100000, digit;
    if (!skip(s, '.') && !skip(s, ','))
        return true;
    if (s->n == 0 || s->p[0] < '0' || s->p[0] > '9')
        return false;
    for (; s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9'; scale /= 10)
        if (number(s, 1, &digit))
            *us += digit * scale;               /* past the sixth digit: scale is 0            */
    return true;
}

static bool read_time(struct str *s, struct civil *c)
{
    if (!number(s, 2, &c->hour))
        return false;
    bool colons = skip(s, ':');
    if (!number(s, 2, &c->minute))
        return false;
    bool seconds = colons ? skip(s, ':') : s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9';
    return (!seconds || (number(s, 2, &c->second) && read_fraction(s, &c->us)))
        && c->hour < 24 && c->minute < 60 && c->second < 60;
}

static bool read_zone(struct str *s, int64_t *offset_us)
{
    unsigned hour, minute = 0;
    *offset_us = 0;
    if (s->n == 0 || skip(s, 'Z') || skip(s, 'z'))
        return s->n == 0;
    bool east = s->p[0] == '+';
    if (!skip(s, '+') && !skip(s, '-'))
        return false;
    if (!number(s, 2, &hour) || (s->n > 0 && (skip(s, ':'), !number(s, 2, &minute))))
        return false;
    *offset_us = (int64_t)(hour * 60 + minute) * WHEN_MINUTE * (east ? 1 : -1);
    return s->n == 0 && hour < 24 && minute < 60;
}

bool when_parse(struct str text, int64_t *us)
{
    struct civil c = { 0 };
    int64_t offset = 0;
    if (!read_date(&text, &c))
        return false;
    if (text.n > 0 && !((skip(&text, 'T') || skip(&text, 't') || skip(&text, ' '))
                        && read_time(&text, &c) && read_zone(&text, &offset)))
        return false;
    *us = days_of(c.year, c.month, c.day) * WHEN_DAY + c.hour * 60 * WHEN_MINUTE
        + c.minute * WHEN_MINUTE + c.second * WHEN_SECOND + c.us - offset;
    return when_is_time(*us);
}

bool when_parse_date(struct str text)
{
    struct civil c = { 0 };
    return text.n == 10 && read_date(&text, &c) && text.n == 0;
}
