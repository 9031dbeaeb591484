/* functions.c — the table of rule functions and arithmetic operators. */
#include "rules/functions.h"

#define PIECES static const struct functions_piece

/* No pattern language: a % in the data is a %. Both engines compare byte by byte here. */
PIECES CONTAINS_SQLITE[] = {
    { SQL("(instr("), 0 }, { SQL(", "), 1 }, { SQL(") > 0)"), FUNCTIONS_END } };
PIECES CONTAINS_POSTGRES[] = {
    { SQL("(strpos("), 0 }, { SQL(", "), 1 }, { SQL(") > 0)"), FUNCTIONS_END } };
PIECES STARTS_WITH[] = {
    { SQL("(substr("), 0 }, { SQL(", 1, length("), 1 }, { SQL(")) = "), 1 },
    { SQL(")"), FUNCTIONS_END } };
/* A part longer than the text starts before it; what substr then gives is shorter than the part. */
PIECES ENDS_WITH[] = {
    { SQL("(substr("), 0 }, { SQL(", length("), 0 }, { SQL(") - length("), 1 },
    { SQL(") + 1) = "), 1 }, { SQL(")"), FUNCTIONS_END } };

static const struct functions_row ROWS[] = {
    { S_INIT("contains"), 2, CONTAINS_SQLITE, CONTAINS_POSTGRES, str_has },
    { S_INIT("starts_with"), 2, STARTS_WITH, STARTS_WITH, str_starts },
    { S_INIT("ends_with"), 2, ENDS_WITH, ENDS_WITH, str_ends },
};

/* SQLite computes as IEEE 754 says; PostgreSQL would fail, so schema/ has functions that do. */
PIECES ADD[] = { { SQL("("), 0 }, { SQL(" + "), 1 }, { SQL(")"), FUNCTIONS_END } };
PIECES SUBTRACT[] = { { SQL("("), 0 }, { SQL(" - "), 1 }, { SQL(")"), FUNCTIONS_END } };
PIECES MULTIPLY[] = { { SQL("("), 0 }, { SQL(" * "), 1 }, { SQL(")"), FUNCTIONS_END } };
PIECES DIVIDE[] = { { SQL("("), 0 }, { SQL(" / "), 1 }, { SQL(")"), FUNCTIONS_END } };
PIECES REMAINDER[] = { { SQL("mod("), 0 }, { SQL(", "), 1 }, { SQL(")"), FUNCTIONS_END } };
PIECES RULE_ADD[] = { { SQL("rule_add("), 0 }, { SQL(", "), 1 }, { SQL(")"), FUNCTIONS_END } };
PIECES RULE_SUBTRACT[] = {
    { SQL("rule_add("), 0 }, { SQL(", - "), 1 }, { SQL(")"), FUNCTIONS_END } };
PIECES RULE_MULTIPLY[] = {
    { SQL("rule_multiply("), 0 }, { SQL(", "), 1 }, { SQL(")"), FUNCTIONS_END } };
PIECES RULE_DIVIDE[] = {
    { SQL("rule_divide("), 0 }, { SQL(", "), 1 }, { SQL(")"), FUNCTIONS_END } };
PIECES RULE_REMAINDER[] = {
    { SQL("rule_remainder("), 0 }, { SQL(", "), 1 }, { SQL(")"), FUNCTIONS_END } };

static const struct functions_piece *const OPERATORS[][2] = {
    [RV_ADD] = { ADD, RULE_ADD },           [RV_SUBTRACT] = { SUBTRACT, RULE_SUBTRACT },
    [RV_MULTIPLY] = { MULTIPLY, RULE_MULTIPLY }, [RV_DIVIDE] = { DIVIDE, RULE_DIVIDE },
    [RV_REMAINDER] = { REMAINDER, RULE_REMAINDER },
};

const struct functions_row *functions_find(struct str name)
{
    for (size_t i = 0; i < COUNT(ROWS); i++)
        if (str_eq_nocase(ROWS[i].name, name))
            return &ROWS[i];
    return NULL;
}

const struct functions_piece *functions_operator(enum rulevalue_op op, bool is_postgres)
{
    return OPERATORS[op][is_postgres];
}
