/*
 * rulevalue.h — values of expressions and what operators make of them, as SQL would.
 *
 * Three-valued  a comparison with NULL is RV_NULL, neither true nor false; so are a division by
 *               zero and what is no number
 * Texts         compare byte by byte; patterns (~) fold ASCII letters and know % and _, no escape
 * Numbers       doubles, as the columns are; times int64 microseconds; dates are text YYYY-MM-DD
 */
#ifndef RULES_RULEVALUE_H
#define RULES_RULEVALUE_H

#include "db/p.h"

enum rulevalue_kind { RV_NULL, RV_BOOL, RV_NUMBER, RV_TEXT, RV_TIME };
struct rulevalue {
    enum rulevalue_kind kind;
    bool yes;
    double number;
    int64_t time;
    struct str text;
};

/* What an operand may hold: ANY is settled by what it stands against. */
enum rulevalue_class {
    CLASS_ANY, CLASS_TEXT, CLASS_NUMBER, CLASS_BOOL, CLASS_TIME, CLASS_DATE, CLASS_JSON, CLASS_LIST,
    CLASS_WRONG                     /* a fault was found in it                                    */
};
enum rulevalue_op {
    RV_EQ, RV_NE, RV_LT, RV_LE, RV_GT, RV_GE,
    RV_ADD, RV_SUBTRACT, RV_MULTIPLY, RV_DIVIDE, RV_REMAINDER
};

struct rulevalue rulevalue_text(struct str s);                  /* absent: NULL                   */
struct rulevalue rulevalue_bool(bool yes);
struct rulevalue rulevalue_number(double n);                    /* NaN: NULL                      */
struct rulevalue rulevalue_of(struct param p);
struct param rulevalue_param(struct rulevalue v);               /* to be bound                    */

/* The value as one of this class; false when it cannot be. NULL is of every class. */
bool rulevalue_as(struct arena *mem, struct rulevalue v, enum rulevalue_class class,
                  struct rulevalue *out) MUST_CHECK;

struct rulevalue rulevalue_compare(enum rulevalue_op op, struct rulevalue a, struct rulevalue b);
bool rulevalue_is_pattern(struct rulevalue v);  /* at most 8192 characters: SQLite's limit     */
struct rulevalue rulevalue_like(struct rulevalue text, struct rulevalue pattern);
struct rulevalue rulevalue_calculate(enum rulevalue_op op, struct rulevalue a, struct rulevalue b);
struct rulevalue rulevalue_not(struct rulevalue v);

#endif
