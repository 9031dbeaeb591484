/*
 * purge.h — deletes from a table whose rows a trigger keeps from being deleted: with an owner's
 * rights, and with that trigger lifted for no longer than the transaction it happens in.
 *
 * Others  on PostgreSQL who would write to the table waits until the commit: hold first what they
 *         hold when they do (tx_lock). On SQLite there is one writer anyway
 */
#ifndef DB_PURGE_H
#define DB_PURGE_H

#include "db/db.h"

struct purge { struct str table, trigger, text; };
/* table and trigger: names of ours, never a caller's. */
bool purge_begin(struct cx *cx, struct str table, struct str trigger,
                 struct purge *out) MUST_CHECK;
/* The trigger stands again. Leaving without it: roll back. */
bool purge_end(struct cx *cx, const struct purge *purge) MUST_CHECK;

#endif
