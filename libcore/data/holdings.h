/*
 * holdings.h — what an account has in the collections, and the end of it all (identity.md §11).
 *
 * Scope    the account itself or "*"
 * Changes  accounts; every record of the account by the engine's hand, without history of its own
 *          (automation.md §3.2); its files by a job
 */
#ifndef DATA_HOLDINGS_H
#define DATA_HOLDINGS_H

#include "identity/account.h"

/* The collections that hold a record of the account, by name. */
bool holdings_names(struct cx *cx, struct str account_id, struct str **names, size_t *n) MUST_CHECK;
/* Deletes the account with everything it has. 422 "Cannot delete system account". */
bool holdings_delete_account(struct cx *cx, const struct account *account) MUST_CHECK;

#endif
