/* email.c — the checks of an address, in the order in which their reasons are promised. */
#include "http/email.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#define LOCAL_MAX 64
#define WHOLE_MAX 254
#define AFTER "The part after the @-sign is not valid. It "

static bool refuse(struct str *reason, struct str why)
{
    *reason = why;
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_local(char c)
{
    return is_letter(c) || is_digit(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~.", c) != NULL)
        || (unsigned char)c >= 0x80;
}

static bool is_domain(char c)
{
    return is_letter(c) || is_digit(c) || c == '-' || c == '.' || (unsigned char)c >= 0x80;
}

/* `Name <a@b.c>` gives what stands between the brackets. */
static struct str inner(struct str s)
{
    size_t open;
    s = str_trim(s);
    if (str_ends(s, S(">")) && str_find(s, '<', &open))
        return str_trim(str_sub(s, open + 1, s.n - open - 2));
    return s;
}

static bool too_long(struct arena *mem, size_t n, size_t max, const char *where, struct str *reason)
{
    size_t over = n - max;
    return refuse(reason, str_fmt(mem, "The email address is too long%s (%zu character%s too"
                                  " many).", where, over, over == 1 ? "" : "s"));
}

/* The characters that may not be there, each named once. */
static struct str bad_ones(struct arena *mem, struct str s, bool (*good)(char))
{
    struct buf b;
    buf_init(&b, mem, 512);
    for (size_t i = 0; i < s.n; i++) {
        if (good(s.p[i]) || memchr(s.p, s.p[i], i) != NULL)
            continue;
        if (b.n > 0)
            buf_str(&b, S(", "));
        if (s.p[i] == ' ')
            buf_str(&b, S("SPACE"));
        else if (s.p[i] > ' ' && s.p[i] < 0x7f)
            buf_fmt(&b, s.p[i] == '\'' ? "\"%c\"" : "'%c'", s.p[i]);
        else
            buf_fmt(&b, "U+%04X", (unsigned)(unsigned char)s.p[i]);
    }
    return buf_text(&b);
}

/* Spaces, controls and marks that nobody sees, or that turn what stands beside them around. */
static bool is_unsafe(uint32_t c)
{
    static const struct { uint32_t from, to; } RANGES[] = {
        { 0x7F, 0x9F },     { 0xAD, 0xAD },     { 0x34F, 0x34F },   { 0x600, 0x605 },
        { 0x61C, 0x61C },   { 0x6DD, 0x6DD },   { 0x70F, 0x70F },   { 0x115F, 0x1160 },
        { 0x17B4, 0x17B5 }, { 0x180B, 0x180F }, { 0x200B, 0x200F }, { 0x202A, 0x202E },
        { 0x2060, 0x206F }, { 0x3164, 0x3164 }, { 0xE000, 0xF8FF }, { 0xFE00, 0xFE0F },
        { 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 }, { 0xFFF0, 0xFFFF }, { 0xE0000, 0x10FFFF },
    };
    for (size_t i = 0; i < COUNT(RANGES); i++)
        if (c >= RANGES[i].from && c <= RANGES[i].to)
            return true;
    return utf8_is_space(c);
}

static bool can_be_seen(struct arena *mem, struct str s, struct str *reason)
{
    uint32_t c;
    while (utf8_next(&s, &c))
        if (is_unsafe(c))
            return refuse(reason, str_fmt(mem, "The email address contains unsafe characters:"
                                          " U+%04X.", c));
    return true;
}

static bool local_is_good(struct arena *mem, struct str s, struct str *reason)
{
    if (s.n == 0)
        return refuse(reason, S("There must be something before the @-sign."));
    if (utf8_count(s) > LOCAL_MAX)
        return too_long(mem, utf8_count(s), LOCAL_MAX, " before the @-sign", reason);
    struct str bad = bad_ones(mem, s, is_local);
    if (bad.n > 0)
        return refuse(reason, str_fmt(mem, "The email address contains invalid characters before"
                                      " the @-sign: %.*s.", STR_ARG(bad)));
    if (!can_be_seen(mem, s, reason))
        return false;
    if (s.p[0] == '.')
        return refuse(reason, S("An email address cannot start with a period."));
    if (str_ends(s, S(".")))
        return refuse(reason, S("An email address cannot have a period immediately before the"
                                " @-sign."));
    if (str_has(s, S("..")))
        return refuse(reason, S("An email address cannot have two periods in a row."));
    return true;
}

static bool hyphens_are_good(struct str s, struct str *reason)
{
    if (s.p[0] == '-')
        return refuse(reason, S("An email address cannot have a hyphen immediately after the"
                                " @-sign."));
    if (str_ends(s, S("-")))
        return refuse(reason, S("An email address cannot end with a hyphen."));
    if (str_has(s, S(".-")) || str_has(s, S("-.")))
        return refuse(reason, S("An email address cannot have a period and a hyphen next to each"
                                " other."));
    return true;
}

static bool is_reserved(struct str domain)
{
    static const struct str NAMES[] = { S_INIT("arpa"), S_INIT("invalid"), S_INIT("local"),
        S_INIT("localhost"), S_INIT("onion"), S_INIT("test") };
    size_t dot = domain.n;
    while (dot > 0 && domain.p[dot - 1] != '.')
        dot--;
    for (size_t i = 0; i < COUNT(NAMES); i++)
        if (str_eq(str_sub(domain, dot, SIZE_MAX), NAMES[i]))
            return true;
    return false;
}

static bool domain_is_good(struct arena *mem, struct str s, struct str *reason)
{
    if (s.n == 0)
        return refuse(reason, S("There must be something after the @-sign."));
    struct str bad = bad_ones(mem, s, is_domain);
    if (bad.n > 0)
        return refuse(reason, str_fmt(mem, "The part after the @-sign contains invalid characters:"
                                      " %.*s.", STR_ARG(bad)));
    if (!can_be_seen(mem, s, reason))
        return false;
    if (s.p[0] == '.')
        return refuse(reason, S("An email address cannot have a period immediately after the"
                                " @-sign."));
    if (str_ends(s, S(".")))
        return refuse(reason, S("An email address cannot end with a period."));
    if (str_has(s, S("..")))
        return refuse(reason, S("An email address cannot have two periods in a row."));
    if (!hyphens_are_good(s, reason))
        return false;
    if (!str_has(s, S(".")))
        return refuse(reason, S(AFTER "should have a period."));
    char last = s.p[s.n - 1];
    if (!is_letter(last) && (unsigned char)last < 0x80 && !str_has(s, S(".xn--")))
        return refuse(reason, S(AFTER "is not within a valid top-level domain."));
    if (is_reserved(s))
        return refuse(reason, S("The part after the @-sign is a special-use or reserved name that"
                                " cannot be used with email."));
    return true;
}

bool email_read(struct arena *mem, struct str typed, struct str *address, struct str *reason)
{
    struct str s = inner(typed);
    size_t at = s.n;
    while (at > 0 && s.p[at - 1] != '@')
        at--;
    if (at == 0)
        return refuse(reason, S("An email address must have an @-sign."));
    struct str local = str_sub(s, 0, at - 1);
    struct str domain = str_lower(mem, str_sub(s, at, SIZE_MAX));
    if (!local_is_good(mem, local, reason) || !domain_is_good(mem, domain, reason))
        return false;
    if (s.n > WHOLE_MAX)
        return too_long(mem, s.n, WHOLE_MAX, "", reason);
    *address = str_fmt(mem, "%.*s@%.*s", STR_ARG(local), STR_ARG(domain));
    return true;
}
