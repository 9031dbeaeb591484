/*
 * recordquery.h — lists of records: one statement that holds tenant, rules, filter, search, sort
 * and place (data.md §7, §9, §10.2, §18.1, §23.2).
 *
 * Streams  rows go from the database into js one by one; on failure what was written is to be
 *          thrown away
 * Errors   in the order of §9: permission, collection, unknown parameter, cursor, filter, search
 */
#ifndef DATA_RECORDQUERY_H
#define DATA_RECORDQUERY_H

#include "base/js.h"
#include "data/recordrow.h"

struct recordquery {
    struct str sort, fields, filter, search, expand;
    struct str cursor, cursor_before;   /* present, even empty: pages by cursor                   */
    int64_t skip, limit;
    bool include_count;                 /* by cursor: with the total                              */
    bool count;                         /* by offset: with the total, else null                   */
    bool has_unknown;                   /* the query names a parameter that lists do not have     */
};
bool recordquery_list(struct cx *cx, struct str collection, const struct recordquery *in,
                      struct js *js) MUST_CHECK;

/*
 * Every row of the list, for who passes them on: in slices of one order, so inside one snapshot;
 * skip, limit, cursors and expand are not looked at, and a search does not order it. cx->mem is
 * rewound after each slice.
 */
struct recordquery_reader {
    bool (*begin)(struct cx *cx, void *state, const struct recordrow *row);
    /* *bytes: about how long it is; slices are cut by that. */
    bool (*row)(struct cx *cx, void *state, const struct recordrow *row, const struct rows *rows,
                size_t *bytes);
    void *state;
};
bool recordquery_read(struct cx *cx, struct str collection, const struct recordquery *in,
                      const struct recordquery_reader *reader) MUST_CHECK;

#endif
