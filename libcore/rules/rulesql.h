/*
 * rulesql.h — a folded condition as SQL: columns of r, every value bound, alike on both engines.
 *
 * Stack   SQLite 3.40 parses with 100 places for what is still open, the statement around included:
 *         the operand that needs most is written first; what needs more than the limit is refused
 * Size    of a statement is limited on both engines: what is too long is refused as well
 */
#ifndef RULES_RULESQL_H
#define RULES_RULESQL_H

#include "rules/ast.h"

#define RULESQL_NEED 72u
#define RULESQL_COMPUTED_NEED 56u           /* so that a condition on it has room around it       */
#define RULESQL_SIZE 8192u
#define RULESQL_COMPUTED_SIZE 200u          /* lists may write it dozens of times                 */

unsigned rulesql_need(const struct ast *node);
unsigned rulesql_size(const struct ast *node);      /* nodes, those of computed fields among them */
void rulesql_condition(struct qb *q, const struct ast *node);   /* in parentheses, or one word    */
void rulesql_value(struct qb *q, const struct ast *node);       /* in parentheses, or one word    */
/* CAST(value AS …), so that the engine knows the type of what is bound. */
void rulesql_typed(struct qb *q, struct rulevalue v, enum rulevalue_class class);

#endif
