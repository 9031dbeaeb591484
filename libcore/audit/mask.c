/* mask.c — personal data as those see it who may not see it. */
#include "audit/mask.h"

#include "base/buf.h"
#include "base/utf8.h"

/* Every mask is at most this much longer than what it hides, byte for byte. */
enum { MASK_GROWTH = 4, MASK_EXTRA = 64 };

/* The zero of each run of ten decimal digits in the Basic Multilingual Plane beyond ASCII. */
static const uint16_t ZEROS[] = {
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
};

static bool is_digit(uint32_t point)
{
    if (point < 0x80)
        return point >= '0' && point <= '9';
    for (size_t i = 0; i < COUNT(ZEROS); i++)
        if (point >= ZEROS[i] && point < ZEROS[i] + 10u)
            return true;
    return false;
}

static size_t digits_in(struct str text)
{
    size_t n = 0;
    uint32_t point;

    while (utf8_next(&text, &point))
        n += is_digit(point);
    return n;
}

static void put_email(struct buf *out, struct str text)
{
    struct str rest = text;
    size_t at;
    uint32_t first;

    if (!str_find(text, '@', &at) || at == 0 || !utf8_next(&rest, &first)) {
        buf_str(out, text);
        return;
    }
    utf8_put(out, first);
    buf_str(out, S("***"));
    buf_str(out, str_sub(text, at, text.n));
}

static void put_starred_digits(struct buf *out, struct str text)
{
    uint32_t point;

    while (utf8_next(&text, &point))
        utf8_put(out, is_digit(point) ? '*' : point);
}

static void put_ssn(struct buf *out, struct str text)
{
    if (digits_in(text) == 9)
        buf_str(out, S("***-**-****"));
    else
        put_starred_digits(out, text);
}

static void put_phone(struct buf *out, struct str text)
{
    size_t count = digits_in(text), seen = 0;
    uint32_t point;

    if (count < 4) {
        put_starred_digits(out, text);
        return;
    }
    if (str_starts(text, S("+"))) {
        struct str rest = str_sub(text, 1, text.n);
        size_t n = 0;
        while (n < 3 && utf8_next(&rest, &point) && is_digit(point)) {
            if (n++ == 0)
                buf_c(out, '+');
            utf8_put(out, point);
        }
        if (n > 0)
            buf_c(out, '-');
    }
    buf_str(out, S("***-***-"));
    while (utf8_next(&text, &point))
        if (is_digit(point) && ++seen > count - 4)
            utf8_put(out, point);
}

static void put_name(struct buf *out, struct str text)
{
    bool in_word = false;
    uint32_t point;

    while (utf8_next(&text, &point)) {
        if (!utf8_is_space(point) && !in_word) {
            if (out->n > 0)
                buf_c(out, ' ');
            utf8_put(out, point);
            buf_str(out, S("***"));
        }
        in_word = !utf8_is_space(point);
    }
}

static void put_full(struct buf *out, struct str text)
{
    for (size_t n = utf8_count(text); n > 0; n--)
        buf_c(out, '*');
}

static const struct { struct str name; void (*put)(struct buf *out, struct str text); } MASKS[] = {
    { S_INIT("email"), put_email }, { S_INIT("ssn"), put_ssn },   { S_INIT("phone"), put_phone },
    { S_INIT("name"), put_name },   { S_INIT("full"), put_full }, { S_INIT("custom"), put_full },
};

bool mask_is_type(struct str mask_type)
{
    for (size_t i = 0; i < COUNT(MASKS); i++)
        if (str_eq(MASKS[i].name, mask_type))
            return true;
    return false;
}

struct str mask_types(struct arena *mem)
{
    struct buf out;

    buf_init(&out, mem, 128);
    for (size_t i = 0; i < COUNT(MASKS); i++) {
        buf_str(&out, i > 0 ? S(", ") : S(""));
        buf_str(&out, MASKS[i].name);
    }
    return buf_text(&out);
}

struct str mask_value(struct arena *mem, struct str mask_type, struct str text)
{
    struct str type = str_absent(mask_type) ? S("full") : mask_type;
    struct buf out;

    if (str_absent(text) || text.n == 0)
        return text;
    for (size_t i = 0; i < COUNT(MASKS); i++) {
        if (!str_eq(MASKS[i].name, type))
            continue;
        buf_init(&out, mem, text.n * MASK_GROWTH + MASK_EXTRA);
        MASKS[i].put(&out, text);
        return buf_text(&out);
    }
    return text;
}

/* ---- by the name of a column ---- */

struct str mask_column(struct arena *mem, struct str column, struct str text)
{
    static const struct { struct str part, type; } PARTS[] = {
        { S_INIT("email"), S_INIT("email") },
        { S_INIT("ssn"), S_INIT("ssn") },     { S_INIT("social_security"), S_INIT("ssn") },
        { S_INIT("phone"), S_INIT("phone") }, { S_INIT("mobile"), S_INIT("phone") },
        { S_INIT("name"), S_INIT("name") },
    };
    struct str name = str_lower(mem, column);

    for (size_t i = 0; i < COUNT(PARTS); i++)
        if (str_has(name, PARTS[i].part))
            return str_eq(name, S("username")) ? text : mask_value(mem, PARTS[i].type, text);
    return text;
}
