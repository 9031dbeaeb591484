/*
 * qb.h — statements whose shape is known only at run time: collections, rules, filters, sorts.
 *
 *     struct qb q; qb_init(&q, cx);
 *     qb_lit(&q, SQL_OF("SELECT ")); qb_ident(&q, name); qb_lit(&q, SQL_OF(" FROM ")); …
 *     qb_value(&q, p_text(NULL, value));
 *
 * Only these can be appended: literals, quoted identifiers, bound values, other builders. The
 * prepared statement is kept by its text. Errors collect inside and come out of qb_query or
 * qb_exec.
 */
#ifndef DB_QB_H
#define DB_QB_H

#include "base/buf.h"
#include "db/rows.h"

struct qb {
    struct cx *cx; struct buf text; struct param *params; size_t n, room;
    bool wrong, likes;
    char row;                               /* the alias of the table whose row is asked about: r,
                                               and s, t … in sub-queries about others             */
    bool has_guest;                         /* SQL of somebody else's is in it: guest.h           */
    bool asks_others;                       /* rows of tables besides its own                     */
};

void qb_init(struct qb *q, struct cx *cx);
void qb_lit(struct qb *q, struct sql literal);
/* "quoted"; [A-Za-z_][A-Za-z0-9_]* up to 80 or wrong */
void qb_ident(struct qb *q, struct str name);
void qb_alias(struct qb *q, char table);                        /* r                              */
void qb_column(struct qb *q, char table, struct str name);      /* r."name"                       */
void qb_value(struct qb *q, struct param value);                /* ?n or $n; its name is not used */
void qb_number(struct qb *q, int64_t n);      /* digits in the text, for LIMIT: PostgreSQL keeps one
                                                   plan only if it knows how few rows are wanted  */
/* LIKE, no case or escape; a value, a column or another builder follows. */
void qb_like(struct qb *q);
/* After FROM: the texts of a JSON array as rows of alias.value and alias.key, its place; NULL has
 * none. qb_among: a condition on what stands before it, ` IN` the array. */
void qb_each(struct qb *q, char alias, struct param json);
void qb_each_of(struct qb *q, char alias, char table, struct str column);
void qb_among(struct qb *q, struct str json);
void qb_add(struct qb *q, const struct qb *part);               /* its text and values, in place  */
bool qb_is_postgres(const struct qb *q);
bool qb_query(struct qb *q, struct rows *rows) MUST_CHECK;
bool qb_exec(struct qb *q, int64_t *changed) MUST_CHECK;        /* changed NULL: as in db_exec    */
bool qb_change(struct qb *q, struct refusal *refusal, int64_t *changed) MUST_CHECK;
struct str qb_text(const struct qb *q);                        /* for people: rules pages, doctor */

#endif
