/* js.c — a JSON writer that knows where it stands: commas, keys and ends cannot go wrong unseen. */
#include "base/js.h"

#include <string.h>

#include "base/num.h"
#include "base/utf8.h"
#include "base/when.h"

#define DEEPEST 62u
#define KEYED (UINT64_C(1) << 63)               /* in has_value: js_key came, its value is due    */

#define EACH UINT64_C(0x0101010101010101)       /* times a byte: that byte in all eight           */
#define HIGH (EACH * 0x80)

/* What an ASCII byte needs: 0 nothing, 'u' \u00XX, else the letter after the backslash. */
static const char escapes[128] = {
    'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b', 't', 'n', 'u', 'f', 'r', 'u', 'u',
    'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u',
    ['"'] = '"', ['\\'] = '\\',
};

void js_init(struct js *js, struct buf *out)
{
    *js = (struct js){ .out = out };
}

static uint64_t level(const struct js *js)
{
    return UINT64_C(1) << js->depth;
}

/* How many bytes at the front are ASCII that stands for itself; eight at a time while it lasts. */
static size_t plain(const char *p, size_t n)
{
    size_t i = 0;
    for (uint64_t eight; n - i >= 8; i += 8) {
        memcpy(&eight, p + i, 8);
        uint64_t quote = eight ^ EACH * '"', slash = eight ^ EACH * '\\';
        if (((eight | (eight - EACH * 0x20) | (quote - EACH) | (slash - EACH)) & HIGH) != 0)
            break;
    }
    while (i < n && (signed char)p[i] >= 0 && escapes[(unsigned char)p[i]] == 0)
        i++;
    return i;
}

/* The same with valid UTF-8. */
static size_t span(struct str s)
{
    struct str rest = s;
    uint32_t point;
    do {
        size_t n = plain(rest.p, rest.n);
        rest = (struct str){ rest.p + n, rest.n - n };
    } while (rest.n > 0 && (signed char)rest.p[0] < 0 && utf8_next(&rest, &point));
    return s.n - rest.n;
}

static void escape(struct buf *out, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    if (c >= 0x80) {
        buf_str(out, S("\xEF\xBF\xBD"));
    } else if (escapes[c] == 'u') {
        buf_str(out, S("\\u00"));
        buf_c(out, hex[c >> 4]);
        buf_c(out, hex[c & 15]);
    } else {
        buf_c(out, '\\');
        buf_c(out, escapes[c]);
    }
}

void js_quote(struct buf *out, struct str s)
{
    size_t n = s.n == 0 ? 0 : span(s);
    if (n == s.n) {                             /* nearly always: one reservation, one copy       */
        char *p = buf_room(out, n + 2);
        if (p == NULL)
            return;
        p[0] = '"';
        if (n > 0)
            memcpy(p + 1, s.p, n);
        p[n + 1] = '"';
        return;
    }
    buf_c(out, '"');
    for (; s.n > 0; n = span(s)) {
        buf_put(out, s.p, n);
        s = (struct str){ s.p + n, s.n - n };
        if (s.n == 0)
            break;
        escape(out, (unsigned char)s.p[0]);
        s = (struct str){ s.p + 1, s.n - 1 };
    }
    buf_c(out, '"');
}

/* The comma that is due, the key and its colon. */
static void put_key(struct buf *out, bool comma, struct str key)
{
    if (key.n == 0 || plain(key.p, key.n) != key.n) {
        buf_str(out, comma ? S(",") : S(""));
        js_quote(out, key);
        buf_c(out, ':');
        return;
    }
    char *p = buf_room(out, comma + key.n + 3);
    if (p == NULL)
        return;
    if (comma)
        *p++ = ',';
    *p++ = '"';
    memcpy(p, key.p, key.n);
    p[key.n] = '"';
    p[key.n + 1] = ':';
}

/* A comma where one is due, the key where one belongs. */
static void before(struct js *js, const char *key)
{
    if ((js->has_value & KEYED) != 0) {
        js->wrong |= key != NULL;
        js->has_value &= ~KEYED;
        return;
    }
    bool in_object = (js->in_object & level(js)) != 0, comma = (js->has_value & level(js)) != 0;
    js->wrong |= in_object != (key != NULL) || (js->depth == 0 && comma);
    js->has_value |= level(js);
    if (key != NULL)
        put_key(js->out, comma, str_of(key));
    else if (comma)
        buf_c(js->out, ',');
}

void js_key(struct js *js, struct str key)
{
    js->wrong |= (js->in_object & level(js)) == 0 || (js->has_value & KEYED) != 0;
    put_key(js->out, (js->has_value & level(js)) != 0, key);
    js->has_value |= level(js) | KEYED;
}

static void open(struct js *js, const char *key, char bracket)
{
    before(js, key);
    buf_c(js->out, bracket);
    if (js->depth >= DEEPEST) {
        js->wrong = true;
        return;
    }
    js->depth++;
    js->has_value &= ~level(js);
    js->in_object = bracket == '{' ? js->in_object | level(js) : js->in_object & ~level(js);
}

void js_object(struct js *js, const char *key)
{
    open(js, key, '{');
}

void js_array(struct js *js, const char *key)
{
    open(js, key, '[');
}

void js_end(struct js *js)
{
    if (js->depth == 0 || (js->has_value & KEYED) != 0) {
        js->wrong = true;
        return;
    }
    buf_c(js->out, (js->in_object & level(js)) != 0 ? '}' : ']');
    js->depth--;
}

void js_text(struct js *js, const char *key, struct str s)
{
    before(js, key);
    if (str_absent(s))
        buf_str(js->out, S("null"));
    else
        js_quote(js->out, s);
}

void js_int(struct js *js, const char *key, int64_t n)
{
    before(js, key);
    buf_int(js->out, n);
}

void js_number(struct js *js, const char *key, double n)
{
    before(js, key);
    num_put_real(js->out, n);
}

void js_bool(struct js *js, const char *key, bool yes)
{
    before(js, key);
    buf_str(js->out, yes ? S("true") : S("false"));
}

void js_null(struct js *js, const char *key)
{
    before(js, key);
    buf_str(js->out, S("null"));
}

void js_time(struct js *js, const char *key, int64_t us)
{
    before(js, key);
    buf_c(js->out, '"');
    when_iso(js->out, us);
    buf_c(js->out, '"');
}

void js_raw(struct js *js, const char *key, struct str json)
{
    before(js, key);
    buf_str(js->out, json.n == 0 ? S("null") : json);
}

bool js_done(const struct js *js)
{
    return !js->wrong && js->depth == 0 && (js->has_value & 1) != 0;
}

static void put_line(struct buf *out, size_t depth)
{
    buf_c(out, '\n');
    for (size_t i = 0; i < 2 * depth; i++)
        buf_c(out, ' ');
}

struct str js_indented(struct arena *mem, struct str compact)
{
    struct buf out;
    size_t depth = 0;
    bool in_text = false;

    buf_init(&out, mem, SIZE_MAX / 4);
    for (size_t i = 0; i < compact.n; i++) {
        char c = compact.p[i], next = i + 1 < compact.n ? compact.p[i + 1] : '\0';
        if (!in_text && (c == '}' || c == ']'))
            put_line(&out, --depth);
        buf_c(&out, c);
        if (in_text && c == '\\' && i + 1 < compact.n)
            buf_c(&out, compact.p[++i]);
        else if (c == '"')
            in_text = !in_text;
        else if (!in_text && c == ':')
            buf_c(&out, ' ');
        else if (!in_text && c == ',')
            put_line(&out, depth);
        else if (!in_text && (c == '{' || c == '[') && (next == '}' || next == ']'))
            buf_c(&out, compact.p[++i]);
        else if (!in_text && (c == '{' || c == '['))
            put_line(&out, ++depth);
    }
    buf_c(&out, '\n');
    return buf_text(&out);
}
