/*
 * total.h — exact totals of lists, remembered while nothing changed (DESIGN §7).
 *
 * Key     the condition's text, its bound values, the tenant and the collection, which a later one
 *         of the same name is not: the whole of it is compared
 * Valid   while the tenant's change counter of the table stands; on SQLite already while nothing at
 *         all was committed
 * Bound   a fixed number of entries per process; longer conditions are counted each time
 */
#ifndef DATA_TOTAL_H
#define DATA_TOTAL_H

#include "data/collection.h"

struct total_key {
    struct str text;                    /* absent: not remembered                                 */
    struct str account_id, table;
    uint64_t version;
    int64_t changes;
};

/* where: the condition alone. Not remembered: lists of all accounts (an absent one), and conditions
 * that ask other tables, whose changes nobody counts here. */
void total_key(struct cx *cx, const struct qb *where, struct str account_id,
               const struct collection *collection, struct total_key *out);
/* Asks before the rows are read or counted: what is remembered is never older than its key. */
bool total_recall(struct cx *cx, struct total_key *key, bool *found, int64_t *total) MUST_CHECK;
void total_remember(struct cx *cx, const struct total_key *key, int64_t total);

#endif
