/*
 * viewquery.h — collections that are views: read like any other, from a SELECT of a superadmin's.
 *
 *     SELECT p.id, p.account_id, p.title, count(c.id) AS comments
 *     FROM col_posts p LEFT JOIN col_comments c ON c.post = p.id
 *     GROUP BY p.id, p.account_id, p.title
 *
 * Columns   id, account_id and every declared field, each made to be of its type; the other system
 *           columns where the query has them, else they are null on the wire
 * Confined  as stored macros are (db/guest.h): to the caller's account, whatever the query says; a
 *           superadmin's lists run over all of them
 * Kept      as long as the definitions; one that no longer fits the tables is found with its fault
 */
#ifndef DATA_VIEWQUERY_H
#define DATA_VIEWQUERY_H

#include "data/field.h"
#include "db/guest.h"

struct viewquery {
    struct str text;
    const struct guest *guest;
    const struct guest_column *columns; size_t n;
    struct str fault;                   /* why it cannot be used; absent: it can                  */
};

/* tables: those of the collections that are none. */
bool viewquery_open(struct cx *cx, struct arena *mem, struct str text, const struct field *fields,
                    size_t n, const struct guest_source *tables, size_t table_count,
                    struct viewquery *out) MUST_CHECK;
/* Appends it as a table in parentheses; account absent: of all. False when it cannot be used: 403
 * for others than superadmins. */
bool viewquery_put(struct qb *q, const struct viewquery *view, struct str account_id) MUST_CHECK;
/* Whether the text names the table. */
bool viewquery_names(struct arena *mem, struct str text, struct str table);
/* What a field of a view may not say: adds items for fieldcheck_refuse. */
void viewquery_check_fields(struct cx *cx, const struct field *fields, size_t n);

#endif
