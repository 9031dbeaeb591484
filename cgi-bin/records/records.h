/* records.h — the routes of records: one by one, in lists, in batches, by filter (data.md §10). */
#ifndef RECORDS_RECORDS_H
#define RECORDS_RECORDS_H

#include "http/route.h"

extern const struct route records_routes[];
extern const struct route bulkwrites_routes[];
extern const struct route transfers_routes[];

/* Which collection is meant, one of the two being absent; the words of other resources are none in
 * the short form. */
bool records_named(struct cx *cx, struct str collection, struct str short_name, struct str *out)
    MUST_CHECK;
/* Whether the query names a parameter that the table does not. */
bool records_has_unknown(struct cx *cx, const struct input *table, struct str query);

#endif
