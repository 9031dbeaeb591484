/*
 * trail.h — the history that a transaction gathers, chained and written just before its COMMIT.
 *
 * For change.c; others change rows and need not know. One chain per account: at the end the entries
 * are taken account by account, in one order everywhere (no deadlocks), each under the account's
 * lock. Values are rendered as automation.md §3.3 says; what has no history is listed in trail.c.
 */
#ifndef AUDIT_TRAIL_H
#define AUDIT_TRAIL_H

#include "db/tx.h"

struct trail_cell { struct str column, old_value, new_value; };     /* rendered, not yet hidden */
struct trail_entry {
    const char *operation;          /* "CREATE", "UPDATE", "DELETE" */
    struct str account_id, table, record_id;
    const struct trail_cell *cells; size_t n;
    bool is_told;                   /* though the table has no history */
};
/* Copies what it is given. A table without history is passed over. */
bool trail_note(struct cx *cx, const struct trail_entry *entry) MUST_CHECK;
bool trail_hides(struct str column);            /* its values are *** there, as password's are */
/* NULL is NO_STR; texts are not copied. */
struct str trail_render(struct arena *mem, const struct param *value);

#endif
