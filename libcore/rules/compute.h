/*
 * compute.h — what each function comes to in memory; NULLs were seen to where it is strict.
 *
 * Texts are UTF-8; letters are those of ASCII, as on both engines. Made texts live in cx->mem.
 */
#ifndef RULES_COMPUTE_H
#define RULES_COMPUTE_H

#include "base/cx.h"
#include "rules/rulevalue.h"

#define COMPUTE(name)                                                                              \
    struct rulevalue compute_##name(struct cx *cx UNUSED, const struct rulevalue *at UNUSED,       \
                                    size_t n UNUSED)

COMPUTE(contains);
COMPUTE(starts_with);
COMPUTE(ends_with);
COMPUTE(concat);
COMPUTE(upper);
COMPUTE(lower);
COMPUTE(trim);
COMPUTE(length);
COMPUTE(substring);
COMPUTE(abs);
COMPUTE(round);
COMPUTE(ceil);
COMPUTE(floor);
COMPUTE(finite);
COMPUTE(if);
COMPUTE(coalesce);
COMPUTE(nullif);
COMPUTE(now);
COMPUTE(span);                  /* date_diff: in units of so many microseconds                    */
COMPUTE(after);                 /* date_add, the same                                             */
COMPUTE(months_after);
COMPUTE(number_text);
COMPUTE(time_text);
COMPUTE(bool_text);
COMPUTE(number);
COMPUTE(bool_number);
COMPUTE(time);
COMPUTE(number_bool);
COMPUTE(text_bool);

#endif
