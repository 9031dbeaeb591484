/*
 * recordquery.h — lists of records: one statement that holds tenant, rules, filter, sort and place
 * (data.md §7, §9, §10.2, §18.1, §23.2).
 *
 * Streams  rows go from the database into js one by one; on failure what was written is to be
 *          thrown away
 * Errors   in the order of §9: permission, collection, unknown parameter, cursor, filter
 */
#ifndef DATA_RECORDQUERY_H
#define DATA_RECORDQUERY_H

#include "base/js.h"
#include "data/access.h"

struct recordquery {
    struct str sort, fields, filter, expand;
    struct str cursor, cursor_before;   /* present, even empty: pages by cursor                   */
    int64_t skip, limit;
    bool include_count;                 /* by cursor: with the total                              */
    bool count;                         /* by offset: with the total, else null                   */
    bool has_unknown;                   /* the query names a parameter that lists do not have     */
};
bool recordquery_list(struct cx *cx, struct str collection, const struct recordquery *in,
                      struct js *js) MUST_CHECK;

#endif
