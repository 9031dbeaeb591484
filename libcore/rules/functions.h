/*
 * functions.h — what rules and computed fields may call, how arithmetic is written: per engine, and
 * the same in memory.
 *
 * Pieces  a text, then the argument of that number (0, 1 …), the second and all after it
 *         (FUNCTIONS_REST, each after the text) or none (FUNCTIONS_END after the last); an argument
 *         stands twice only in what rules call
 */
#ifndef RULES_FUNCTIONS_H
#define RULES_FUNCTIONS_H

#include "db/qb.h"
#include "rules/rulevalue.h"

#define FUNCTIONS_END (-1)
#define FUNCTIONS_REST (-2)
#define FUNCTIONS_ANY_NUMBER 8192u                      /* as many as a text has room for         */
enum { FUNCTIONS_TAKES = 3 };

enum functions_use { FUNCTIONS_OF_RULES, FUNCTIONS_OF_COMPUTED };
struct functions_piece { struct sql text; int argument; };
struct functions_row {
    struct str name;
    enum functions_use use;
    size_t least, most;                                 /* arguments                              */
    enum rulevalue_class takes[FUNCTIONS_TAKES];        /* the last of them: what follows too.
                                                           ANY: all of these are of one class     */
    enum rulevalue_class gives;                         /* ANY: of that class                     */
    bool is_strict;                                     /* NULL where anything given is NULL      */
    const struct functions_piece *sqlite, *postgres;
    struct rulevalue (*of)(struct cx *cx, const struct rulevalue *at, size_t n);
};

/* NULL: there is none. */
const struct functions_row *functions_find(enum functions_use use, struct str name);
const struct functions_row *functions_convert(enum rulevalue_class from, enum rulevalue_class to);
/* What a unit of date_diff or date_add makes of it, and the number that stands for the unit. */
const struct functions_row *functions_unit(const struct functions_row *row, struct str unit,
                                           double *number);
extern const struct functions_row functions_finite;     /* a number, unless it is infinite        */
const struct functions_piece *functions_operator(enum rulevalue_op op, bool is_postgres);
bool functions_is_now(const struct functions_row *row);

#endif
