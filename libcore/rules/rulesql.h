/*
 * rulesql.h — a folded condition as SQL: columns of r, every value bound, alike on both engines.
 *
 * Stack   SQLite 3.40 parses with 100 places for what is still open, the statement around included:
 *         the operand that needs most is written first; what needs more than the limit is refused
 */
#ifndef RULES_RULESQL_H
#define RULES_RULESQL_H

#include "rules/ast.h"

#define RULESQL_NEED 72u

unsigned rulesql_need(const struct ast *node);
void rulesql_condition(struct qb *q, const struct ast *node);   /* in parentheses, or one word    */
void rulesql_value(struct qb *q, const struct ast *node);       /* in parentheses, or one word    */
/* CAST(value AS …), so that the engine knows the type of what is bound. */
void rulesql_typed(struct qb *q, struct rulevalue v, enum rulevalue_class class);

#endif
