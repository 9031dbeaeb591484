/* fieldform.c — values of records as people type and read them. */
#include "desk/fieldform.h"

#include "base/num.h"
#include "base/when.h"
#include "view/phrase.h"

enum { TEXT_MAX = 8 << 20 };

enum shape { AS_TEXT, AS_NUMBER, AS_BOOLEAN, AS_JSON, AS_TIME, AS_FILE, AS_LINES, AS_CHOICES,
             AS_NOTHING };
static const struct {
    const char *type; bool many; enum form_kind kind; enum shape shape;
} TYPES[] = {
    { "text",       false, FORM_AREA,    AS_TEXT },
    { "number",     false, FORM_NUMBER,  AS_NUMBER },
    { "boolean",    false, FORM_CHECK,   AS_BOOLEAN },
    { "datetime",   false, FORM_TEXT,    AS_TIME },
    { "email",      false, FORM_EMAIL,   AS_TEXT },
    { "url",        false, FORM_URL,     AS_TEXT },
    { "json",       false, FORM_CODE,    AS_JSON },
    { "reference",  false, FORM_TEXT,    AS_TEXT },
    { "file",       false, FORM_FILE,    AS_FILE },
    { "date",       false, FORM_DATE,    AS_TEXT },
    { "computed",   false, FORM_SHOWN,   AS_NOTHING },
    { "select",     false, FORM_CHOICE,  AS_TEXT },
    { "select",     true,  FORM_CHOICES, AS_CHOICES },
    { "references", true,  FORM_AREA,    AS_LINES },
};

static size_t row_of(const struct field *field)
{
    bool many = fieldtype_is_many(field->type);
    for (size_t i = 0; i < COUNT(TYPES); i++)
        if (many == TYPES[i].many && str_eq(str_of(TYPES[i].type), str_of(field->type->name)))
            return i;
    return 0;
}

enum form_kind fieldform_kind(const struct field *field, bool is_masked)
{
    enum form_kind kind = TYPES[row_of(field)].kind;
    if (kind == FORM_SHOWN || !is_masked)
        return kind;
    return kind == FORM_CODE || kind == FORM_AREA ? kind : FORM_TEXT;
}

/* ---- for forms ---- */

static struct str number_text(struct cx *cx, double number)
{
    struct buf out;
    buf_init(&out, cx->mem, 64);
    num_put_real(&out, number);
    return buf_text(&out);
}

static struct str lines_of(struct cx *cx, struct jv list)
{
    struct buf out;
    buf_init(&out, cx->mem, TEXT_MAX);
    for (size_t i = 0; i < jv_count(list); i++) {
        if (i > 0)
            buf_c(&out, '\n');
        buf_str(&out, jv_text(jv_at(list, i)));
    }
    return out.n > 0 ? buf_text(&out) : S("");
}

struct str fieldform_text(struct cx *cx, const struct field *field, struct jv value)
{
    enum shape shape = TYPES[row_of(field)].shape;
    if (value.kind == JV_ABSENT || value.kind == JV_NULL)
        return S("");
    if (shape == AS_JSON && !(field->encrypted && value.kind == JV_TEXT))
        return str_trim(js_indented(cx->mem, jv_print(cx->mem, value)));
    if (value.kind == JV_TEXT)
        return jv_text(value);
    if (value.kind == JV_INT || value.kind == JV_REAL)
        return number_text(cx, jv_real(value));
    if (value.kind == JV_BOOL && shape == AS_BOOLEAN)
        return jv_bool(value) ? S("on") : S("");
    if (value.kind == JV_ARRAY && shape == AS_LINES)
        return lines_of(cx, value);
    return jv_print(cx->mem, value);
}

size_t fieldform_texts(struct cx *cx, struct jv value, struct str **out)
{
    size_t n = value.kind == JV_ARRAY ? jv_count(value) : 0;
    *out = arena_list(cx->mem, struct str, n + 1);
    for (size_t i = 0; i < n; i++)
        (*out)[i] = jv_text(jv_at(value, i));
    return n;
}

/* CR LF and CR are what a text area makes of any end of a line (HTML §4.10.11). */
static struct str plain_lines(struct cx *cx, struct str text)
{
    struct buf out;
    buf_init(&out, cx->mem, text.n + 1);
    for (size_t i = 0; i < text.n; i++) {
        bool pair = text.p[i] == '\r' && i + 1 < text.n && text.p[i + 1] == '\n';
        if (!pair)
            buf_c(&out, text.p[i] == '\r' ? '\n' : text.p[i]);
    }
    return out.n > 0 ? buf_text(&out) : S("");
}

static bool same_json(struct cx *cx, struct str a, struct str b)
{
    struct jv one, other;
    struct jv_fault fault;
    if (!jv_parse(cx, a, &one, &fault) || !jv_parse(cx, b, &other, &fault)) {
        fail_forget(cx);
        return false;
    }
    return str_eq(jv_print(cx->mem, one), jv_print(cx->mem, other));
}

bool fieldform_same(struct cx *cx, const struct field *field, struct str a, struct str b)
{
    struct str one = plain_lines(cx, a), other = plain_lines(cx, b);
    if (str_eq(one, other))
        return true;
    double was, is;
    switch (TYPES[row_of(field)].shape) {
    case AS_JSON:
        return same_json(cx, one, other);
    case AS_NUMBER:
        return num_real(str_trim(one), &was) && num_real(str_trim(other), &is)
            && !(was < is || was > is);
    case AS_TEXT:
        return TYPES[row_of(field)].kind != FORM_AREA && str_eq(str_trim(one), str_trim(other));
    default:
        return false;
    }
}

/* ---- out of forms ---- */

static struct str quoted(struct cx *cx, struct str text)
{
    struct buf out;
    buf_init(&out, cx->mem, TEXT_MAX);
    js_quote(&out, text);
    return buf_text(&out);
}

static bool is_whole(struct str text)
{
    for (size_t i = text.n > 0 && text.p[0] == '-' ? 1 : 0; i < text.n; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    return text.n > 0;
}

#define EXACT 9007199254740992.0
/* A number is a double: digits that it cannot hold would change without a word. */
static bool read_number(struct cx *cx, struct str text, struct str *json, struct str *why)
{
    double number;
    if (!num_real(text, &number)) {
        *why = phrase_of(cx, W("This must be a number."));
        return false;
    }
    *json = number_text(cx, number);
    struct str exact = str_fmt(cx->mem, "%.0f", number);
    if (!is_whole(text) || (number < EXACT && number > -EXACT) || str_eq(exact, text)
        || str_eq(*json, text))
        return true;
    *why = phrase_with(cx, W("This number cannot be kept exactly: it would become {n}."),
                       (const struct fill[]){ fill_text("n", exact), { 0 } });
    return false;
}

static bool read_json(struct cx *cx, struct str text, struct str *json, struct str *why)
{
    struct jv value;
    struct jv_fault fault = { 0 };
    int64_t line = 1, column = 1;
    *json = text;
    if (jv_parse(cx, text, &value, &fault))
        return true;
    fail_forget(cx);
    for (size_t i = 0; i < fault.offset && i < text.n; i++) {
        bool ends = text.p[i] == '\n';
        line += ends;
        column = ends ? 1 : column + ((text.p[i] & 0xC0) != 0x80);
    }
    *why = phrase_with(cx, W("Line {line}, column {column}: {reason}"), (const struct fill[]){
        fill_int("line", line), fill_int("column", column),
        fill_text("reason", phrase_in(cx, str_of(fault.reason))), { 0 } });
    return false;
}

struct str fieldform_list(struct cx *cx, const struct str *values, size_t n)
{
    struct buf out;
    struct js js;
    buf_init(&out, cx->mem, TEXT_MAX);
    js_init(&js, &out);
    js_array(&js, NULL);
    for (size_t i = 0; i < n; i++)
        js_text(&js, NULL, values[i]);
    js_end(&js);
    return buf_text(&out);
}

static struct str read_lines(struct cx *cx, struct str text)
{
    struct str *values = NULL, line;
    size_t n = 0;
    while (str_cut(&text, '\n', &line)) {
        line = str_trim(line);
        if (line.n == 0)
            continue;
        values = arena_more(cx->mem, values, n, sizeof *values);
        values[n++] = line;
    }
    return fieldform_list(cx, values, n);
}

/* Minutes and seconds may be left out; what is no time at all is for the type to say. */
static struct str read_time(struct cx *cx, struct str text)
{
    struct buf out;
    int64_t us;
    if (!when_parse(text, &us))
        return quoted(cx, text);
    buf_init(&out, cx->mem, 64);
    when_field(&out, us);
    return quoted(cx, buf_text(&out));
}

bool fieldform_read(struct cx *cx, const struct field *field, struct str text, struct str *json,
                    struct str *why)
{
    enum shape shape = TYPES[row_of(field)].shape;
    bool is_area = TYPES[row_of(field)].kind == FORM_AREA;
    text = plain_lines(cx, text);
    if (shape == AS_BOOLEAN) {
        text = str_trim(text);                  /* "on" of a box; or typed, where it is a text    */
        *json = text.n > 0 && !str_eq_nocase(text, S("false")) && !str_eq_nocase(text, S("no"))
              ? S("true") : S("false");
        return true;
    }
    if (shape == AS_LINES || shape == AS_CHOICES) {
        *json = read_lines(cx, text);
        return true;
    }
    if (!is_area || shape == AS_JSON)
        text = str_trim(text);
    *json = S("null");
    if (text.n == 0)
        return true;
    switch (shape) {
    case AS_NUMBER:
        return read_number(cx, text, json, why);
    case AS_JSON:
    case AS_FILE:
        return read_json(cx, text, json, why);
    case AS_TIME:
        *json = read_time(cx, text);
        return true;
    default:
        *json = quoted(cx, text);
        return true;
    }
}

/* ---- for lists ---- */

struct str fieldform_file(struct cx *cx, struct jv value, const char *member)
{
    struct jv object = value;
    struct jv_fault fault;
    if (value.kind == JV_TEXT && !jv_parse(cx, jv_text(value), &object, &fault)) {
        fail_forget(cx);
        return NO_STR;
    }
    return jv_text(jv_get(object, str_of(member)));
}

static struct str joined(struct cx *cx, struct jv list)
{
    struct buf out;
    buf_init(&out, cx->mem, TEXT_MAX);
    for (size_t i = 0; i < jv_count(list); i++) {
        if (i > 0)
            buf_str(&out, S(", "));
        buf_str(&out, jv_text(jv_at(list, i)));
    }
    return out.n > 0 ? buf_text(&out) : S("");
}

struct str fieldform_cell(struct cx *cx, const struct field *field, struct jv value)
{
    enum shape shape = field == NULL ? AS_TEXT : TYPES[row_of(field)].shape;
    struct str name;
    if (value.kind == JV_ABSENT || value.kind == JV_NULL)
        return S("");
    if (value.kind == JV_BOOL)
        return jv_bool(value) ? phrase_of(cx, W("Yes")) : phrase_of(cx, W("No"));
    if (shape == AS_FILE) {
        name = fieldform_file(cx, value, "filename");
        if (!str_absent(name))
            return name;
    }
    if (value.kind == JV_TEXT && (shape != AS_JSON || field->encrypted))
        return jv_text(value);
    if (field == NULL)
        return jv_print(cx->mem, value);
    if (shape == AS_LINES || shape == AS_CHOICES)
        return joined(cx, value);
    return shape == AS_JSON ? jv_print(cx->mem, value) : fieldform_text(cx, field, value);
}
