/* jv.c — a strict reader: our own walk over the bytes decides, json-c only builds the tree. */
#include "base/jv.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/js.h"
#include "base/num.h"
#include "base/utf8.h"

#define DEEPEST 64
#define MOST_VALUES 100000u

/* --- the walk: RFC 8259, and nothing that json-c would let pass ------------------------------- */

struct walk {
    const char *start, *p, *end;
    const char *reason;
    size_t values;
    bool wide;                          /* an integer that int64 cannot hold                     */
};

static bool refuse(struct walk *w, const char *reason)
{
    if (w->reason == NULL)
        w->reason = reason;
    return false;
}

static void blanks(struct walk *w)
{
    while (w->p < w->end && (*w->p == ' ' || *w->p == '\t' || *w->p == '\n' || *w->p == '\r'))
        w->p++;
}

static bool hex4(struct walk *w, uint32_t *unit)
{
    *unit = 0;
    if (w->end - w->p < 4)
        return refuse(w, "Invalid \\uXXXX escape");
    for (int i = 0; i < 4; i++, w->p++) {
        char c = *w->p, low = (char)(c | 0x20);
        if (c >= '0' && c <= '9')
            *unit = *unit << 4 | (uint32_t)(c - '0');
        else if (low >= 'a' && low <= 'f')
            *unit = *unit << 4 | (uint32_t)(low - 'a' + 10);
        else
            return refuse(w, "Invalid \\uXXXX escape");
    }
    return true;
}

static bool escape(struct walk *w)
{
    uint32_t unit, second;
    if (w->p == w->end)
        return refuse(w, "Unterminated string");
    char c = *w->p++;
    if (c != 'u')
        return (c != '\0' && strchr("\"\\/bfnrt", c) != NULL) || refuse(w, "Invalid \\escape");
    if (!hex4(w, &unit))
        return false;
    if (unit == 0)
        return refuse(w, "NUL is not allowed in text");
    if (unit >= 0xDC00 && unit <= 0xDFFF)
        return refuse(w, "Lone surrogate");
    if (unit < 0xD800 || unit > 0xDBFF)
        return true;
    if (w->end - w->p < 2 || w->p[0] != '\\' || w->p[1] != 'u')
        return refuse(w, "Lone surrogate");
    w->p += 2;
    return hex4(w, &second)
           && ((second >= 0xDC00 && second <= 0xDFFF) || refuse(w, "Lone surrogate"));
}

static bool text(struct walk *w)
{
    for (w->p++; w->p < w->end;) {
        unsigned char c = (unsigned char)*w->p;
        if (c == '"') {
            w->p++;
            return true;
        }
        if (c < 0x20)
            return refuse(w, "Invalid control character");
        w->p++;
        if (c == '\\' && !escape(w))
            return false;
    }
    return refuse(w, "Unterminated string");
}

static size_t digits(struct walk *w)
{
    const char *from = w->p;
    while (w->p < w->end && *w->p >= '0' && *w->p <= '9')
        w->p++;
    return (size_t)(w->p - from);
}

static bool number(struct walk *w)
{
    const char *from = w->p;
    bool whole = true;
    double real;
    int64_t n;
    w->p += *w->p == '-';
    const char *first = w->p;
    size_t count = digits(w);
    if (count == 0 || (count > 1 && *first == '0'))
        return refuse(w, "Expecting value");
    if (w->p < w->end && *w->p == '.') {
        whole = false;
        w->p++;
        if (digits(w) == 0)
            return refuse(w, "Expecting digits");
    }
    if (w->p < w->end && (*w->p == 'e' || *w->p == 'E')) {
        whole = false;
        w->p++;
        if (w->p < w->end && (*w->p == '+' || *w->p == '-'))
            w->p++;
        if (digits(w) == 0)
            return refuse(w, "Expecting digits");
    }
    struct str s = { from, (size_t)(w->p - from) };
    if (whole && num_int(s, &n))
        return true;
    w->wide |= whole;
    return num_real(s, &real) || refuse(w, "Number out of range");
}

static bool word(struct walk *w, struct str expected)
{
    if ((size_t)(w->end - w->p) < expected.n || memcmp(w->p, expected.p, expected.n) != 0)
        return refuse(w, "Expecting value");
    w->p += expected.n;
    return true;
}

static bool value(struct walk *w, int depth);

/* What follows the opening bracket: members or items up to the closing one. */
static bool inside(struct walk *w, int depth, char close)
{
    if (depth >= DEEPEST)
        return refuse(w, "Nested too deeply");
    w->p++;
    blanks(w);
    if (w->p < w->end && *w->p == close) {
        w->p++;
        return true;
    }
    for (;;) {
        blanks(w);
        if (close == '}') {
            if (w->p == w->end || *w->p != '"')
                return refuse(w, "Expecting property name enclosed in double quotes");
            if (!text(w))
                return false;
            blanks(w);
            if (w->p == w->end || *w->p != ':')
                return refuse(w, "Expecting ':' delimiter");
            w->p++;
        }
        if (!value(w, depth + 1))
            return false;
        blanks(w);
        if (w->p == w->end || (*w->p != ',' && *w->p != close))
            return refuse(w, "Expecting ',' delimiter");
        if (*w->p++ == close)
            return true;
    }
}

static bool value(struct walk *w, int depth)
{
    blanks(w);
    if (w->p == w->end)
        return refuse(w, "Expecting value");
    if (++w->values > MOST_VALUES)
        return refuse(w, "Too many values");
    switch (*w->p) {
    case '{': return inside(w, depth, '}');
    case '[': return inside(w, depth, ']');
    case '"': return text(w);
    case 't': return word(w, S("true"));
    case 'f': return word(w, S("false"));
    case 'n': return word(w, S("null"));
    case '-': case '0': case '1': case '2': case '3': case '4':
    case '5': case '6': case '7': case '8': case '9': return number(w);
    default: return refuse(w, "Expecting value");
    }
}

static bool walk(struct walk *w)
{
    size_t bad;
    if (!utf8_valid((struct str){ w->start, (size_t)(w->end - w->start) }, &bad)) {
        w->p = w->start + bad;
        return refuse(w, "Invalid UTF-8");
    }
    if (!value(w, 0))
        return false;
    blanks(w);
    return w->p == w->end || refuse(w, "Extra data");
}

/* --- the tree -------------------------------------------------------------------------------- */

static void put(void *node)
{
    json_object_put(node);
}

/*
 * json-c would clamp integers past int64: no value may change silently, so it gets a text in which
 * every such number is marked as a real.
 */
static struct str widened(struct cx *cx, struct str source)
{
    struct buf out;
    bool in_text = false;
    buf_init(&out, cx->mem, source.n * 2 + 8);
    for (size_t i = 0; i < source.n;) {
        char c = source.p[i];
        size_t n = 1;
        if (c == '"')
            in_text = !in_text;
        else if (in_text && c == '\\')
            n = 2;
        else if (!in_text && (c == '-' || (c >= '0' && c <= '9'))) {
            while (i + n < source.n && source.p[i + n] != '\0'
                   && strchr("0123456789+-.eE", source.p[i + n]) != NULL)
                n++;
            int64_t whole;
            struct str number_text = str_sub(source, i, n);
            bool integer = !str_has(number_text, S(".")) && !str_has(number_text, S("e"))
                        && !str_has(number_text, S("E"));
            buf_str(&out, number_text);
            if (integer && !num_int(number_text, &whole))
                buf_str(&out, S(".0"));
            i += n;
            continue;
        }
        buf_put(&out, source.p + i, n);
        i += n;
    }
    return buf_text(&out);
}

static struct jv wrap(struct json_object *node)
{
    struct jv v = { .kind = JV_NULL, .node = node };
    switch (json_object_get_type(node)) {
    case json_type_null:    break;
    case json_type_boolean: v.kind = JV_BOOL; break;
    case json_type_double:  v.kind = JV_REAL; break;
    case json_type_int:     v.kind = JV_INT; break;
    case json_type_string:  v.kind = JV_TEXT; break;
    case json_type_array:   v.kind = JV_ARRAY; break;
    case json_type_object:  v.kind = JV_OBJECT; break;
    }
    return v;
}

bool jv_parse(struct cx *cx, struct str source, struct jv *out, struct jv_fault *fault)
{
    struct walk w = { .start = source.p, .p = source.p, .end = source.p + source.n };
    *out = (struct jv){ JV_ABSENT, NULL };
    if (source.n == 0 || !walk(&w)) {
        *fault = (struct jv_fault){ .offset = (size_t)(w.p - w.start),
                                    .reason = w.reason ? w.reason : "Expecting value" };
        return false;
    }
    if (w.wide)
        source = widened(cx, source);
    struct json_tokener *tokener = json_tokener_new_ex(DEEPEST + 1);
    if (tokener == NULL)
        abort();
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    /* The NUL that follows a copy tells the tokener that a number at the end is complete. */
    struct str ended = str_copy(cx->mem, source);
    struct json_object *node = json_tokener_parse_ex(tokener, ended.p, num_clip(ended.n + 1));
    enum json_tokener_error error = json_tokener_get_error(tokener);
    json_tokener_free(tokener);
    if (error != json_tokener_success) {
        *fault = (struct jv_fault){ 0, "Not understood" };    /* the fuzzer says: never */
        json_object_put(node);
        return false;
    }
    if (node != NULL)
        arena_defer(cx->mem, put, node);
    *out = wrap(node);
    return true;
}

struct jv jv_get(struct jv object, struct str key)
{
    char name[256];
    struct str other;
    struct jv member;
    if (object.kind != JV_OBJECT || str_absent(key))
        return (struct jv){ JV_ABSENT, NULL };
    if (key.n < sizeof name && memchr(key.p, '\0', key.n) == NULL) {
        struct json_object *found;
        memcpy(name, key.p, key.n);
        name[key.n] = '\0';
        return json_object_object_get_ex(object.node, name, &found) ? wrap(found)
             : (struct jv){ JV_ABSENT, NULL };
    }
    for (struct jv_each e = jv_each(object); jv_next(&e, &other, &member);)
        if (str_eq(other, key))
            return member;
    return (struct jv){ JV_ABSENT, NULL };
}

struct jv jv_at(struct jv array, size_t i)
{
    if (array.kind != JV_ARRAY || i >= json_object_array_length(array.node))
        return (struct jv){ JV_ABSENT, NULL };
    return wrap(json_object_array_get_idx(array.node, i));
}

size_t jv_count(struct jv v)
{
    if (v.kind == JV_ARRAY)
        return json_object_array_length(v.node);
    return v.kind == JV_OBJECT ? (size_t)json_object_object_length(v.node) : 0;
}

struct jv_each jv_each(struct jv object)
{
    struct lh_table *table = object.kind == JV_OBJECT ? json_object_get_object(object.node) : NULL;
    return (struct jv_each){ table == NULL ? NULL : lh_table_head(table) };
}

bool jv_next(struct jv_each *each, struct str *key, struct jv *out)
{
    struct lh_entry *entry = each->next;
    if (entry == NULL)
        return false;
    *key = str_of(lh_entry_k(entry));
    *out = wrap(lh_entry_v(entry));
    each->next = lh_entry_next(entry);
    return true;
}

struct str jv_text(struct jv v)
{
    if (v.kind != JV_TEXT)
        return NO_STR;
    return (struct str){ json_object_get_string(v.node),
                         (size_t)json_object_get_string_len(v.node) };
}

struct str jv_filled(struct jv object, const char *name)
{
    struct str text = jv_text(jv_get(object, str_of(name)));
    if (str_absent(text))
        return NO_STR;
    text = str_trim(text);
    return text.n > 0 ? text : NO_STR;
}

int64_t jv_int(struct jv v)
{
    int64_t n;
    if (v.kind == JV_INT)
        return json_object_get_int64(v.node);
    return v.kind == JV_REAL && num_to_int(json_object_get_double(v.node), &n) ? n : 0;
}

double jv_real(struct jv v)
{
    return v.kind == JV_INT || v.kind == JV_REAL ? json_object_get_double(v.node) : 0;
}

bool jv_bool(struct jv v)
{
    return v.kind == JV_BOOL && json_object_get_boolean(v.node);
}

/* --- printing -------------------------------------------------------------------------------- */

struct member { struct str key; struct jv value; };

static int by_key(const void *a, const void *b)
{
    return str_cmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

static void print(struct buf *out, struct jv v, bool sorted);

static void print_object(struct buf *out, struct jv v, bool sorted)
{
    size_t n = 0, count = jv_count(v);
    struct member *members = arena_list(out->mem, struct member, count);
    for (struct jv_each e = jv_each(v);
         n < count && jv_next(&e, &members[n].key, &members[n].value);)
        n++;
    if (sorted && n > 1)
        qsort(members, n, sizeof *members, by_key);
    buf_c(out, '{');
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_c(out, ',');
        js_quote(out, members[i].key);
        buf_c(out, ':');
        print(out, members[i].value, sorted);
    }
    buf_c(out, '}');
}

static void print(struct buf *out, struct jv v, bool sorted)
{
    switch (v.kind) {
    case JV_ABSENT:
    case JV_NULL: buf_str(out, S("null")); break;
    case JV_BOOL: buf_str(out, jv_bool(v) ? S("true") : S("false")); break;
    case JV_INT:  buf_int(out, jv_int(v)); break;
    case JV_REAL: num_put_real(out, jv_real(v)); break;
    case JV_TEXT: js_quote(out, jv_text(v)); break;
    case JV_OBJECT: print_object(out, v, sorted); break;
    case JV_ARRAY:
        buf_c(out, '[');
        for (size_t i = 0; i < jv_count(v); i++) {
            if (i > 0)
                buf_c(out, ',');
            print(out, jv_at(v, i), sorted);
        }
        buf_c(out, ']');
        break;
    }
}

static struct str printed(struct arena *mem, struct jv v, bool sorted)
{
    struct buf out;
    buf_init(&out, mem, SIZE_MAX / 4);
    print(&out, v, sorted);
    return buf_text(&out);
}

struct str jv_print(struct arena *mem, struct jv v)
{
    return printed(mem, v, false);
}

struct str jv_print_sorted(struct arena *mem, struct jv v)
{
    return printed(mem, v, true);
}
