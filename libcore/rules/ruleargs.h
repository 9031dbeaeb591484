/*
 * ruleargs.h — operands made what they are needed as: converted, and those of one function alike.
 *
 * In place  a node that is converted becomes the call of a conversion around itself
 */
#ifndef RULES_RULEARGS_H
#define RULES_RULEARGS_H

#include "rules/ast.h"

/* False: it cannot be one of this class; the node is then as it was. */
bool ruleargs_convert(struct arena *mem, struct ast *node, enum rulevalue_class class) MUST_CHECK;
/*
 * The arguments of node->function, each checked: optional ones filled in, units resolved, all
 * converted; the node's class. False: why not, of which argument.
 */
struct ruleargs_fault { size_t argument; enum rulevalue_class wanted; struct str message; };
bool ruleargs_fit(struct arena *mem, struct ast *node, struct ruleargs_fault *fault) MUST_CHECK;
struct str ruleargs_arity(struct arena *mem, const struct ast *node);   /* absent: as many as due */

#endif
