/* jinjavalue.c — values of templates: truth, text, equality, attributes, items, as in Python. */
#include "mail/jinjavalue.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/utf8.h"

enum { MESSAGE_MAX = 512, NUMBER_BYTES = 256, LOOKS_MAX = 1024 };

bool (jinjavalue_wrong)(struct jinja_run *run, const char *format, ...)
{
    char text[MESSAGE_MAX];
    va_list args;
    if (!str_absent(run->fault->message))
        return false;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    run->fault->message = utf8_tidy(run->mem, str_of(text), MESSAGE_MAX);
    run->fault->line = run->line;
    return false;
}

bool jinjavalue_work(struct jinja_run *run, size_t amount)
{
    if (amount > run->work)
        return jinjavalue_wrong(run, "the template takes too much work");
    run->work -= amount;
    return true;
}

struct jinja_value jinjavalue_of_text(struct str text)
{
    return (struct jinja_value){ .kind = JINJA_TEXT, .text = str_absent(text) ? S("") : text };
}

struct jinja_value jinjavalue_of_int(int64_t n)
{
    return (struct jinja_value){ .kind = JINJA_INT, .number = n };
}

struct jinja_value jinjavalue_of_json(struct jv json)
{
    static const enum jinja_kind KINDS[] = {
        [JV_ABSENT] = JINJA_UNDEFINED, [JV_NULL] = JINJA_NONE,  [JV_BOOL] = JINJA_BOOL,
        [JV_INT] = JINJA_INT,          [JV_REAL] = JINJA_REAL,  [JV_TEXT] = JINJA_TEXT,
        [JV_ARRAY] = JINJA_LIST,       [JV_OBJECT] = JINJA_OBJECT,
    };
    struct jinja_value v = { .kind = KINDS[json.kind], .json = json, .n = jv_count(json) };
    if (json.kind == JV_TEXT)
        v.text = jv_text(json);
    else if (json.kind == JV_REAL)
        v.real = jv_real(json);
    else
        v.number = json.kind == JV_BOOL ? jv_bool(json) : jv_int(json);
    return v;
}

const char *jinjavalue_name(const struct jinja_value *v)
{
    static const char *const NAMES[] = {
        "nothing", "none", "a truth value", "a number", "a number", "a text", "a list", "an object",
        "a loop",
    };
    return NAMES[v->kind];
}

bool jinjavalue_truth(const struct jinja_value *v)
{
    switch (v->kind) {
    case JINJA_BOOL:
    case JINJA_INT:    return v->number != 0;
    case JINJA_REAL:   return v->real < 0 || v->real > 0;
    case JINJA_TEXT:   return v->text.n > 0;
    case JINJA_LIST:
    case JINJA_OBJECT: return v->n > 0;
    default:           return v->kind == JINJA_LOOP;
    }
}

bool jinjavalue_text(struct jinja_run *run, const struct jinja_value *v, struct str *out)
{
    struct buf digits;
    *out = S("");
    switch (v->kind) {
    case JINJA_UNDEFINED: return true;
    case JINJA_NONE:      *out = S("None"); return true;
    case JINJA_BOOL:      *out = v->number != 0 ? S("True") : S("False"); return true;
    case JINJA_TEXT:      *out = v->text; return true;
    case JINJA_INT:
    case JINJA_REAL:
        buf_init(&digits, run->mem, 64);
        if (v->kind == JINJA_INT)
            buf_int(&digits, v->number);
        else
            num_put_real(&digits, v->real);
        *out = buf_text(&digits);
        return jinjavalue_work(run, NUMBER_BYTES);
    default:
        return jinjavalue_wrong(run, "%s is not a text", jinjavalue_name(v));
    }
}

static bool is_number(const struct jinja_value *v)
{
    return v->kind == JINJA_BOOL || v->kind == JINJA_INT || v->kind == JINJA_REAL;
}

static bool numbers_equal(const struct jinja_value *a, const struct jinja_value *b)
{
    if (a->kind != JINJA_REAL && b->kind != JINJA_REAL)
        return a->number == b->number;
    double x = a->kind == JINJA_REAL ? a->real : (double)a->number;
    double y = b->kind == JINJA_REAL ? b->real : (double)b->number;
    return !(x < y) && !(x > y);
}

/* Lists of lists are no deeper than JSON and expressions are. */
static bool lists_equal(struct jinja_run *run, const struct jinja_value *a,
                        const struct jinja_value *b, bool *equal)
{
    struct jinja_each left = jinjavalue_each(a), right = jinjavalue_each(b);
    struct jinja_value x, y;
    *equal = a->n == b->n;
    while (*equal && jinjavalue_next(&left, &x) && jinjavalue_next(&right, &y))
        TRY(jinjavalue_equal(run, &x, &y, equal));
    return true;
}

bool jinjavalue_equal(struct jinja_run *run, const struct jinja_value *a,
                      const struct jinja_value *b, bool *equal)
{
    TRY(jinjavalue_work(run, 1));
    if (is_number(a) && is_number(b)) {
        *equal = numbers_equal(a, b);
    } else if (a->kind != b->kind) {
        *equal = false;
    } else if (a->kind == JINJA_TEXT) {
        *equal = str_eq(a->text, b->text);
        return jinjavalue_work(run, a->text.n);
    } else if (a->kind == JINJA_LIST) {
        return lists_equal(run, a, b, equal);
    } else if (a->kind == JINJA_OBJECT) {
        struct str x = jv_print_sorted(run->mem, a->json), y = jv_print_sorted(run->mem, b->json);
        *equal = str_eq(x, y);
        return jinjavalue_work(run, x.n + y.n);
    } else {
        *equal = true;                  /* both undefined, none, or the loop */
    }
    return true;
}

bool jinjavalue_in(struct jinja_run *run, const struct jinja_value *part,
                   const struct jinja_value *whole, bool *is_in)
{
    struct jinja_value item;
    *is_in = false;
    if (whole->kind == JINJA_UNDEFINED || part->kind == JINJA_UNDEFINED)
        return true;
    if (whole->kind == JINJA_TEXT && part->kind == JINJA_TEXT) {
        TRY(jinjavalue_work(run, whole->text.n + whole->text.n / LOOKS_MAX * part->text.n));
        *is_in = str_has(whole->text, part->text);
        return true;
    }
    if (whole->kind == JINJA_OBJECT && part->kind == JINJA_TEXT) {
        *is_in = jv_get(whole->json, part->text).kind != JV_ABSENT;
        return true;
    }
    if (whole->kind != JINJA_LIST && whole->kind != JINJA_OBJECT)
        return jinjavalue_wrong(run, "%s cannot be in %s", jinjavalue_name(part),
                                jinjavalue_name(whole));
    for (struct jinja_each e = jinjavalue_each(whole); !*is_in && jinjavalue_next(&e, &item);)
        TRY(jinjavalue_equal(run, part, &item, is_in));
    return true;
}

static struct jinja_value loop_attribute(const struct jinja_value *loop, struct str name)
{
    struct jinja_value truth = { .kind = JINJA_BOOL };
    if (str_eq(name, S("index")))
        return jinjavalue_of_int(loop->number + 1);
    if (str_eq(name, S("index0")))
        return jinjavalue_of_int(loop->number);
    if (str_eq(name, S("length")))
        return jinjavalue_of_int((int64_t)loop->n);
    if (str_eq(name, S("first")))
        truth.number = loop->number == 0;
    else if (str_eq(name, S("last")))
        truth.number = loop->number + 1 == (int64_t)loop->n;
    else
        truth = (struct jinja_value){ .kind = JINJA_UNDEFINED };
    return truth;
}

bool jinjavalue_attribute(struct jinja_run *run, const struct jinja_value *v, struct str name,
                          struct jinja_value *out)
{
    if (v->kind == JINJA_UNDEFINED)
        return jinjavalue_wrong(run, "'%.*s' is undefined",
                                (int)(v->text.n < 100 ? v->text.n : 100), v->text.p);
    TRY(jinjavalue_work(run, 1));
    *out = (struct jinja_value){ .kind = JINJA_UNDEFINED };
    if (v->kind == JINJA_OBJECT)
        *out = jinjavalue_of_json(jv_get(v->json, name));
    else if (v->kind == JINJA_LOOP)
        *out = loop_attribute(v, name);
    if (out->kind == JINJA_UNDEFINED)
        out->text = name;
    return true;
}

bool jinjavalue_item(struct jinja_run *run, const struct jinja_value *v,
                     const struct jinja_value *key, struct jinja_value *out)
{
    if (v->kind != JINJA_LIST || key->kind != JINJA_INT)
        return jinjavalue_attribute(run, v, key->kind == JINJA_TEXT ? key->text : S("[]"), out);
    if (key->number < 0 || (uint64_t)key->number >= v->n)
        *out = (struct jinja_value){ .kind = JINJA_UNDEFINED, .text = S("[]") };
    else if (v->items != NULL)
        *out = v->items[key->number];
    else
        *out = jinjavalue_of_json(jv_at(v->json, (size_t)key->number));
    return jinjavalue_work(run, 1);
}

bool jinjavalue_length(struct jinja_run *run, const struct jinja_value *v, size_t *n)
{
    *n = v->kind == JINJA_TEXT ? utf8_count(v->text) : v->n;
    if (v->kind == JINJA_TEXT)
        return jinjavalue_work(run, v->text.n);
    return v->kind == JINJA_UNDEFINED || v->kind == JINJA_LIST || v->kind == JINJA_OBJECT
        || jinjavalue_wrong(run, "%s has no length", jinjavalue_name(v));
}

struct jinja_each jinjavalue_each(const struct jinja_value *v)
{
    return (struct jinja_each){ .of = v, .rest = v->text, .members = jv_each(v->json) };
}

bool jinjavalue_next(struct jinja_each *each, struct jinja_value *out)
{
    const struct jinja_value *of = each->of;
    struct str key, before = each->rest;
    uint32_t point;
    size_t i = each->i++;
    if (of->kind == JINJA_TEXT) {
        if (!utf8_next(&each->rest, &point))
            return false;
        *out = jinjavalue_of_text(str_sub(before, 0, before.n - each->rest.n));
    } else if (of->kind == JINJA_OBJECT) {
        struct jv member;
        if (!jv_next(&each->members, &key, &member))
            return false;
        *out = jinjavalue_of_text(key);
    } else {
        if (of->kind != JINJA_LIST || i >= of->n)
            return false;
        *out = of->items != NULL ? of->items[i] : jinjavalue_of_json(jv_at(of->json, i));
    }
    return true;
}
