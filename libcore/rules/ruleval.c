/* ruleval.c — walks a tree with caller and row in hand; t/unit/16-ruleprop.c proves it. */
#include "rules/ruleval.h"

#include "base/when.h"
#include "rules/functions.h"

#define FEW 4u                              /* arguments that need no memory                      */

static const struct rulevalue UNKNOWN = { .kind = RV_NULL };

static const struct actor *signed_in(const struct ruleval *given)
{
    const struct actor *who = given->caller == NULL ? NULL : given->caller->who;
    return who == NULL || who->kind == ACTOR_ANONYMOUS ? NULL : who;
}

/* Whoever is not signed in has empty attributes, not NULL ones (data.md §8.2). */
static struct rulevalue attribute(const struct ruleval *given, enum ast_attribute which)
{
    const struct actor *who = signed_in(given);
    struct str text = NO_STR;
    if (who != NULL)
        text = which == AST_ID ? who->id : which == AST_EMAIL ? who->email
             : which == AST_ROLE ? who->role : who->account_id;
    return rulevalue_text(str_absent(text) ? S("") : text);
}

struct rulevalue ruleval_field(struct cx *cx, const struct rule_data *row, size_t row_count,
                               struct str field, enum rulevalue_class class)
{
    struct rulevalue v;
    for (size_t i = 0; i < row_count; i++)
        if (str_eq(row[i].field, field))
            return rulevalue_as(cx->mem, rulevalue_of(row[i].value), class, &v) ? v : UNKNOWN;
    return UNKNOWN;
}

static struct rulevalue submitted(const struct ruleval *given, const struct ast *node)
{
    const struct rule_caller *caller = given->caller;
    if (caller == NULL)
        return UNKNOWN;
    return ruleval_field(given->cx, caller->data, caller->data_count, node->field, node->class);
}

/* True settles an OR, false an AND. */
static struct rulevalue junction(const struct ruleval *given, const struct ast *node)
{
    bool is_any = node->kind == AST_ANY, unknown = false;
    for (size_t i = 0; i < node->kid_count; i++) {
        struct rulevalue part = ruleval_of(given, node->kids[i]);
        if (part.kind == RV_NULL)
            unknown = true;
        else if (part.yes == is_any)
            return part;
    }
    return unknown ? UNKNOWN : rulevalue_bool(!is_any);
}

static struct rulevalue in_groups(const struct ruleval *given, struct rulevalue left)
{
    const struct actor *who = signed_in(given);
    if (who == NULL || who->group_count == 0)
        return rulevalue_bool(false);                   /* of an empty list: even NULL is not in  */
    for (size_t i = 0; left.kind == RV_TEXT && i < who->group_count; i++)
        if (str_eq(left.text, who->groups[i]))
            return rulevalue_bool(true);
    return left.kind == RV_TEXT ? rulevalue_bool(false) : UNKNOWN;
}

static struct rulevalue in(const struct ruleval *given, const struct ast *node)
{
    struct rulevalue left = ruleval_of(given, node->kids[0]);
    bool unknown = false;
    if (node->kid_count == 2 && node->kids[1]->kind == AST_GROUPS)
        return in_groups(given, left);
    for (size_t i = 1; i < node->kid_count; i++) {
        struct rulevalue item = ruleval_of(given, node->kids[i]);
        struct rulevalue same = rulevalue_compare(RV_EQ, left, item);
        if (same.kind == RV_BOOL && same.yes)
            return same;
        unknown = unknown || same.kind == RV_NULL;
    }
    return unknown ? UNKNOWN : rulevalue_bool(false);
}

static struct rulevalue function(const struct ruleval *given, const struct ast *node)
{
    struct rulevalue few[FEW], *at = few;
    bool has_null = false;
    if (node->kid_count > FEW)
        at = arena_list(given->cx->mem, struct rulevalue, node->kid_count);
    for (size_t i = 0; i < node->kid_count; i++) {
        at[i] = ruleval_of(given, node->kids[i]);
        has_null = has_null || at[i].kind == RV_NULL;
    }
    if (has_null && node->function->is_strict)
        return UNKNOWN;
    return node->function->of(given->cx, at, node->kid_count);
}

/* UTC; a range over midnight wraps. */
static struct rulevalue within_hours(const struct ruleval *given, const struct ast *node)
{
    double from = node->kids[0]->value.number, to = node->kids[1]->value.number;
    int64_t hour = (given->cx->now % WHEN_DAY + WHEN_DAY) % WHEN_DAY / (60 * WHEN_MINUTE);
    bool begun = (double)hour >= from, ends_later = (double)hour < to;
    return rulevalue_bool(from <= to ? begun && ends_later : begun || ends_later);
}

static struct rulevalue may(const struct ruleval *given, const struct ast *node)
{
    const struct rule_caller *caller = given->caller;
    return rulevalue_bool(caller != NULL && caller->may != NULL
        && caller->may(caller->state, node->kids[0]->value.text, node->kids[1]->value.text));
}

static struct rulevalue negate(struct rulevalue v)
{
    return v.kind == RV_NUMBER ? rulevalue_number(-v.number) : UNKNOWN;
}

/* Operators on two operands; [NOT] belongs to LIKE only. */
static struct rulevalue binary(const struct ruleval *given, const struct ast *node)
{
    struct rulevalue a = ruleval_of(given, node->kids[0]), b = ruleval_of(given, node->kids[1]);
    if (node->kind == AST_COMPARE)
        return rulevalue_compare(node->op, a, b);
    if (node->kind == AST_CALCULATE)
        return rulevalue_calculate(node->op, a, b);
    return node->negated ? rulevalue_not(rulevalue_like(a, b)) : rulevalue_like(a, b);
}

static struct rulevalue met(const struct ruleval *given, unsigned what)
{
    if (given->met != NULL)
        *given->met |= what;
    return UNKNOWN;
}

/* Of what only the database knows it is unknown as well whether it is NULL. */
static struct rulevalue is_null(const struct ruleval *given, const struct ast *node)
{
    unsigned seen = 0;
    struct ruleval inner = *given;
    inner.met = &seen;
    struct rulevalue v = ruleval_of(&inner, node->kids[0]);
    if (v.kind == RV_NULL && seen != 0)
        return met(given, seen);
    return rulevalue_bool((v.kind == RV_NULL) != node->negated);
}

bool ruleval_items(const struct ruleval *given, const struct ast *node, struct str *text,
                   struct jv *list)
{
    const struct rule_caller *caller = given->caller;
    struct rulevalue value = UNKNOWN;
    struct jv_fault fault;
    if (str_absent(node->field))
        value = ruleval_field(given->cx, given->row, given->row_count, node->column->name,
                              CLASS_JSON);
    else if (node->value.kind != RV_NULL || caller == NULL)
        value = node->value;                            /* as folded                              */
    else
        value = ruleval_field(given->cx, caller->data, caller->data_count, node->field, CLASS_JSON);
    *text = value.text;
    return value.kind == RV_TEXT && jv_parse(given->cx, value.text, list, &fault)
        && list->kind == JV_ARRAY;
}

/* Whether any of the items of the field does. */
static struct rulevalue some(const struct ruleval *given, const struct ast *node)
{
    struct ruleval inner = *given;
    struct str text;
    struct jv list;
    unsigned seen = 0;
    inner.met = &seen;
    if (node->relation->join != AST_ITEMS)
        return met(given, RULEVAL_RELATIONS);
    if (!ruleval_items(given, node, &text, &list))
        return rulevalue_bool(false);
    for (size_t i = 0; i < jv_count(list); i++) {
        inner.item = rulevalue_text(jv_text(jv_at(list, i)));
        if (node->kid_count == 0)
            return rulevalue_bool(true);
        struct rulevalue v = ruleval_of(&inner, node->kids[0]);
        if (v.kind == RV_BOOL && v.yes)
            return v;
    }
    return seen != 0 ? met(given, seen) : rulevalue_bool(false);
}

struct rulevalue ruleval_of(const struct ruleval *given, const struct ast *node)
{
    struct rulevalue v = UNKNOWN;
    switch (node->kind) {
    case AST_VALUE:
        return node->value;
    case AST_COLUMN:
        if (node->column->computed != NULL)
            return ruleval_of(given, node->column->computed->expression);
        return ruleval_field(given->cx, given->row, given->row_count, node->column->name,
                             node->class);
    case AST_CALLER:                 return attribute(given, node->attribute);
    case AST_DATA:                   return submitted(given, node);
    case AST_ALL: case AST_ANY:      return junction(given, node);
    case AST_NOT:                    return rulevalue_not(ruleval_of(given, node->kids[0]));
    case AST_COMPARE: case AST_LIKE:
    case AST_CALCULATE:              return binary(given, node);
    case AST_NEGATE:                 return negate(ruleval_of(given, node->kids[0]));
    case AST_FUNCTION:               return function(given, node);
    case AST_HOURS:                  return within_hours(given, node);
    case AST_MAY:                    return may(given, node);
    case AST_IN:
        v = in(given, node);
        return node->negated ? rulevalue_not(v) : v;
    case AST_IS_NULL:                return is_null(given, node);
    case AST_MACRO:                  return met(given, RULEVAL_MACROS);
    case AST_TARGET:                 return met(given, RULEVAL_RELATIONS);
    case AST_SOME:                   return some(given, node);
    case AST_ITEM:                   return given->item;
    case AST_NAME: case AST_CALL: case AST_GROUPS: break;   /* the checker leaves none but in IN  */
    }
    return v;
}

enum ruleval_answer ruleval_answer(struct cx *cx, const struct rule *rule,
                                   const struct rule_caller *caller, const struct rule_data *row,
                                   size_t row_count, unsigned *met_here)
{
    unsigned seen = 0;
    const struct ruleval given = { .cx = cx, .caller = caller, .row = row,
                                   .row_count = row_count, .met = &seen };
    struct rulevalue v = ruleval_of(&given, rule->root);
    if (met_here != NULL)
        *met_here |= seen;
    if (v.kind == RV_BOOL)
        return v.yes ? RULEVAL_YES : RULEVAL_NO;
    return seen != 0 ? RULEVAL_ASK : RULEVAL_NO;
}

bool ruleval_holds(struct cx *cx, const struct rule *rule, const struct rule_caller *caller,
                   const struct rule_data *row, size_t row_count)
{
    return ruleval_answer(cx, rule, caller, row, row_count, NULL) == RULEVAL_YES;
}
