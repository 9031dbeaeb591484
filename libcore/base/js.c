/* js.c — a JSON writer that knows where it stands: commas, keys and ends cannot go wrong unseen. */
#include "base/js.h"

#include <string.h>

#include "base/num.h"
#include "base/utf8.h"
#include "base/when.h"

#define DEEPEST 62u

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

void js_quote(struct buf *out, struct str s)
{
    static const char hex[] = "0123456789abcdef";
    buf_c(out, '"');
    while (s.n > 0) {
        size_t plain = 0;
        while (plain < s.n && (signed char)s.p[plain] >= 0 && escapes[(unsigned char)s.p[plain]] == 0)
            plain++;
        buf_put(out, s.p, plain);
        s = (struct str){ s.p + plain, s.n - plain };
        if (s.n == 0)
            break;
        unsigned char c = (unsigned char)s.p[0];
        if (c >= 0x80) {
            const char *start = s.p;
            uint32_t point;
            if (utf8_next(&s, &point)) {
                buf_put(out, start, (size_t)(s.p - start));
                continue;
            }
            buf_str(out, S("\xEF\xBF\xBD"));
        } else if (escapes[c] == 'u') {
            buf_str(out, S("\\u00"));
            buf_c(out, hex[c >> 4]);
            buf_c(out, hex[c & 15]);
        } else {
            buf_c(out, '\\');
            buf_c(out, escapes[c]);
        }
        s = (struct str){ s.p + 1, s.n - 1 };
    }
    buf_c(out, '"');
}

/* A comma where one is due, the key where one belongs. */
static void before(struct js *js, const char *key)
{
    bool pending = js->out->n > 0 && js->has_value & UINT64_C(1) << 63;
    if (pending) {                              /* js_key wrote comma and key already          */
        js->wrong |= key != NULL;
        js->has_value &= ~(UINT64_C(1) << 63);
        return;
    }
    bool in_object = (js->in_object & level(js)) != 0;
    js->wrong |= in_object != (key != NULL) || (js->depth == 0 && (js->has_value & 1) != 0);
    if ((js->has_value & level(js)) != 0)
        buf_c(js->out, ',');
    js->has_value |= level(js);
    if (key != NULL) {
        js_quote(js->out, str_of(key));
        buf_c(js->out, ':');
    }
}

void js_key(struct js *js, struct str key)
{
    js->wrong |= (js->in_object & level(js)) == 0 || (js->has_value & UINT64_C(1) << 63) != 0;
    if ((js->has_value & level(js)) != 0)
        buf_c(js->out, ',');
    js->has_value |= level(js) | UINT64_C(1) << 63;
    js_quote(js->out, key);
    buf_c(js->out, ':');
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
    if (js->depth == 0 || (js->has_value & UINT64_C(1) << 63) != 0) {
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
