/*
 * functions.h — what rules may call, how arithmetic is written: per engine, and the same in memory.
 *
 * Pieces  a text, then the argument of that number (0, 1 …) or none (FUNCTIONS_END after the last);
 *         an argument stands twice only where arguments are columns or values, never longer
 */
#ifndef RULES_FUNCTIONS_H
#define RULES_FUNCTIONS_H

#include "rules/rulevalue.h"
#include "db/qb.h"

#define FUNCTIONS_END (-1)
struct functions_piece { struct sql text; int argument; };
struct functions_row {
    struct str name;
    size_t arguments;                                   /* all of them texts                      */
    const struct functions_piece *sqlite, *postgres;
    bool (*holds)(struct str text, struct str part);
};

const struct functions_row *functions_find(struct str name);            /* NULL: there is none    */
const struct functions_piece *functions_operator(enum rulevalue_op op, bool is_postgres);

#endif
