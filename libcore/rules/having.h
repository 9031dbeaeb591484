/*
 * having.h — conditions on what an aggregation found (data.md §11): aliases, compared with values.
 *
 * Grammar  comparisons of an alias, sum_price or as it was asked for: sum(price), with a number or
 *          a text; AND, OR, parentheses; PARSE_BYTES of text, AST_DEPTH levels
 * Result   a rule like any other: rule_sql writes it over columns of r
 */
#ifndef RULES_HAVING_H
#define RULES_HAVING_H

#include "rules/rule.h"

/* aliases: the names of the results, with their columns and types; they live as long as the rule.
 * Faults are in the contract's words. */
bool having_read(struct arena *mem, struct str text, const struct rule_names *aliases,
                 struct rule **out, struct rule_fault *fault) MUST_CHECK;

#endif
