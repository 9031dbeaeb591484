/*
 * macro.h — the built-in macros of rules (data.md §8.4, permissions.md §5), expanded on the tree.
 *
 * An expansion is a tree as written, so its names are resolved and its types checked like the
 * author's own; faults come without a position.
 */
#ifndef RULES_MACRO_H
#define RULES_MACRO_H

#include "rules/ast.h"

/* call is an AST_CALL or AST_NAME whose text begins with @. */
bool macro_expand(struct arena *mem, const struct ast *call, struct ast **out,
                  struct str *message) MUST_CHECK;
/* "exactly 1 argument(s)" or "0–1 arguments", as all that is called counts them. */
bool macro_is_built_in(struct str called);       /* @has_role …                                   */
struct str macro_arity(struct arena *mem, struct str name, size_t least, size_t most, size_t got);

#endif
