/*
 * change.h — the only way to change a row: the row and its history in one step.
 *
 * Inside    the caller's transaction, which must be open; audit rows queue in the transaction's
 *           tail and are chained and written just before the outermost COMMIT (automation.md §3)
 * Update    writes the columns whose value differs, one audit row for each; none differs: nothing
 * Gone      update, delete: no row has the key: E_NOT_FOUND "Record not found"; put what the row
 *           must still be (is_revoked = false, used_at null) into the key: a lost race is told so
 * Unread    a delete without old_values tells truths and times by their names (is_x, x_at): pass
 *           what was read where that is not enough
 * Failure   a history that cannot be written aborts the write
 * Who       cx->who: a person, "anonymous" or "system"; tables of audit/trail.c's short list
 *           (sessions, queues) are changed without history, unless somebody steps in (is_told)
 * Secrets   password_hash, token and their like (trail.c) reach the history as ***; what else may
 *           not be read there is told otherwise (old_told, new_told). Objects and arrays: p_text,
 *           sorted JSON
 */
#ifndef AUDIT_CHANGE_H
#define AUDIT_CHANGE_H

#include "db/tx.h"

struct change {
    struct str table;           /* physical name, as the trail shows it */
    struct str account_id;      /* whose chain the history joins */
    struct str record_id;       /* first primary-key column, as text; absent on insert: the value of
                                   the column id, or what the database gave (generated_id) */
    struct binds key;           /* columns that find the row (update, delete) */
    struct binds old_values;    /* update, delete: as read in this transaction; none: read here */
    struct binds new_values;    /* insert, update: column = value, names are column names */
    struct binds old_told, new_told;    /* column = what the history tells instead of its value */
    struct refusal *refusal;    /* a constraint's refusal goes here (return true); NULL: broken */
    bool is_told;               /* though the table has no history */
    int64_t *generated_id;      /* insert into a table whose id is @serial: the new id */
};
bool change_insert(struct cx *cx, const struct change *change) MUST_CHECK;
bool change_update(struct cx *cx, const struct change *change) MUST_CHECK;
bool change_delete(struct cx *cx, const struct change *change) MUST_CHECK;

/* Rows that the engine takes along (a cascade) have no history, but count as a change. */
bool change_touch(struct cx *cx, struct str account_id, struct str table) MUST_CHECK;

/* How many writes a tenant has seen in a table: what remembered totals hang on. */
bool change_count(struct cx *cx, struct str account_id, struct str table, int64_t *count)
    MUST_CHECK;

#endif
