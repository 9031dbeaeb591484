/* reason.h — for people who try a rule out: what it came to and why, and where its faults are. */
#ifndef RULES_REASON_H
#define RULES_REASON_H

#include "rules/ruleval.h"

struct reason_place { int64_t line, column; };          /* from 1; columns are code points        */
struct reason_place reason_place(struct str text, size_t position);
/* "Denied: condition 2 of 3 (line 1, column 17) is false." text: what the rule was read from. */
struct str reason_sentence(const struct ruleval *given, const struct rule *rule, struct str text);

#endif
