/*
 * formula.h — what computed fields compute and engines disagree about: memory and SQLite use these,
 * PostgreSQL the functions of the same names in schema/ (rule_…), to the same result.
 *
 * Numbers  as text: the fewest digits that read back, plain from 0.0001 to 16 digits before
 *          the point, else 1e+20; of infinite ones none. From text: JSON's form, 64 characters
 * Rounding of the digits that are shown, halves away from zero: 2.675 to two places is 2.68
 * Months   the last day of a month where a day is missing: January 31 and a month is February 28
 */
#ifndef BASE_FORMULA_H
#define BASE_FORMULA_H

#include "base/buf.h"

bool formula_put_number(struct buf *out, double x) MUST_CHECK;  /* false: it is infinite          */
bool formula_number(struct str text, double *out) MUST_CHECK;
double formula_round(double x, double places);                  /* -30 to 30, else the nearer     */
/* Of `count` code points from the start-th on; the first is 1. Negative starts count from the end,
 * negative counts take what comes before; both as SQLite's substr. */
struct str formula_part(struct str text, double start, double count);
/* us + n units, to the next microsecond; n times so many months. False: not within the years 0001
 * to 9999. */
bool formula_after(int64_t us, double n, double unit_us, int64_t *out) MUST_CHECK;
bool formula_months_after(int64_t us, double n, double months, int64_t *out) MUST_CHECK;

#endif
