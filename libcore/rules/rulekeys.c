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

/* What a sub-query compares its rows with. */
static struct str started_from(const struct ast *node)
{
    enum ast_join join = node->relation->join;

    return join == AST_REFERRED || join == AST_REFERRED_MANY || join == AST_ITEMS
               ? node->relation->column : S("id");
}

/* inside: sub-queries around it; columns of their rows are none of ours. */
static void walk(struct arena *mem, const struct ast *node, bool must_hold, unsigned inside,
                 struct rulekeys *out)
{
    const struct ast *pinned = must_hold ? pinned_by(node) : NULL;
    bool starts = node->kind == AST_TARGET || node->kind == AST_SOME;

    if (pinned != NULL)
        add(mem, pinned->column->column, true, out);
    else if (node->kind == AST_COLUMN && node->up == inside)
        add(mem, node->column->column, false, out);
    else if (starts && node->up == inside && node->relation->column.n > 0)
        add(mem, started_from(node), false, out);
    for (size_t i = 0; i < node->kid_count; i++)
        walk(mem, node->kids[i], must_hold && node->kind == AST_ALL, inside + starts, out);
}

void rulekeys_add(struct cx *cx, const struct rule *rule, const struct rule_caller *caller,
                  bool alone, struct rulekeys *out)
{
    walk(cx->mem, rulefold_condition(cx, rule, caller), alone, 0, out);
}
