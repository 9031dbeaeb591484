/*
 * rulefold.h — what an expression comes to once the caller is known: a value, or a smaller tree.
 *
 * Made new  in cx->mem; the checked tree stays as it is. NOT is pushed down to the leaves (De
 *           Morgan holds in three-valued logic); NULL is false where both exclude the row
 */
#ifndef RULES_RULEFOLD_H
#define RULES_RULEFOLD_H

#include "rules/ast.h"

/* An AST_VALUE that is true or false, or a condition on columns. caller may be NULL: nobody. */
struct ast *rulefold_condition(struct cx *cx, const struct rule *rule,
                               const struct rule_caller *caller);

/* What a value comes to, for nobody in particular: of a computed field. */
struct ast *rulefold_value(struct cx *cx, const struct ast *node);

#endif
