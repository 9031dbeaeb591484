/*
 * ruleval.h — what an expression comes to for a caller and a row in hand: in memory, as SQL would.
 *
 * Trees   as checked or as folded, to the same answer: folding is for statements, not needed here
 * Rows    values by field name. One that is not there is NULL, and so is one that is not of its
 *         field's class, as in rule_holds
 * Memory  cx->mem, of which only texts that have to be made take any
 */
#ifndef RULES_RULEVAL_H
#define RULES_RULEVAL_H

#include "base/jv.h"
#include "rules/ast.h"

enum { RULEVAL_MACROS = 1, RULEVAL_RELATIONS = 2 };     /* what only the database knows           */
struct ruleval {
    struct cx *cx;                          /* for its now and its memory                         */
    const struct rule_caller *caller;       /* NULL: nobody                                       */
    const struct rule_data *row; size_t row_count;
    unsigned *met;                          /* gets those of these that are met; may be NULL      */
    struct rulevalue item;                  /* for AST_ITEM                                       */
};
/* Of any node but a list; of a condition: RV_BOOL, or RV_NULL where SQL says neither. */
struct rulevalue ruleval_of(const struct ruleval *given, const struct ast *node);
struct rulevalue ruleval_field(struct cx *cx, const struct rule_data *row, size_t row_count,
                               struct str field, enum rulevalue_class class);
/* The list that an AST_SOME of items goes through: its text, and what it says. False: none. */
bool ruleval_items(const struct ruleval *given, const struct ast *node, struct str *text,
                   struct jv *list);
/*
 * Whether the rule lets this caller have this row: unknown does not. Needs no database, so what a
 * stored macro or another row says is unknown as well; when it hangs on that, the answer is to ask:
 * rule_holds, or a statement with rule_sql. Yes and no stand whatever those would say. met: as in
 * struct ruleval; may be NULL.
 */
enum ruleval_answer { RULEVAL_NO, RULEVAL_YES, RULEVAL_ASK };
enum ruleval_answer ruleval_answer(struct cx *cx, const struct rule *rule,
                                   const struct rule_caller *caller, const struct rule_data *row,
                                   size_t row_count, unsigned *met);
bool ruleval_holds(struct cx *cx, const struct rule *rule, const struct rule_caller *caller,
                   const struct rule_data *row, size_t row_count);      /* whether that is yes    */

#endif
