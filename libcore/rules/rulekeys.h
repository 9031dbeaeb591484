/*
 * rulekeys.h — which columns a condition looks at, and how an index could serve it.
 *
 * Pinned  the condition holds only where the column has one value: it may lead an index, and what
 *         comes after it is in order. Other columns only save reading the rows themselves
 */
#ifndef RULES_RULEKEYS_H
#define RULES_RULEKEYS_H

#include "rules/rule.h"

struct rulekeys { struct str *columns; bool *pinned; size_t n, room; };

/* Adds what the rule comes to for this caller; each column once. alone: all of it must hold. */
void rulekeys_add(struct cx *cx, const struct rule *rule, const struct rule_caller *caller,
                  bool alone, struct rulekeys *out);

#endif
