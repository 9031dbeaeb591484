/*
 * account.h — the tenants: found by code, slug or id, made with the next code (identity.md §4).
 *
 * Ownership  structs are filled in the caller's arena (cx->mem)
 * Changes    accounts (audited under the account itself, also when it goes), groups; a new name
 *            and a deletion bump identities
 */
#ifndef IDENTITY_ACCOUNT_H
#define IDENTITY_ACCOUNT_H

#include "base/cx.h"

struct account { struct str id, account_code, slug, name; int64_t created_at, updated_at; };

bool account_by_id(struct cx *cx, struct str id, bool *found, struct account *out) MUST_CHECK;
bool account_by_slug(struct cx *cx, struct str slug, bool *found, struct account *out) MUST_CHECK;
/* What people type: a code, else a slug in any case, else an id. */
bool account_resolve(struct cx *cx, struct str identifier, bool *found, struct account *out)
    MUST_CHECK;
/* The account of single-tenant mode, as the settings name it. */
bool account_single(struct cx *cx, bool *found, struct account *out) MUST_CHECK;

/* From slug and name; fills in the rest, in the caller's transaction. *taken: another's slug. */
bool account_create(struct cx *cx, struct account *account, bool *taken) MUST_CHECK;

/* As superadmins make one: from name and slug (absent: made from the name), with the group
 * pii_access. 422 "Slug '…' already exists". */
bool account_open(struct cx *cx, struct account *account) MUST_CHECK;
bool account_rename(struct cx *cx, struct account *account, struct str name) MUST_CHECK;
/* In the caller's transaction; everything that refers to it goes by the engine's hand, without
 * history of its own. What remembers totals of its records: data/holdings.h. */
bool account_delete(struct cx *cx, const struct account *account) MUST_CHECK;

/* The code after `code`, skipping the block SY; absent starts at AA0001. False after ZZ9999. */
bool account_next_code(struct str code, char next[7]) MUST_CHECK;

#endif
