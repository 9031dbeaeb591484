/*
 * secret.h — the values of encrypted fields: sealed in their column, opened for one route alone
 * (data.md §19.1).
 *
 * Sealed   bound to collection, account, record and field: what is copied into another row, or
 *          another column, does not open
 * Told     history, events and replies have SEAL_MASK for every value that is there
 * Reading  for keys that act for an account and have the scope records:secrets:read; the view rule
 *          is not asked. Each reading leaves a line in the log, which names no value
 * Errors   403 for all others; 404 unknown collection or record; 400 a field that is not encrypted,
 *          too many; 409 a value that does not open
 */
#ifndef DATA_SECRET_H
#define DATA_SECRET_H

#include "data/recordrow.h"

enum { SECRET_FIELDS = 20 };            /* of one request                                         */

/* Where a value belongs. */
struct secret_place { struct str collection_id, account_id, record_id, field; };
struct str secret_shut(struct cx *cx, const struct secret_place *place, struct str plain);
bool secret_open(struct cx *cx, const struct secret_place *place, struct str sealed,
                 struct str *plain) MUST_CHECK;     /* false: says nothing, gives nothing         */

bool secret_is_mask(struct jv value);               /* as replies show it                         */
/* For struct change: what the history has instead of the encrypted columns' values. */
struct binds secret_told(struct cx *cx, const struct collection *collection);

/* fields: the value of `fields=`; blank: every encrypted field. */
bool secret_read(struct cx *cx, struct str collection, struct str id, struct str fields,
                 struct js *js) MUST_CHECK;

#endif
