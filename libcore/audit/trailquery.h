/*
 * trailquery.h — rows of the trail by what they say: a page of them, or the newest.
 *
 * Scope    every account ("*"): for superadmins
 * Filters  exact; times inclusive; absent or 0: any
 * Order    by one column, then the newest id first. NULL stands first going up, last going down
 * Ids      before_id, after_id: nothing from there on, 0: no such bound
 * Cost     a total is counted, over an index where account_id or record_id or nothing is asked
 *          for. Then only ids are sorted; with occurred_at or id not even those of the whole trail:
 *          times follow ids as entries.h says, in a long trail that is relied upon
 * Rows     never change, so what was found is read row by row, in the memory of one
 */
#ifndef AUDIT_TRAILQUERY_H
#define AUDIT_TRAILQUERY_H

#include "audit/entries.h"

struct trailquery {
    struct str account_id, table_name, record_id, user_id, operation;
    struct str column_name, user_email, request_id;
    int64_t from, upto;
    int64_t before_id, after_id;
};
struct trailquery_page {
    struct str sort_by;                 /* a column; unknown or absent: occurred_at               */
    bool ascending;
    int64_t skip, limit;
};
bool trailquery_count(struct cx *cx, const struct trailquery *query, int64_t *total) MUST_CHECK;

/* The ids alone, for who reads few of them; room for page->limit. */
bool trailquery_ids(struct cx *cx, const struct trailquery *query,
                    const struct trailquery_page *page, int64_t *ids, size_t *n) MUST_CHECK;

/* One after the other; a row lives until the next. */
struct trailquery_reader {
    bool (*row)(struct cx *cx, void *state, const struct audit_row *row);
    void *state;
};
bool trailquery_read(struct cx *cx, const struct trailquery *query,
                     const struct trailquery_page *page, const struct trailquery_reader *reader)
    MUST_CHECK;

#endif
