/* functions.c — the tables of functions and of arithmetic operators. */
#include "rules/functions.h"

#include "base/when.h"
#include "rules/compute.h"

#define PIECES static const struct functions_piece
#define END { SQL(")"), FUNCTIONS_END }

/* No pattern language: a % in the data is a %. Both engines compare byte by byte here. */
PIECES CONTAINS_SQLITE[] = {
    { SQL("(instr("), 0 }, { SQL(", "), 1 }, { SQL(") > 0)"), FUNCTIONS_END } };
PIECES CONTAINS_POSTGRES[] = {
    { SQL("(strpos("), 0 }, { SQL(", "), 1 }, { SQL(") > 0)"), FUNCTIONS_END } };
PIECES STARTS_WITH[] = {
    { SQL("(substr("), 0 }, { SQL(", 1, length("), 1 }, { SQL(")) = "), 1 }, END };
/* A part longer than the text starts before it; what substr then gives is shorter than the part. */
PIECES ENDS_WITH[] = {
    { SQL("(substr("), 0 }, { SQL(", length("), 0 }, { SQL(") - length("), 1 },
    { SQL(") + 1) = "), 1 }, END };

/* Letters are those of ASCII on both: SQLite knows no others, nor does the collation "C". */
PIECES CONCAT[] = { { SQL("("), 0 }, { SQL(" || "), FUNCTIONS_REST }, END };
PIECES UPPER_SQLITE[] = { { SQL("upper("), 0 }, END };
PIECES UPPER_POSTGRES[] = {
    { SQL("upper("), 0 }, { SQL(" COLLATE \"C\")"), FUNCTIONS_END } };
PIECES LOWER_SQLITE[] = { { SQL("lower("), 0 }, END };
PIECES LOWER_POSTGRES[] = {
    { SQL("lower("), 0 }, { SQL(" COLLATE \"C\")"), FUNCTIONS_END } };
PIECES TRIM[] = { { SQL("trim("), 0 }, END };
PIECES LENGTH[] = {
    { SQL("CAST(length("), 0 }, { SQL(") AS DOUBLE PRECISION)"), FUNCTIONS_END } };
PIECES SUBSTRING[] = { { SQL("rule_part("), 0 }, { SQL(", "), FUNCTIONS_REST }, END };
PIECES ABS[] = { { SQL("abs("), 0 }, END };
PIECES ROUND[] = { { SQL("rule_round("), 0 }, { SQL(", "), 1 }, END };
PIECES CEIL[] = { { SQL("ceil("), 0 }, END };
PIECES FLOOR[] = { { SQL("floor("), 0 }, END };
PIECES FINITE_SQLITE[] = {
    { SQL("nullif(nullif("), 0 }, { SQL(", 9e999), -9e999)"), FUNCTIONS_END } };
PIECES FINITE_POSTGRES[] = {
    { SQL("nullif(nullif("), 0 }, { SQL(", 'Infinity'), '-Infinity')"), FUNCTIONS_END } };
PIECES IF[] = {
    { SQL("(CASE WHEN "), 0 }, { SQL(" THEN "), 1 }, { SQL(" ELSE "), 2 },
    { SQL(" END)"), FUNCTIONS_END } };
PIECES COALESCE[] = { { SQL("coalesce("), 0 }, { SQL(", "), FUNCTIONS_REST }, END };
PIECES NULLIF[] = { { SQL("nullif("), 0 }, { SQL(", "), 1 }, END };
PIECES SPAN[] = {
    { SQL("(CAST(("), 0 }, { SQL(" - "), 1 }, { SQL(") AS DOUBLE PRECISION) / "), 2 }, END };
PIECES AFTER[] = { { SQL("rule_after("), 0 }, { SQL(", "), FUNCTIONS_REST }, END };
PIECES MONTHS_AFTER[] = { { SQL("rule_months_after("), 0 }, { SQL(", "), FUNCTIONS_REST }, END };

#define NO_CLASS { CLASS_ANY }
#define TEXTS { CLASS_TEXT, CLASS_TEXT, CLASS_TEXT }
#define NUMBERS { CLASS_NUMBER, CLASS_NUMBER, CLASS_NUMBER }
#define TEXT_AND_NUMBERS { CLASS_TEXT, CLASS_NUMBER, CLASS_NUMBER }
#define CHOICE { CLASS_BOOL, CLASS_ANY, CLASS_ANY }
#define TIMES { CLASS_TIME, CLASS_TIME, CLASS_TEXT }
#define TIME_AND_NUMBER { CLASS_TIME, CLASS_NUMBER, CLASS_TEXT }

/* In the order in which messages name them. */
static const struct functions_row ROWS[] = {
    { S_INIT("contains"), FUNCTIONS_OF_RULES, 2, 2, TEXTS, CLASS_BOOL, true, CONTAINS_SQLITE,
      CONTAINS_POSTGRES, compute_contains },
    { S_INIT("ends_with"), FUNCTIONS_OF_RULES, 2, 2, TEXTS, CLASS_BOOL, true, ENDS_WITH, ENDS_WITH,
      compute_ends_with },
    { S_INIT("starts_with"), FUNCTIONS_OF_RULES, 2, 2, TEXTS, CLASS_BOOL, true, STARTS_WITH,
      STARTS_WITH, compute_starts_with },
    { S_INIT("abs"), FUNCTIONS_OF_COMPUTED, 1, 1, NUMBERS, CLASS_NUMBER, true, ABS, ABS,
      compute_abs },
    { S_INIT("ceil"), FUNCTIONS_OF_COMPUTED, 1, 1, NUMBERS, CLASS_NUMBER, true, CEIL, CEIL,
      compute_ceil },
    { S_INIT("coalesce"), FUNCTIONS_OF_COMPUTED, 2, FUNCTIONS_ANY_NUMBER, NO_CLASS, CLASS_ANY,
      false, COALESCE, COALESCE, compute_coalesce },
    { S_INIT("concat"), FUNCTIONS_OF_COMPUTED, 2, FUNCTIONS_ANY_NUMBER, TEXTS, CLASS_TEXT, true,
      CONCAT, CONCAT, compute_concat },
    { S_INIT("date_add"), FUNCTIONS_OF_COMPUTED, 3, 3, TIME_AND_NUMBER, CLASS_TIME, true, AFTER,
      AFTER, compute_after },
    { S_INIT("date_diff"), FUNCTIONS_OF_COMPUTED, 3, 3, TIMES, CLASS_NUMBER, true, SPAN, SPAN,
      compute_span },
    { S_INIT("floor"), FUNCTIONS_OF_COMPUTED, 1, 1, NUMBERS, CLASS_NUMBER, true, FLOOR, FLOOR,
      compute_floor },
    { S_INIT("if"), FUNCTIONS_OF_COMPUTED, 3, 3, CHOICE, CLASS_ANY, false, IF, IF, compute_if },
    { S_INIT("length"), FUNCTIONS_OF_COMPUTED, 1, 1, TEXTS, CLASS_NUMBER, true, LENGTH, LENGTH,
      compute_length },
    { S_INIT("lower"), FUNCTIONS_OF_COMPUTED, 1, 1, TEXTS, CLASS_TEXT, true, LOWER_SQLITE,
      LOWER_POSTGRES, compute_lower },
    { S_INIT("now"), FUNCTIONS_OF_COMPUTED, 0, 0, NO_CLASS, CLASS_TIME, true, NULL, NULL,
      compute_now },                                    /* always folded                          */
    { S_INIT("nullif"), FUNCTIONS_OF_COMPUTED, 2, 2, NO_CLASS, CLASS_ANY, false, NULLIF, NULLIF,
      compute_nullif },
    { S_INIT("round"), FUNCTIONS_OF_COMPUTED, 1, 2, NUMBERS, CLASS_NUMBER, true, ROUND, ROUND,
      compute_round },
    { S_INIT("substring"), FUNCTIONS_OF_COMPUTED, 2, 3, TEXT_AND_NUMBERS, CLASS_TEXT, true,
      SUBSTRING, SUBSTRING, compute_substring },
    { S_INIT("trim"), FUNCTIONS_OF_COMPUTED, 1, 1, TEXTS, CLASS_TEXT, true, TRIM, TRIM,
      compute_trim },
    { S_INIT("upper"), FUNCTIONS_OF_COMPUTED, 1, 1, TEXTS, CLASS_TEXT, true, UPPER_SQLITE,
      UPPER_POSTGRES, compute_upper },
};

static const struct functions_row MONTHS = {
    S_INIT("date_add"), FUNCTIONS_OF_COMPUTED, 3, 3, { CLASS_TIME, CLASS_NUMBER, CLASS_NUMBER },
    CLASS_TIME, true, MONTHS_AFTER, MONTHS_AFTER, compute_months_after,
};
const struct functions_row functions_finite = {
    S_INIT("finite"), FUNCTIONS_OF_COMPUTED, 1, 1, NUMBERS, CLASS_NUMBER, true, FINITE_SQLITE,
    FINITE_POSTGRES, compute_finite,
};

const struct functions_row *functions_find(enum functions_use use, struct str name)
{
    for (size_t i = 0; i < COUNT(ROWS); i++)
        if (ROWS[i].use == use && str_eq_nocase(ROWS[i].name, name))
            return &ROWS[i];
    return NULL;
}

bool functions_is_now(const struct functions_row *row)
{
    return row->of == compute_now;
}

/* --- units ------------------------------------------------------------------------------------ */

/* Of a difference, months have 30 days and years 365; added, they are those of the calendar. */
static const struct { struct str name; double us, months; } UNITS[] = {
    { S_INIT("days"), 86400e6, 0 },         { S_INIT("hours"), 3600e6, 0 },
    { S_INIT("minutes"), 60e6, 0 },         { S_INIT("seconds"), 1e6, 0 },
    { S_INIT("months"), 30 * 86400e6, 1 },  { S_INIT("years"), 365 * 86400e6, 12 },
};

const struct functions_row *functions_unit(const struct functions_row *row, struct str unit,
                                           double *number)
{
    for (size_t i = 0; i < COUNT(UNITS); i++) {
        bool is_calendar = row->of == compute_after && UNITS[i].months > 0;
        if (!str_eq_nocase(UNITS[i].name, unit))
            continue;
        *number = is_calendar ? UNITS[i].months : UNITS[i].us;
        return is_calendar ? &MONTHS : row;
    }
    return NULL;
}

/* --- conversions ------------------------------------------------------------------------------ */

PIECES NUMBER_TEXT[] = { { SQL("rule_number_text("), 0 }, END };
PIECES TIME_TEXT[] = { { SQL("rule_time_text("), 0 }, END };
PIECES BOOL_TEXT[] = {
    { SQL("(CASE "), 0 }, { SQL(" WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END)"),
      FUNCTIONS_END } };
PIECES TO_NUMBER[] = { { SQL("rule_number("), 0 }, END };
PIECES BOOL_NUMBER[] = {
    { SQL("CAST((CASE "), 0 }, { SQL(" WHEN TRUE THEN 1 WHEN FALSE THEN 0 END)"
                                     " AS DOUBLE PRECISION)"), FUNCTIONS_END } };
PIECES TO_TIME[] = { { SQL("rule_time("), 0 }, END };
PIECES NUMBER_BOOL[] = { { SQL("("), 0 }, { SQL(" <> 0)"), FUNCTIONS_END } };
PIECES TEXT_BOOL[] = {
    { SQL("(CASE "), 0 }, { SQL(" WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END)"),
      FUNCTIONS_END } };

#define CONVERTS(from, to, pieces, of)                                                             \
    { S_INIT("convert"), FUNCTIONS_OF_COMPUTED, 1, 1, { from }, to, true, pieces, pieces, of }
static const struct functions_row CONVERSIONS[] = {
    CONVERTS(CLASS_NUMBER, CLASS_TEXT, NUMBER_TEXT, compute_number_text),
    CONVERTS(CLASS_TIME, CLASS_TEXT, TIME_TEXT, compute_time_text),
    CONVERTS(CLASS_BOOL, CLASS_TEXT, BOOL_TEXT, compute_bool_text),
    CONVERTS(CLASS_TEXT, CLASS_NUMBER, TO_NUMBER, compute_number),
    CONVERTS(CLASS_BOOL, CLASS_NUMBER, BOOL_NUMBER, compute_bool_number),
    CONVERTS(CLASS_TEXT, CLASS_TIME, TO_TIME, compute_time),
    CONVERTS(CLASS_DATE, CLASS_TIME, TO_TIME, compute_time),
    CONVERTS(CLASS_NUMBER, CLASS_BOOL, NUMBER_BOOL, compute_number_bool),
    CONVERTS(CLASS_TEXT, CLASS_BOOL, TEXT_BOOL, compute_text_bool),
};

const struct functions_row *functions_convert(enum rulevalue_class from, enum rulevalue_class to)
{
    for (size_t i = 0; i < COUNT(CONVERSIONS); i++)
        if (CONVERSIONS[i].takes[0] == from && CONVERSIONS[i].gives == to)
            return &CONVERSIONS[i];
    return NULL;
}

/* --- arithmetic ------------------------------------------------------------------------------- */

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

const struct functions_piece *functions_operator(enum rulevalue_op op, bool is_postgres)
{
    return OPERATORS[op][is_postgres];
}
