/*
 * recordrow.h — a record on its way out: which columns, and how their values become JSON
 * (data.md §2.8, §8.5, §10.1, §14).
 *
 * Order    the six system columns, then the fields in schema order, then what the caller of these
 *          functions adds: `next` is where that begins
 * Stored   without an access the record is what the table has, for history and events: every field
 *          that has a column, unmasked. Of encrypted values every record has the placeholder, those
 *          as stored too
 * Computed fields are selected like columns; over values in hand they are computed here
 * Sources  a row of a statement, or the values that were just written
 */
#ifndef DATA_RECORDROW_H
#define DATA_RECORDROW_H

#include "data/access.h"
#include "db/rows.h"

enum { RECORDROW_ID, RECORDROW_ACCOUNT, RECORDROW_CREATED_AT, RECORDROW_CREATED_BY,
       RECORDROW_UPDATED_AT, RECORDROW_UPDATED_BY, RECORDROW_FIELDS };

enum { RECORDROW_COMPUTED = -1 };
struct recordrow_field {
    const struct field *field;
    int column;                         /* RECORDROW_COMPUTED: in no column of values in hand     */
    bool is_hidden;                     /* its value is not for this caller: NULL                 */
};
struct recordrow_span { size_t start, end; };       /* of a value in the text that js writes to   */
struct recordrow {
    const struct collection *collection;
    const struct access *access;        /* NULL: as stored                                        */
    struct recordrow_field *fields; size_t n;
    int next;                           /* the first column after the row's own                   */
    struct str account_name;            /* of every row; absent writes null                       */
    int account_column;                 /* where each row has its own; 0: nowhere                 */
    bool is_nested;                     /* in another record: without account_name                */
    struct str only;                    /* as given: what of it is wanted                         */
    struct recordrow_span *spans;       /* filled for each field if wanted                        */
};

/* only: the value of `fields=`; absent or "*" means all that the access gives. */
void recordrow_shape(struct cx *cx, const struct collection *collection,
                     const struct access *access, struct str only, struct recordrow *out);
bool recordrow_uses_now(const struct recordrow *row);           /* it changes as time goes by     */
bool recordrow_names(const struct recordrow *row, struct str member);       /* by `only`          */
struct str recordrow_system(int column);                        /* RECORDROW_ID is "id" …         */
bool recordrow_columns(struct qb *q, const struct recordrow *row) MUST_CHECK;
void recordrow_write(struct cx *cx, struct js *js, const struct recordrow *row,
                     const struct rows *rows);

/* One column of another statement, as records show it, unmasked; NULL is null. Has no key. */
void recordrow_write_column(struct js *js, const struct collection *collection, struct str name,
                            const struct rows *rows, int column);

/* Values in the order of the columns, named after them; texts are copied out of the row. */
struct param *recordrow_values(struct cx *cx, const struct recordrow *row, const struct rows *rows);
void recordrow_put(struct cx *cx, struct js *js, const struct recordrow *row,
                   const struct param *values);
/* What the access shows of stored values. Asks the database about the record only when there are
 * fields that not every grant gives. */
bool recordrow_over(struct cx *cx, const struct recordrow *stored, const struct access *access,
                    const struct param *values, struct recordrow *out) MUST_CHECK;

/* The same when it is known which of the grants hold: of those `held` consists. */
void recordrow_granted(struct cx *cx, const struct recordrow *stored, const struct access *access,
                       const struct access *held, struct recordrow *out);

/* What a masked caller sees of a value; absent when it is NULL. */
struct str recordrow_mask(struct cx *cx, const struct field *field, const struct param *value);

#endif
