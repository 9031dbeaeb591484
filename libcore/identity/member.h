/*
 * member.h — the people of accounts as administrators see them: one, or a list (identity.md §12).
 *
 * Seen       superadmins see everybody, others (cx->who) the people of their own account
 * Ownership  structs are filled in the caller's arena (cx->mem)
 */
#ifndef IDENTITY_MEMBER_H
#define IDENTITY_MEMBER_H

#include "identity/group.h"

struct member {
    struct str id, email, account_id, account_code, account_name;
    int64_t role_id;
    struct str role;                    /* its name; absent: the role is gone                     */
    bool is_active, email_verified;
    struct str auth_provider, auth_provider_name, external_id, external_email;
    struct str profile_data;            /* JSON                                                   */
    int64_t email_verified_at, created_at, last_login;      /* 0: never                           */
    struct group_names groups;
};
enum { MEMBER_ANY = -1 };
struct member_query {
    struct str account_id;              /* absent: any                                            */
    struct str group_id;                /* of that account; absent: any                           */
    int64_t role_id, is_active;         /* MEMBER_ANY, or which; 1 and 0                          */
    struct str search;                  /* part of an e-mail address, in any case; absent: any    */
    struct str sort;                    /* a column, after - descending; unknown: created_at      */
    int64_t skip, limit;                /* limit 0: all                                           */
};
struct members { struct member *at; size_t n; int64_t total; };

bool member_find(struct cx *cx, struct str id, bool *found, struct member *out) MUST_CHECK;
bool member_list(struct cx *cx, const struct member_query *query, struct members *out) MUST_CHECK;

#endif
