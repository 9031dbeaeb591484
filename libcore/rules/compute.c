/* compute.c — functions in memory, to the answers that SQL gives. */
#include "rules/compute.h"

#include <math.h>

#include "base/formula.h"
#include "base/utf8.h"
#include "base/when.h"

static const struct rulevalue NOTHING = { .kind = RV_NULL };

static struct rulevalue time_value(int64_t us)
{
    return (struct rulevalue){ .kind = RV_TIME, .time = us };
}

COMPUTE(contains)
{
    return rulevalue_bool(str_has(at[0].text, at[1].text));
}

COMPUTE(starts_with)
{
    return rulevalue_bool(str_starts(at[0].text, at[1].text));
}

COMPUTE(ends_with)
{
    return rulevalue_bool(str_ends(at[0].text, at[1].text));
}

COMPUTE(concat)
{
    struct buf out;
    buf_init(&out, cx->mem, SIZE_MAX);
    for (size_t i = 0; i < n; i++)
        buf_str(&out, at[i].text);
    return rulevalue_text(buf_text(&out));
}

COMPUTE(upper)
{
    return rulevalue_text(str_upper(cx->mem, at[0].text));
}

COMPUTE(lower)
{
    return rulevalue_text(str_lower(cx->mem, at[0].text));
}

/* Blanks only, as SQL does. */
COMPUTE(trim)
{
    struct str text = at[0].text;
    while (text.n > 0 && text.p[0] == ' ')
        text = str_sub(text, 1, text.n);
    while (text.n > 0 && text.p[text.n - 1] == ' ')
        text.n--;
    return rulevalue_text(text);
}

COMPUTE(length)
{
    return rulevalue_number((double)utf8_count(at[0].text));
}

COMPUTE(substring)
{
    return rulevalue_text(formula_part(at[0].text, at[1].number, at[2].number));
}

COMPUTE(abs)
{
    return rulevalue_number(fabs(at[0].number));
}

COMPUTE(round)
{
    return rulevalue_number(formula_round(at[0].number, at[1].number));
}

COMPUTE(ceil)
{
    return rulevalue_number(ceil(at[0].number));
}

COMPUTE(floor)
{
    return rulevalue_number(floor(at[0].number));
}

COMPUTE(finite)
{
    return isfinite(at[0].number) ? at[0] : NOTHING;
}

COMPUTE(if)
{
    return at[0].kind == RV_BOOL && at[0].yes ? at[1] : at[2];
}

COMPUTE(coalesce)
{
    for (size_t i = 0; i < n; i++)
        if (at[i].kind != RV_NULL)
            return at[i];
    return NOTHING;
}

COMPUTE(nullif)
{
    struct rulevalue same = rulevalue_compare(RV_EQ, at[0], at[1]);
    return same.kind == RV_BOOL && same.yes ? NOTHING : at[0];
}

COMPUTE(now)
{
    return time_value(cx->now);
}

COMPUTE(span)
{
    return rulevalue_number((double)(at[0].time - at[1].time) / at[2].number);
}

COMPUTE(after)
{
    int64_t us;
    return formula_after(at[0].time, at[1].number, at[2].number, &us) ? time_value(us) : NOTHING;
}

COMPUTE(months_after)
{
    int64_t us;
    return formula_months_after(at[0].time, at[1].number, at[2].number, &us) ? time_value(us)
                                                                           : NOTHING;
}

/* --- conversions ------------------------------------------------------------------------------ */

COMPUTE(number_text)
{
    struct buf out;
    buf_init(&out, cx->mem, 48);
    return formula_put_number(&out, at[0].number) ? rulevalue_text(buf_text(&out)) : NOTHING;
}

COMPUTE(time_text)
{
    struct buf out;
    buf_init(&out, cx->mem, 48);
    when_field(&out, at[0].time);
    return rulevalue_text(buf_text(&out));
}

COMPUTE(bool_text)
{
    return rulevalue_text(at[0].yes ? S("true") : S("false"));
}

COMPUTE(number)
{
    double x;
    return formula_number(at[0].text, &x) ? rulevalue_number(x) : NOTHING;
}

COMPUTE(bool_number)
{
    return rulevalue_number(at[0].yes ? 1 : 0);
}

COMPUTE(time)
{
    int64_t us;
    return when_parse(at[0].text, &us) ? time_value(us) : NOTHING;
}

COMPUTE(number_bool)
{
    return rulevalue_bool(at[0].number != 0);
}

COMPUTE(text_bool)
{
    if (str_eq(at[0].text, S("true")) || str_eq(at[0].text, S("false")))
        return rulevalue_bool(at[0].text.n == 4);
    return NOTHING;
}
