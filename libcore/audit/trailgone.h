/*
 * trailgone.h — rows of a table that an account deleted lately, by their ids, the last one first.
 *
 * Lately  within the last TRAILGONE_LINES lines of the account's trail, so that the question costs
 *         the same however long it is. Whether they are gone still is for who asks to find out
 */
#ifndef AUDIT_TRAILGONE_H
#define AUDIT_TRAILGONE_H

#include "base/cx.h"

enum { TRAILGONE_LINES = 5000, TRAILGONE_MOST = 50 };

bool trailgone_find(struct cx *cx, struct str account_id, struct str table, struct str **ids,
                    size_t *n) MUST_CHECK;

#endif
