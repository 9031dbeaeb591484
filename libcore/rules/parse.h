/*
 * parse.h — from text to a tree as written (grammar: data.md §6.2, permissions.md §5).
 *
 * Limits   PARSE_BYTES of text, AST_DEPTH levels, PARSE_ITEMS in an IN list
 * Faults   the first one, with its position in the message
 */
#ifndef RULES_PARSE_H
#define RULES_PARSE_H

#include "rules/ast.h"

#define PARSE_BYTES 8192u
#define PARSE_ITEMS 512u

/* names only tells whether and, or, like are fields where an operator cannot stand. */
bool parse_expression(struct arena *mem, struct str text, enum rule_use use,
                      const struct rule_names *names, struct ast **out,
                      struct rule_fault *fault) MUST_CHECK;
/* The digits of a token, with at most one point; false: too large. */
bool parse_number(struct str digits, double *out) MUST_CHECK;

#endif
