/*
 * ruletypes.h — the checker: resolves names, expands macros, types operands, fits literals.
 *
 * Filters may name fields only; rules may also name the caller, submitted data and macros (data.md
 * §7, §8; permissions.md §5). All faults are found, up to a limit, and joined with "; ".
 */
#ifndef RULES_RULETYPES_H
#define RULES_RULETYPES_H

#include "rules/ast.h"

/* Changes the tree in place; fills out->root and out->columns. */
bool ruletypes_check(struct arena *mem, enum rule_use use, const struct rule_names *names,
                     struct ast *root, struct rule *out, struct rule_fault *fault) MUST_CHECK;
enum rulevalue_class ruletypes_class(const struct rule_name *name);      /* of its values      */

#endif
