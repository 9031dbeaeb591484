/*
 * rulefold.h — what an expression comes to once the caller is known: a value, or a smaller tree.
 *
 * Made new  in cx->mem; the checked tree stays as it is. NOT is pushed down to the leaves (De
 *           Morgan holds in three-valued logic); NULL is false where both exclude the row
 */
#ifndef RULES_RULEFOLD_H
#define RULES_RULEFOLD_H

#include "rules/ast.h"

/* Values by field name, as submitted. */
struct rulefold_row { const struct rule_data *at; size_t n; };

/*
 * An AST_VALUE that is true or false, or a condition on columns. caller may be NULL: nobody. Of a
 * row only names without a type (R_ANY) are looked up here: no engine could compare them.
 */
struct ast *rulefold_condition(struct cx *cx, const struct rule *rule,
                               const struct rule_caller *caller, struct rulefold_row row);
/* NULL too when it does not fit the class: validation will name it. */
struct rulevalue rulefold_value(struct cx *cx, struct rulefold_row row, struct str field,
                                enum rulevalue_class class);

#endif
