/* rulefold.c — evaluates what is known before the query and keeps the rest. */
#include "rules/rulefold.h"

#include "rules/functions.h"
#include "rules/ruleval.h"

/* flip: the negation is wanted. top: NULL and false do the same, so NULL becomes false. */
struct fold { struct cx *cx; const struct rule_caller *caller; };
struct want { bool flip, top; };

static const struct rulevalue UNKNOWN = { .kind = RV_NULL };

static struct ast *condition(const struct fold *f, const struct ast *node, struct want want);
static struct ast *operand(const struct fold *f, const struct ast *node);
static struct ast *value_or_condition(const struct fold *f, const struct ast *node,
                                      struct want want);

static struct ast *known(const struct fold *f, struct rulevalue v, struct want want)
{
    if (want.flip)
        v = rulevalue_not(v);
    if (want.top && v.kind == RV_NULL)
        v = rulevalue_bool(false);
    return ast_value(f->cx->mem, v, 0);
}

static bool is_value(const struct ast *node)
{
    return node->kind == AST_VALUE;
}

static bool is_null(const struct ast *node)
{
    return node->kind == AST_VALUE && node->value.kind == RV_NULL;
}

/* A node like the one given, with room for other kids. */
static struct ast *like_it(const struct fold *f, const struct ast *node)
{
    struct ast *copy = arena_make(f->cx->mem, struct ast);
    *copy = *node;
    copy->depth = 1;
    copy->kids = NULL;
    copy->kid_count = copy->room = 0;
    return copy;
}

static struct ast *negated(const struct fold *f, struct ast *node, bool flip)
{
    if (!flip)
        return node;
    struct ast *made = ast_new(f->cx->mem, AST_NOT, node->position);
    made->class = CLASS_BOOL;
    ast_add(f->cx->mem, made, node);
    return made;
}

/* What needs no row: the caller, what is submitted, the hour. */
static struct ast *now_known(const struct fold *f, const struct ast *node, struct want want)
{
    const struct ruleval given = { .cx = f->cx, .caller = f->caller };
    return known(f, ruleval_of(&given, node), want);
}

/* A computed one of this row is what it comes to. */
static struct ast *column(const struct fold *f, const struct ast *node, struct want want)
{
    if (node->column->computed != NULL && node->up == 0)
        return value_or_condition(f, node->column->computed->expression, want);
    return negated(f, like_it(f, node), want.flip);
}

static struct ast *stored_elsewhere(const struct fold *f, const struct ast *node, bool flip)
{
    struct ast *copy = arena_make(f->cx->mem, struct ast);
    *copy = *node;
    return negated(f, copy, flip);
}

static struct ast *folded(const struct fold *f, const struct ast *node)
{
    const struct want plain = { false, false };
    switch (node->kind) {
    case AST_VALUE:
        return like_it(f, node);
    case AST_TARGET: case AST_ITEM:
        return stored_elsewhere(f, node, false);
    case AST_COLUMN:
        return column(f, node, plain);
    case AST_CALLER: case AST_DATA:
        return now_known(f, node, plain);
    case AST_NEGATE: {
        struct ast *a = operand(f, node->kids[0]), *made;
        if (is_value(a) && a->value.kind == RV_NUMBER)
            return known(f, rulevalue_number(-a->value.number), plain);
        if (is_value(a))
            return known(f, UNKNOWN, plain);
        made = like_it(f, node);
        ast_add(f->cx->mem, made, a);
        return made;
    }
    case AST_CALCULATE: {
        struct ast *a = operand(f, node->kids[0]), *b = operand(f, node->kids[1]), *made;
        if (is_null(a) || is_null(b) || (is_value(a) && is_value(b)))
            return known(f, rulevalue_calculate(node->op, a->value, b->value), plain);
        made = like_it(f, node);
        ast_add(f->cx->mem, made, a);
        ast_add(f->cx->mem, made, b);
        return made;
    }
    default:
        return condition(f, node, plain);
    }
}

/* A value is of the class that is wanted here, NULL too: its type is written into the statement. */
static struct ast *operand(const struct fold *f, const struct ast *node)
{
    struct ast *made = folded(f, node);
    if (is_value(made) && node->class != CLASS_ANY)
        made->class = node->class;
    return made;
}

/* Conditions may be turned around and know who asks; other values are what they are. */
static struct ast *value_or_condition(const struct fold *f, const struct ast *node,
                                      struct want want)
{
    return node->class == CLASS_BOOL ? condition(f, node, want) : operand(f, node);
}

static struct ast *compare(const struct fold *f, const struct ast *node, struct want want)
{
    static const enum rulevalue_op OPPOSITE[] = {
        [RV_EQ] = RV_NE, [RV_NE] = RV_EQ, [RV_LT] = RV_GE, [RV_GE] = RV_LT, [RV_GT] = RV_LE,
        [RV_LE] = RV_GT,
    };
    struct ast *a = operand(f, node->kids[0]), *b = operand(f, node->kids[1]);
    if (is_null(a) || is_null(b))
        return known(f, UNKNOWN, want);
    if (is_value(a) && is_value(b))
        return known(f, rulevalue_compare(node->op, a->value, b->value), want);
    struct ast *made = like_it(f, node);
    made->op = want.flip ? OPPOSITE[node->op] : node->op;
    ast_add(f->cx->mem, made, a);
    ast_add(f->cx->mem, made, b);
    return made;
}

static struct ast *like(const struct fold *f, const struct ast *node, struct want want)
{
    struct ast *a = operand(f, node->kids[0]), *b = operand(f, node->kids[1]);
    want.flip ^= node->negated;
    if (is_null(a) || is_null(b) || (is_value(b) && !rulevalue_is_pattern(b->value)))
        return known(f, UNKNOWN, want);
    if (is_value(a) && is_value(b))
        return known(f, rulevalue_like(a->value, b->value), want);
    struct ast *made = like_it(f, node);
    made->negated = want.flip;
    ast_add(f->cx->mem, made, a);
    ast_add(f->cx->mem, made, b);
    return made;
}

/* The items of the list, the caller's groups among them. */
static struct ast *items(const struct fold *f, const struct ast *node)
{
    struct ast *made = like_it(f, node);
    const struct actor *who = f->caller == NULL ? NULL : f->caller->who;
    ast_add(f->cx->mem, made, operand(f, node->kids[0]));
    for (size_t i = 1; i < node->kid_count; i++) {
        if (node->kids[i]->kind != AST_GROUPS) {
            ast_add(f->cx->mem, made, operand(f, node->kids[i]));
            continue;
        }
        for (size_t g = 0; who != NULL && who->kind != ACTOR_ANONYMOUS && g < who->group_count; g++)
            ast_add(f->cx->mem, made, ast_value(f->cx->mem, rulevalue_text(who->groups[g]), 0));
    }
    return made;
}

static struct ast *in(const struct fold *f, const struct ast *node, struct want want)
{
    struct ast *all = items(f, node), *left = all->kids[0];
    bool unknown = false;
    want.flip ^= node->negated;
    all->negated = want.flip;
    if (all->kid_count == 1)
        return known(f, rulevalue_bool(false), want);
    if (is_null(left))
        return known(f, UNKNOWN, want);
    if (!is_value(left))
        return all;
    struct ast *rest = like_it(f, all);
    ast_add(f->cx->mem, rest, left);
    for (size_t i = 1; i < all->kid_count; i++) {
        struct ast *item = all->kids[i];
        struct rulevalue same = is_value(item) ? rulevalue_compare(RV_EQ, left->value, item->value)
                                               : rulevalue_bool(false);
        if (same.kind == RV_BOOL && same.yes)
            return known(f, same, want);
        unknown = unknown || same.kind == RV_NULL;
        if (!is_value(item))
            ast_add(f->cx->mem, rest, item);
    }
    if (rest->kid_count == 1)
        return known(f, unknown ? UNKNOWN : rulevalue_bool(false), want);
    if (unknown)
        ast_add(f->cx->mem, rest, ast_value(f->cx->mem, UNKNOWN, 0));
    return rest;
}

static struct ast *is_null_test(const struct fold *f, const struct ast *node, struct want want)
{
    struct ast *a = operand(f, node->kids[0]);
    want.flip ^= node->negated;
    if (is_value(a))
        return known(f, rulevalue_bool(is_null(a)), want);
    struct ast *made = like_it(f, node);
    made->negated = want.flip;
    ast_add(f->cx->mem, made, a);
    return made;
}

static struct ast *function(const struct fold *f, const struct ast *node, struct want want)
{
    struct ast *made = like_it(f, node);
    bool is_known = true, has_null = false;
    for (size_t i = 0; i < node->kid_count; i++) {
        struct ast *kid = operand(f, node->kids[i]);
        is_known = is_known && is_value(kid);
        has_null = has_null || is_null(kid);
        ast_add(f->cx->mem, made, kid);
    }
    if (is_known || (has_null && node->function->is_strict))
        return now_known(f, made, want);
    return negated(f, made, want.flip);
}

/* What it is called with is known or a column; what it says is not. */
static struct ast *macro(const struct fold *f, const struct ast *node, struct want want)
{
    struct ast *made = like_it(f, node);
    for (size_t i = 0; i < node->kid_count; i++)
        ast_add(f->cx->mem, made, operand(f, node->kids[i]));
    return negated(f, made, want.flip);
}

static bool asks_rows(const struct ast *node)
{
    bool asks = node->kind == AST_COLUMN || node->kind == AST_TARGET || node->kind == AST_MACRO;
    for (size_t i = 0; i < node->kid_count && !asks; i++)
        asks = asks_rows(node->kids[i]);
    return asks;
}

/* Of other rows nothing is known, but what is asked of them may be; of what is submitted all is. */
static struct ast *some(const struct fold *f, const struct ast *node, struct want want)
{
    const struct ruleval given = { .cx = f->cx, .caller = f->caller };
    struct ast *made = like_it(f, node), *part;
    struct str text;
    struct jv list;
    if (!str_absent(node->field)) {
        if (!ruleval_items(&given, node, &text, &list))
            return known(f, rulevalue_bool(false), want);
        if (node->kid_count == 0 || !asks_rows(node->kids[0]))
            return now_known(f, node, want);
        made->value = rulevalue_text(text);
    }
    if (node->kid_count > 0) {
        part = condition(f, node->kids[0], (struct want){ .top = true });
        if (is_value(part) && !part->value.yes)
            return known(f, rulevalue_bool(false), want);
        if (!is_value(part))
            ast_add(f->cx->mem, made, part);
    }
    return negated(f, made, want.flip);
}

/* AND and OR, one the mirror of the other: true settles an OR alone, false an AND. */
static struct ast *junction(const struct fold *f, const struct ast *node, struct want want)
{
    bool is_any = (node->kind == AST_ANY) != want.flip, unknown = false;
    struct ast *made = like_it(f, node);
    made->kind = is_any ? AST_ANY : AST_ALL;
    for (size_t i = 0; i < node->kid_count; i++) {
        struct ast *part = condition(f, node->kids[i], want);
        if (!is_value(part))
            ast_add(f->cx->mem, made, part);
        else if (is_null(part))
            unknown = true;
        else if (part->value.yes == is_any)
            return part;
    }
    if (unknown)
        ast_add(f->cx->mem, made, ast_value(f->cx->mem, UNKNOWN, 0));
    if (made->kid_count == 0)
        return ast_value(f->cx->mem, rulevalue_bool(!is_any), 0);
    return made->kid_count == 1 ? made->kids[0] : made;
}

static struct ast *condition(const struct fold *f, const struct ast *node, struct want want)
{
    switch (node->kind) {
    case AST_ALL: case AST_ANY: return junction(f, node, want);
    case AST_NOT: return condition(f, node->kids[0], (struct want){ !want.flip, want.top });
    case AST_COMPARE:  return compare(f, node, want);
    case AST_LIKE:     return like(f, node, want);
    case AST_IN:       return in(f, node, want);
    case AST_IS_NULL:  return is_null_test(f, node, want);
    case AST_FUNCTION: return function(f, node, want);
    case AST_MACRO:    return macro(f, node, want);
    case AST_VALUE: case AST_DATA: case AST_HOURS: case AST_MAY:
        return now_known(f, node, want);
    case AST_COLUMN:   return column(f, node, want);
    case AST_SOME:     return some(f, node, want);
    case AST_TARGET: case AST_ITEM:
        return stored_elsewhere(f, node, want.flip);
    default:           return known(f, UNKNOWN, want);
    }
}

struct ast *rulefold_condition(struct cx *cx, const struct rule *rule,
                               const struct rule_caller *caller)
{
    const struct fold f = { cx, caller };
    return condition(&f, rule->root, (struct want){ .top = true });
}

struct ast *rulefold_value(struct cx *cx, const struct ast *node)
{
    const struct fold f = { cx, NULL };
    return operand(&f, node);
}
