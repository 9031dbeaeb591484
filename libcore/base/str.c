/* str.c — comparing, cutting and copying text. */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

struct str str_of(const char *text)
{
    return text == NULL ? NO_STR : (struct str){ text, strlen(text) };
}

struct str str_sub(struct str s, size_t from, size_t count)
{
    if (s.p == NULL)
        return s;
    if (from > s.n)
        from = s.n;
    if (count > s.n - from)
        count = s.n - from;
    return (struct str){ s.p + from, count };
}

struct str str_trim(struct str s)
{
    while (s.n > 0 && blank(s.p[0]))
        s.p++, s.n--;
    while (s.n > 0 && blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool str_absent(struct str s)
{
    return s.p == NULL;
}

bool str_eq(struct str a, struct str b)
{
    if (a.p == NULL || b.p == NULL)
        return a.p == b.p;
    return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.p == NULL || b.p == NULL)
        return a.p == b.p;
    return a.n == b.n && str_starts_nocase(a, b);
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);
    if (order == 0)
        order = a.n < b.n ? -1 : a.n > b.n;
    return order;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool str_starts_nocase(struct str s, struct str prefix)
{
    if (s.n < prefix.n)
        return false;
    for (size_t i = 0; i < prefix.n; i++)
        if (lower(s.p[i]) != lower(prefix.p[i]))
            return false;
    return true;
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n
        && (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

bool str_has(struct str s, struct str part)
{
    for (; s.n >= part.n; s.p++, s.n--) {
        if (str_starts(s, part))
            return true;
        if (s.n == 0)
            break;
    }
    return false;
}

bool str_find(struct str s, char c, size_t *at)
{
    const char *hit = s.n == 0 ? NULL : memchr(s.p, c, s.n);
    if (hit == NULL)
        return false;
    *at = (size_t)(hit - s.p);
    return true;
}

bool str_cut(struct str *rest, char c, struct str *part)
{
    size_t at;
    if (rest->p == NULL)
        return false;
    if (str_find(*rest, c, &at)) {
        *part = (struct str){ rest->p, at };
        *rest = (struct str){ rest->p + at + 1, rest->n - at - 1 };
    } else {
        *part = *rest;
        *rest = NO_STR;
    }
    return true;
}

uint64_t str_hash(struct str s)
{
    uint64_t h = 1469598103934665603u;              /* FNV-1a, eight bytes at a time            */
    for (; s.n >= 8; s.p += 8, s.n -= 8) {
        uint64_t word;
        memcpy(&word, s.p, 8);
        h = (h ^ word) * 1099511628211u;
        h ^= h >> 29;
    }
    for (; s.n > 0; s.p++, s.n--)
        h = (h ^ (unsigned char)s.p[0]) * 1099511628211u;
    return h ^ (h >> 32);
}

struct str str_copy(struct arena *mem, struct str s)
{
    if (s.p == NULL)
        return s;
    char *p = arena_alloc(mem, s.n + 1);
    if (s.n > 0)
        memcpy(p, s.p, s.n);
    return (struct str){ p, s.n };
}

const char *str_c(struct arena *mem, struct str s)
{
    return s.p == NULL ? "" : str_copy(mem, s).p;
}

static struct str mapped(struct arena *mem, struct str s, char (*map)(char))
{
    if (s.p == NULL)
        return s;
    char *p = arena_alloc(mem, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        p[i] = map(s.p[i]);
    return (struct str){ p, s.n };
}

struct str str_lower(struct arena *mem, struct str s)
{
    return mapped(mem, s, lower);
}

struct str str_upper(struct arena *mem, struct str s)
{
    return mapped(mem, s, upper);
}

struct str str_fmt(struct arena *mem, const char *format, ...)
{
    char small[256];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    size_t n = length < 0 ? 0 : (size_t)length;
    char *p = arena_alloc(mem, n + 1);
    if (n < sizeof small)
        memcpy(p, small, n);
    else
        vsnprintf(p, n + 1, format, again);
    va_end(again);
    return (struct str){ p, n };
}
