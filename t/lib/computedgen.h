/* computedgen.h — expressions of computed fields at random over rulenames.h, all of them valid. */
#ifndef COMPUTEDGEN_H
#define COMPUTEDGEN_H

#include "rulegen.h"

static inline void computedgen_of(struct rulegen *g, enum rulegen_class class, unsigned depth);

/* Whatever has a text. */
static inline void computedgen_any(struct rulegen *g, unsigned depth)
{
    computedgen_of(g, (enum rulegen_class)dice_roll(g->dice, RULEGEN_CLASSES), depth);
}

static inline void computedgen_list(struct rulegen *g, const char *name, unsigned least, unsigned more,
                                    enum rulegen_class class, unsigned depth)
{
    unsigned n = least + dice_roll(g->dice, more + 1);
    buf_fmt(g->out, "%s(", name);
    for (unsigned i = 0; i < n; i++) {
        rulegen_put(g, i == 0 ? "" : ", ");
        if (class == RULEGEN_CLASSES)
            computedgen_any(g, depth);
        else
            computedgen_of(g, class, depth);
    }
    buf_c(g->out, ')');
}

static inline void computedgen_unit(struct rulegen *g)
{
    RULEGEN_ONE(g, ", 'days')", ", 'hours')", ", 'minutes')", ", 'seconds')", ", 'months')", ", \"years\")");
}

/* What every class has. */
static inline void computedgen_choice(struct rulegen *g, enum rulegen_class class, unsigned depth)
{
    switch (dice_roll(g->dice, 3)) {
    case 0: computedgen_list(g, "coalesce", 2, 2, class, depth); return;
    case 1: computedgen_list(g, "nullif", 2, 0, class, depth); return;
    default:
        rulegen_put(g, "if(");
        computedgen_of(g, RULEGEN_BOOL, depth);
        for (unsigned i = 0; i < 2; i++) {
            rulegen_put(g, ", ");
            computedgen_of(g, class, depth);
        }
        buf_c(g->out, ')');
    }
}

static inline void computedgen_text(struct rulegen *g, unsigned depth)
{
    switch (depth == 0 ? dice_roll(g->dice, 2) : 2 + dice_roll(g->dice, 6)) {
    case 0: case 2:
        RULEGEN_ONE(g, "title", "status", "like", "user", "owner", "id", "created_by");
        return;
    case 1: rulegen_quoted(g, rulegen_text(g->dice, g->out->mem)); return;
    case 3: computedgen_list(g, "concat", 2, 2, RULEGEN_CLASSES, depth - 1); return;
    case 4:
        computedgen_list(g, DICE_PICK(g->dice, "upper", "lower", "trim", "Trim"), 1, 0, RULEGEN_CLASSES,
                         depth - 1);
        return;
    case 5:
        rulegen_put(g, "substring(");
        computedgen_any(g, depth - 1);
        rulegen_put(g, ", ");
        computedgen_of(g, RULEGEN_NUMBER, depth - 1);
        if (dice_roll(g->dice, 2) == 0) {
            rulegen_put(g, ", ");
            computedgen_of(g, RULEGEN_NUMBER, depth - 1);
        }
        buf_c(g->out, ')');
        return;
    default: computedgen_choice(g, RULEGEN_TEXT, depth - 1);
    }
}

static inline void computedgen_number(struct rulegen *g, unsigned depth)
{
    switch (depth == 0 ? dice_roll(g->dice, 2) : 2 + dice_roll(g->dice, 8)) {
    case 0: case 2: RULEGEN_ONE(g, "price", "quantity"); return;
    case 1: RULEGEN_ONE(g, "", "", "-"); rulegen_digits(g); return;
    case 3: case 4:
        buf_c(g->out, '(');
        computedgen_number(g, depth - 1);
        RULEGEN_ONE(g, " + ", " - ", " * ", " / ", " % ");
        computedgen_number(g, depth - 1);
        buf_c(g->out, ')');
        return;
    case 5: computedgen_list(g, "length", 1, 0, RULEGEN_CLASSES, depth - 1); return;
    case 6:
        computedgen_list(g, DICE_PICK(g->dice, "abs", "ceil", "floor"), 1, 0, RULEGEN_NUMBER, depth - 1);
        return;
    case 7: computedgen_list(g, "round", 1, 1, RULEGEN_NUMBER, depth - 1); return;
    case 8:
        rulegen_put(g, "date_diff(");
        computedgen_of(g, RULEGEN_TIME, depth - 1);
        rulegen_put(g, ", ");
        computedgen_of(g, dice_roll(g->dice, 2) == 0 ? RULEGEN_TIME : RULEGEN_DATE, depth - 1);
        computedgen_unit(g);
        return;
    default: computedgen_choice(g, RULEGEN_NUMBER, depth - 1);
    }
}

static inline void computedgen_time(struct rulegen *g, unsigned depth)
{
    switch (depth == 0 ? dice_roll(g->dice, 2) : 2 + dice_roll(g->dice, 3)) {
    case 0: case 2: RULEGEN_ONE(g, "due", "created_at"); return;
    case 1: rulegen_put(g, "now()"); return;
    case 3:
        rulegen_put(g, "date_add(");
        computedgen_of(g, dice_roll(g->dice, 3) > 0 ? RULEGEN_TIME : RULEGEN_DATE, depth - 1);
        rulegen_put(g, ", ");
        if (dice_roll(g->dice, 2) == 0)
            computedgen_number(g, depth - 1);
        else
            RULEGEN_ONE(g, "1", "-1", "13", "0.5", "-30", "1.9", "2400");
        computedgen_unit(g);
        return;
    default: computedgen_choice(g, RULEGEN_TIME, depth - 1);
    }
}

static inline void computedgen_compare(struct rulegen *g, unsigned depth)
{
    enum rulegen_class class = (enum rulegen_class)dice_roll(g->dice, RULEGEN_BOOL);
    bool plain_text = class == RULEGEN_TEXT;
    buf_c(g->out, '(');
    if (plain_text)                             /* references have no order                        */
        RULEGEN_ONE(g, "title", "upper(status)", "concat(title, price)", "like");
    else
        computedgen_of(g, class, depth);
    RULEGEN_ONE(g, " = ", " != ", " < ", " <= ", " > ", " >= ");
    if (plain_text)
        RULEGEN_ONE(g, "status", "lower(title)", "'active'", "trim(user)");
    else
        computedgen_of(g, class == RULEGEN_DATE && dice_roll(g->dice, 2) == 0 ? RULEGEN_TIME : class, depth);
    buf_c(g->out, ')');
}

static inline void computedgen_bool(struct rulegen *g, unsigned depth)
{
    switch (depth == 0 ? 0 : dice_roll(g->dice, 8)) {
    case 0: RULEGEN_ONE(g, "is_done", "public"); return;
    case 1: case 2: computedgen_compare(g, depth - 1); return;
    case 3:
        rulegen_put(g, "(");
        computedgen_any(g, depth - 1);
        RULEGEN_ONE(g, " is null)", " IS NOT NULL)");
        return;
    case 4:
        rulegen_put(g, "!(");
        computedgen_bool(g, depth - 1);
        buf_c(g->out, ')');
        return;
    case 5:
        buf_c(g->out, '(');
        computedgen_bool(g, depth - 1);
        RULEGEN_ONE(g, " && ", " || ");
        computedgen_bool(g, depth - 1);
        buf_c(g->out, ')');
        return;
    case 6:
        rulegen_put(g, "(title ~ ");
        if (dice_roll(g->dice, 2) == 0)     /* of a reference there is none                        */
            computedgen_list(g, DICE_PICK(g->dice, "trim", "lower"), 1, 0, RULEGEN_TEXT, depth - 1);
        else
            rulegen_quoted(g, str_of(dice_pick(g->dice, RULEGEN_PATTERNS, COUNT(RULEGEN_PATTERNS))));
        buf_c(g->out, ')');
        return;
    default: computedgen_choice(g, RULEGEN_BOOL, depth - 1);
    }
}

static inline void computedgen_of(struct rulegen *g, enum rulegen_class class, unsigned depth)
{
    switch (class) {
    case RULEGEN_TEXT:   computedgen_text(g, depth); return;
    case RULEGEN_NUMBER: computedgen_number(g, depth); return;
    case RULEGEN_TIME:   computedgen_time(g, depth); return;
    case RULEGEN_DATE:   rulegen_put(g, "day"); return;
    default:             computedgen_bool(g, depth); return;
    }
}

#endif
