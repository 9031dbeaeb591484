/* rulerows.h — rows for the table of ruletable.h, at random: values that break what is careless. */
#ifndef RULEROWS_H
#define RULEROWS_H

#include "base/when.h"
#include "rulegen.h"
#include "tap.h"

#define RULEROWS_ACCOUNT S("00000000-0000-0000-0000-000000000000")
enum { RULEROWS_FIELDS = 16 };
struct rulerows_row { struct rule_data at[RULEROWS_FIELDS]; };

static inline double rulerows_number(struct dice *d)
{
    static const double NUMBERS[] = {
        0, -0.0, 1, -1, 2, 3, -3, 10, 0.5, 0.1, 0.2, 0.30000000000000004, 1.5, 7, 7.25, -5.5, 1000000,
        9007199254740992.0, 1e300, -1e200, 1e-300, -1e-300, 5e-324, 1.7976931348623157e308,
        -1.7976931348623157e308,
    };
    if (dice_roll(d, 3) > 0)
        return NUMBERS[dice_roll(d, COUNT(NUMBERS))];
    return ((double)dice_roll(d, 2000001) - 1e6) / 1e4;
}

static inline int64_t rulerows_time(struct dice *d)
{
    static const char *const EXACT[] = {
        "2024-01-01", "2024-01-02", "2024-01-02 12:00", "1970-01-01", "0001-01-01", "2024-01-01T00:00:00.5Z",
        "9999-12-31T23:59:59.999999Z",
    };
    int64_t us = 0;
    if (!when_parse(str_of(dice_pick(d, EXACT, COUNT(EXACT))), &us))
        abort();
    bool inside = us > INT64_C(-62000000000000000) && us < INT64_C(250000000000000000);
    return inside && dice_roll(d, 3) == 0 ? us + (int64_t)dice_roll(d, 3) - 1 : us;
}

static inline struct param rulerows_value(struct dice *d, enum rule_type type)
{
    if (dice_roll(d, 6) == 0)
        return p_null(NULL);
    switch (type) {
    case R_NUMBER:   return p_real(NULL, rulerows_number(d));
    case R_BOOLEAN:  return p_bool(NULL, dice_roll(d, 2) == 0);
    case R_DATETIME: return p_time(NULL, rulerows_time(d));
    case R_DATE:     return p_text(NULL, str_of(dice_pick(d, RULEGEN_DATES, COUNT(RULEGEN_DATES))));
    case R_JSON:     return p_text(NULL, str_of(DICE_PICK(d, "null", "{\"a\":1}", "[1]", "0", "\"x\"")));
    default:
        if (dice_roll(d, 40) == 0) {                /* longer than what may be a pattern           */
            struct buf b = tap_buf(1u << 16);
            for (unsigned i = 0; i < 8190 + dice_roll(d, 5); i++)
                buf_str(&b, S("ä"));
            return p_text(NULL, buf_text(&b));
        }
        return p_text(NULL, rulegen_text(d, tap_mem()));
    }
}

static inline void rulerows_make(struct dice *d, size_t number, struct rulerows_row *out)
{
    size_t n = 0;
    for (size_t i = 0; i < RULENAMES.n; i++) {
        const struct rule_name *name = &RULENAMES.at[i];
        struct param value = rulerows_value(d, name->type);
        if (name->hidden || name->refused)
            continue;
        if (str_eq(name->name, S("id")))
            value = p_text(NULL, str_fmt(tap_mem(), "u%zu", number));
        else if (str_eq(name->name, S("account_id")))
            value = p_text(NULL, RULEROWS_ACCOUNT);
        else if (str_eq(name->name, S("created_at")))
            value = p_time(NULL, rulerows_time(d));
        else if (str_eq(name->name, S("created_by")))
            value = p_text(NULL, str_of(DICE_PICK(d, "u1", "u2", "anonymous", "")));
        out->at[n++] = (struct rule_data){ name->name, value };
    }
    if (n != RULEROWS_FIELDS)
        abort();
}

#endif
