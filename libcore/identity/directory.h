/*
 * directory.h — the accounts as superadmins see them: one or a page, with the number of their
 * people (identity.md §11).
 *
 * Ownership  structs are filled in the caller's arena (cx->mem)
 * Scope      all accounts: for callers whose scope is "*"
 */
#ifndef IDENTITY_DIRECTORY_H
#define IDENTITY_DIRECTORY_H

#include "identity/account.h"

struct directory_entry { struct account account; int64_t user_count; };
struct directory_query {
    int64_t page, page_size;            /* from 1                                                 */
    struct str sort_by, sort_order;     /* a column of the contract; "asc", else descending       */
    struct str search;                  /* part of a name, slug, code or id; absent: all          */
};
struct directory_page { struct directory_entry *at; size_t n; int64_t total; };

bool directory_find(struct cx *cx, struct str id, bool *found, struct directory_entry *out)
    MUST_CHECK;
/* 422 "Invalid sort_by column. …" */
bool directory_list(struct cx *cx, const struct directory_query *query, struct directory_page *out)
    MUST_CHECK;

#endif
