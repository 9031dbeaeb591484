/* rulekeys.c — walks a folded condition for its columns. */
#include "rules/rulekeys.h"

#include "rules/rulefold.h"

static void add(struct arena *mem, struct str column, bool pinned, struct rulekeys *out)
{
    size_t i = 0, room = out->room == 0 ? 8 : out->room * 2;

    while (i < out->n && !str_eq(out->columns[i], column))
        i++;
    if (i == out->room) {
        out->columns = arena_grow(mem, out->columns, out->room * sizeof(*out->columns),
                                  room * sizeof(*out->columns));
        out->pinned = arena_grow(mem, out->pinned, out->room * sizeof(*out->pinned),
                                 room * sizeof(*out->pinned));
        out->room = room;
    }
    if (i == out->n) {
        out->columns[i] = column;
        out->pinned[i] = false;
        out->n++;
    }
    out->pinned[i] = out->pinned[i] || pinned;
}

/* The column that this part of the condition gives one value; NULL: none. */
static const struct ast *pinned_by(const struct ast *node)
{
    const struct ast *a = node->kid_count > 0 ? node->kids[0] : NULL;
    const struct ast *b = node->kid_count > 1 ? node->kids[1] : NULL;

    if (node->kind == AST_COLUMN)
        return node;                        /* a truth, which must be true                        */
    if (node->kind == AST_IS_NULL && !node->negated)
        return a->kind == AST_COLUMN ? a : NULL;
    if (node->kind != AST_COMPARE || node->op != RV_EQ)
        return NULL;
    if (a->kind == AST_COLUMN && b->kind == AST_VALUE)
        return a;
    return b->kind == AST_COLUMN && a->kind == AST_VALUE ? b : NULL;
}

static void walk(struct arena *mem, const struct ast *node, bool must_hold, struct rulekeys *out)
{
    const struct ast *pinned = must_hold ? pinned_by(node) : NULL;

    if (pinned != NULL)
        add(mem, pinned->column->column, true, out);
    else if (node->kind == AST_COLUMN)
        add(mem, node->column->column, false, out);
    for (size_t i = 0; i < node->kid_count; i++)
        walk(mem, node->kids[i], must_hold && node->kind == AST_ALL, out);
}

void rulekeys_add(struct cx *cx, const struct rule *rule, const struct rule_caller *caller,
                  bool alone, struct rulekeys *out)
{
    walk(cx->mem, rulefold_condition(cx, rule, caller), alone, out);
}
