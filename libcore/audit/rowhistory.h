/*
 * rowhistory.h — what the trail tells of one row: its changes, and what it was after one of them.
 *
 * Change    the neighbouring entries of one operation of one request; its version is the id of the
 *           last of them. A column that a request wrote twice has its first old value and its last
 *           new one
 * Values    as the trail has them, text or NULL (NO_STR), copied to cx->mem
 * Gone      what is no longer in the trail was not: history begins later, and a row whose beginning
 *           is missing is not whole
 */
#ifndef AUDIT_ROWHISTORY_H
#define AUDIT_ROWHISTORY_H

#include "audit/trail.h"

/* Which row. since: nothing older, when another table had its name before. */
struct rowhistory_key { struct str account_id, table, record_id; int64_t since; };

enum rowhistory_operation { ROWHISTORY_CREATE, ROWHISTORY_UPDATE, ROWHISTORY_DELETE };
extern const char *const rowhistory_operations[];       /* "CREATE" … */
struct rowhistory_change {
    int64_t version;
    enum rowhistory_operation operation;
    int64_t occurred_at;
    struct str user_id, user_email, user_name;
    struct str es_username, es_reason; int64_t es_timestamp;    /* absent: not signed */
    struct trail_cell *cells; size_t n;
};
struct rowhistory { struct rowhistory_change *at; size_t n; bool more; };
/* Newest first. */
bool rowhistory_read(struct cx *cx, const struct rowhistory_key *key, int64_t skip, int64_t limit,
                     struct rowhistory *out) MUST_CHECK;

const struct trail_cell *rowhistory_changed(const struct rowhistory_change *change,
                                            struct str column);         /* NULL: it did not */

struct rowhistory_cell {
    struct str column, value;
    bool is_later;                      /* it was changed after the version, too */
    bool is_known;
    uint64_t found;                     /* a print of what the next change found; 0: none */
};
struct rowhistory_row {
    bool found;                         /* the version is one of this row */
    enum rowhistory_operation operation;
    bool is_whole;                      /* it has a beginning, and nothing else is missing */
    struct rowhistory_cell *cells; size_t n;
};
/* The row right after that change; version 0: the last there is. Of a removed row: what it was. */
bool rowhistory_row(struct cx *cx, const struct rowhistory_key *key, int64_t version,
                    struct rowhistory_row *out) MUST_CHECK;
const struct rowhistory_cell *rowhistory_cell(const struct rowhistory_row *row, struct str column);

/* Whose row it was last, for who looks into all accounts. *out absent: nobody's. */
bool rowhistory_account(struct cx *cx, struct str table, struct str record_id, struct str *out)
    MUST_CHECK;

#endif
