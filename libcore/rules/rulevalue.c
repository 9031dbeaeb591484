/* rulevalue.c — SQL's operators on values in hand: the core of folding and of evaluation. */
#include "rules/rulevalue.h"

#include <math.h>

#include "base/num.h"
#include "base/utf8.h"
#include "base/when.h"

#define PATTERN_CHARACTERS 8192u

static const struct rulevalue NOTHING = { .kind = RV_NULL };

struct rulevalue rulevalue_text(struct str s)
{
    return str_absent(s) ? NOTHING : (struct rulevalue){ .kind = RV_TEXT, .text = s };
}

struct rulevalue rulevalue_bool(bool yes)
{
    return (struct rulevalue){ .kind = RV_BOOL, .yes = yes };
}

struct rulevalue rulevalue_number(double n)
{
    return isnan(n) ? NOTHING : (struct rulevalue){ .kind = RV_NUMBER, .number = n };
}

struct rulevalue rulevalue_of(struct param p)
{
    switch (p.type) {
    case P_TEXT: return rulevalue_text(p.text);
    case P_INT:  return rulevalue_number((double)p.number);
    case P_REAL: return rulevalue_number(p.real);
    case P_BOOL: return rulevalue_bool(p.number != 0);
    case P_TIME: return (struct rulevalue){ .kind = RV_TIME, .time = p.number };
    case P_NULL:
    case P_BLOB: break;
    }
    return NOTHING;
}

struct param rulevalue_param(struct rulevalue v)
{
    switch (v.kind) {
    case RV_BOOL:   return p_bool(NULL, v.yes);
    case RV_NUMBER: return p_real(NULL, v.number);
    case RV_TEXT:   return p_text(NULL, v.text);
    case RV_TIME:   return p_time(NULL, v.time);
    case RV_NULL:   break;
    }
    return p_null(NULL);
}

static bool as_text(struct arena *mem, struct rulevalue v, struct rulevalue *out)
{
    struct buf b;
    if (v.kind == RV_NUMBER) {
        buf_init(&b, mem, 40);
        num_put_real(&b, v.number);
        *out = rulevalue_text(buf_text(&b));
    }
    return v.kind == RV_TEXT || v.kind == RV_NUMBER;
}

static bool as_number(struct rulevalue v, struct rulevalue *out)
{
    double n;
    if (v.kind == RV_TEXT && num_real(v.text, &n)) {
        *out = rulevalue_number(n);
        return true;
    }
    return v.kind == RV_NUMBER;
}

static bool as_bool(struct rulevalue v, struct rulevalue *out)
{
    bool is_number = v.kind == RV_NUMBER, is_text = v.kind == RV_TEXT;
    bool yes = (is_number && v.number == 1) || (is_text && str_eq(v.text, S("true")));
    bool no = (is_number && v.number == 0) || (is_text && str_eq(v.text, S("false")));
    if (yes || no)
        *out = rulevalue_bool(yes);
    return yes || no || v.kind == RV_BOOL;
}

static bool as_time(struct rulevalue v, struct rulevalue *out)
{
    int64_t us;
    if (v.kind == RV_TEXT && when_parse(v.text, &us)) {
        *out = (struct rulevalue){ .kind = RV_TIME, .time = us };
        return true;
    }
    return v.kind == RV_TIME;
}

/* A date, or the UTC day of a point in time. */
static bool as_date(struct arena *mem, struct rulevalue v, struct rulevalue *out)
{
    struct rulevalue time;
    struct buf b;
    if (v.kind == RV_TEXT && when_parse_date(v.text))
        return true;
    if (!as_time(v, &time))
        return false;
    if (v.kind == RV_TIME)
        time = v;
    buf_init(&b, mem, 40);
    when_iso(&b, time.time);
    *out = rulevalue_text(str_sub(buf_text(&b), 0, 10));
    return true;
}

bool rulevalue_as(struct arena *mem, struct rulevalue v, enum rulevalue_class class,
                  struct rulevalue *out)
{
    *out = v;
    if (v.kind == RV_NULL)
        return true;
    switch (class) {
    case CLASS_TEXT:   return as_text(mem, v, out);
    case CLASS_NUMBER: return as_number(v, out);
    case CLASS_BOOL:   return as_bool(v, out);
    case CLASS_TIME:   return as_time(v, out);
    case CLASS_DATE:   return as_date(mem, v, out);
    case CLASS_ANY:
    case CLASS_JSON:   return true;
    case CLASS_WRONG:
    case CLASS_LIST:   break;
    }
    return false;
}

static int sign(double a, double b)
{
    return a < b ? -1 : a > b;
}

struct rulevalue rulevalue_compare(enum rulevalue_op op, struct rulevalue a, struct rulevalue b)
{
    int order = 0;
    if (a.kind != b.kind || a.kind == RV_NULL)
        return NOTHING;
    switch (a.kind) {
    case RV_BOOL:   order = (int)a.yes - (int)b.yes; break;
    case RV_NUMBER: order = sign(a.number, b.number); break;
    case RV_TEXT:   order = str_cmp(a.text, b.text); break;
    case RV_TIME:   order = a.time < b.time ? -1 : a.time > b.time; break;
    case RV_NULL:   break;
    }
    switch (op) {
    case RV_EQ: return rulevalue_bool(order == 0);
    case RV_NE: return rulevalue_bool(order != 0);
    case RV_LT: return rulevalue_bool(order < 0);
    case RV_LE: return rulevalue_bool(order <= 0);
    case RV_GT: return rulevalue_bool(order > 0);
    default:    return rulevalue_bool(order >= 0);
    }
}

static uint32_t folded(uint32_t point)
{
    return point >= 'A' && point <= 'Z' ? point + ('a' - 'A') : point;
}

/* After a mismatch only the last % can give way, so this is at most text × pattern steps. */
static bool matches(struct str text, struct str pattern)
{
    struct str retry_text = NO_STR, retry_pattern = NO_STR;
    for (;;) {
        struct str t = text, p = pattern;
        uint32_t c, wanted;
        bool more = utf8_next(&p, &wanted);
        if (more && wanted == '%') {
            retry_pattern = pattern = p;
            retry_text = text;
            continue;
        }
        if (!more && text.n == 0)
            return true;
        if (more && utf8_next(&t, &c) && (wanted == '_' || folded(c) == folded(wanted))) {
            text = t;
            pattern = p;
            continue;
        }
        if (str_absent(retry_pattern) || !utf8_next(&retry_text, &c))
            return false;
        text = retry_text;
        pattern = retry_pattern;
    }
}

bool rulevalue_is_pattern(struct rulevalue v)
{
    return v.kind == RV_TEXT && utf8_count(v.text) <= PATTERN_CHARACTERS;
}

struct rulevalue rulevalue_like(struct rulevalue text, struct rulevalue pattern)
{
    if (text.kind != RV_TEXT || !rulevalue_is_pattern(pattern))
        return NOTHING;
    return rulevalue_bool(matches(text.text, pattern.text));
}

struct rulevalue rulevalue_calculate(enum rulevalue_op op, struct rulevalue a, struct rulevalue b)
{
    if (a.kind != RV_NUMBER || b.kind != RV_NUMBER)
        return NOTHING;
    switch (op) {
    case RV_ADD:      return rulevalue_number(a.number + b.number);
    case RV_SUBTRACT: return rulevalue_number(a.number - b.number);
    case RV_MULTIPLY: return rulevalue_number(a.number * b.number);
    case RV_DIVIDE:   return b.number == 0 ? NOTHING : rulevalue_number(a.number / b.number);
    default:          return b.number == 0 ? NOTHING : rulevalue_number(fmod(a.number, b.number));
    }
}

struct rulevalue rulevalue_not(struct rulevalue v)
{
    return v.kind == RV_BOOL ? rulevalue_bool(!v.yes) : NOTHING;
}
