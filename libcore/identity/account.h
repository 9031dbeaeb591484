/*
 * account.h — the tenants: found by code, slug or id, made with the next code (identity.md §4).
 *
 * Ownership  structs are filled in the caller's arena (cx->mem)
 * Changes    accounts (audited under the new account itself)
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

/* The code after `code`, skipping the block SY; absent starts at AA0001. False after ZZ9999. */
bool account_next_code(struct str code, char next[7]) MUST_CHECK;

#endif
