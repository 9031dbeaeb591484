/* url.c — percent-encoding, decoded exactly once. */
#include "base/url.h"

static bool unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
        || c == '-' || c == '.' || c == '_' || c == '~';
}

void url_part(struct buf *out, struct str s)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (unreserved(s.p[i])) {
            buf_c(out, s.p[i]);
        } else {
            buf_c(out, '%');
            buf_c(out, hex[c >> 4]);
            buf_c(out, hex[c & 15]);
        }
    }
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool url_decode(struct arena *mem, struct str s, bool form, struct str *out)
{
    size_t at;
    *out = s;
    if (str_find(s, '\0', &at))
        return false;
    if (!str_find(s, '%', &at) && !(form && str_find(s, '+', &at)))
        return true;
    char *p = arena_alloc(mem, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '%') {
            int high = s.n - i > 2 ? nibble(s.p[i + 1]) : -1,
                low = high < 0 ? -1 : nibble(s.p[i + 2]);
            if (low < 0 || (high == 0 && low == 0))
                return false;
            p[n++] = (char)(high * 16 + low);
            i += 2;
        } else {
            p[n++] = form && s.p[i] == '+' ? ' ' : s.p[i];
        }
    }
    *out = (struct str){ p, n };
    return true;
}

bool url_pair(struct arena *mem, struct str *query, struct str *name, struct str *value, bool *bad)
{
    struct str pair;
    do
        if (!str_cut(query, '&', &pair))
            return false;
    while (pair.n == 0);
    str_cut(&pair, '=', name);
    *value = str_absent(pair) ? S("") : pair;
    *bad = !url_decode(mem, *name, true, name) || !url_decode(mem, *value, true, value);
    return true;
}
