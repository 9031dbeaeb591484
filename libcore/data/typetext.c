/* typetext.c — field types kept as they are written: text, email, url, reference. */
#include "data/typetext.h"

#include "base/utf8.h"

enum { EMAIL_MAX = 255, URL_MAX = 500 };

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_one_of(char c, const char *others)
{
    if (is_letter(c) || (c >= '0' && c <= '9'))
        return true;
    while (*others != '\0' && *others != c)
        others++;
    return *others != '\0';
}

static bool all_of(struct str s, const char *others)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_one_of(s.p[i], others))
            return false;
    return s.n > 0;
}

/* [A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}, all of it. */
static bool is_email(struct str s)
{
    struct str domain;
    size_t at, top;

    if (!str_find(s, '@', &at) || !all_of(str_sub(s, 0, at), "._%+-"))
        return false;
    domain = str_sub(s, at + 1, s.n);
    for (top = domain.n; top > 0 && is_letter(domain.p[top - 1]); top--)
        ;
    return domain.n - top >= 2 && top >= 2 && domain.p[top - 1] == '.'
        && all_of(str_sub(domain, 0, top - 1), ".-");
}

/* http:// or https://, one of [^\s/$.?#], any one but a line feed, and no white space after. */
static bool is_url(struct str s)
{
    uint32_t point;

    if (str_starts_nocase(s, S("http://")))
        s = str_sub(s, 7, s.n);
    else if (str_starts_nocase(s, S("https://")))
        s = str_sub(s, 8, s.n);
    else
        return false;
    if (!utf8_next(&s, &point) || utf8_is_space(point)
        || point == '/' || point == '$' || point == '.'
        || point == '?' || point == '#')
        return false;
    if (!utf8_next(&s, &point) || point == '\n')
        return false;
    while (utf8_next(&s, &point))
        if (utf8_is_space(point))
            return false;
    return s.n == 0;
}

static bool fits(struct cx *cx, struct str text, size_t max, struct type_fault *fault)
{
    return utf8_count(text) <= max
        || fieldtype_fault(fault, "value_too_long",
                           str_fmt(cx->mem, "Value must be at most %zu characters", max));
}

bool typetext_read(struct cx *cx, const struct field *field UNUSED, struct jv value,
                   struct param *out, struct type_fault *fault)
{
    if (value.kind != JV_TEXT)
        return fieldtype_mismatch(cx, "text value", value, fault);
    *out = p_text(NULL, jv_text(value));
    return true;
}

bool typetext_read_email(struct cx *cx, const struct field *field UNUSED, struct jv value,
                         struct param *out, struct type_fault *fault)
{
    if (value.kind != JV_TEXT)
        return fieldtype_mismatch(cx, "email string", value, fault);
    if (!is_email(jv_text(value)))
        return fieldtype_fault(fault, "invalid_email_format", S("Invalid email format"));
    *out = p_text(NULL, jv_text(value));
    return fits(cx, jv_text(value), EMAIL_MAX, fault);
}

bool typetext_read_url(struct cx *cx, const struct field *field UNUSED, struct jv value,
                       struct param *out, struct type_fault *fault)
{
    if (value.kind != JV_TEXT)
        return fieldtype_mismatch(cx, "URL string", value, fault);
    if (!is_url(jv_text(value)))
        return fieldtype_fault(fault, "invalid_url_format",
                               S("Invalid URL format. Must start with http:// or https://"));
    *out = p_text(NULL, jv_text(value));
    return fits(cx, jv_text(value), URL_MAX, fault);
}

bool typetext_read_reference(struct cx *cx, const struct field *field UNUSED, struct jv value,
                             struct param *out, struct type_fault *fault)
{
    if (value.kind != JV_TEXT)
        return fieldtype_mismatch(cx, "reference ID (string)", value, fault);
    if (str_trim(jv_text(value)).n == 0)
        return fieldtype_fault(fault, "empty_reference", S("Reference ID cannot be empty"));
    *out = p_text(NULL, jv_text(value));
    return true;
}

void typetext_write(struct js *js, const char *key, const struct param *value)
{
    js_text(js, key, value->text);
}
