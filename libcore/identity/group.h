/*
 * group.h — groups of an account's people; pii_access shows personal data to its members
 * (identity.md §14).
 *
 * Seen      superadmins see the groups of every account, others (cx->who) those of their own: any
 *           other is 404 "Group not found"
 * Standing  pii_access keeps its name and stays: 422
 * Errors    409 for a name the account has already, and for who is a member already; 404 "User not
 *           found" for who is not of the group's account
 * Changes   groups, users_groups (audited); what a member's requests depend on bumps identities
 */
#ifndef IDENTITY_GROUP_H
#define IDENTITY_GROUP_H

#include "base/cx.h"

#define GROUP_PII "pii_access"
enum { GROUP_NAME_MOST = 100, GROUP_DESCRIPTION_MOST = 500 };   /* characters */

struct group {
    struct str id, account_id, account_code, name, description;
    int64_t member_count, created_at, updated_at;
};
struct group_names { const struct str *at; size_t n; };

/* From account_id, name, description; fills in the rest, but the code. */
bool group_create(struct cx *cx, struct group *group) MUST_CHECK;
/* As people ask for one: an absent account is the caller's; another one is for superadmins. */
bool group_open(struct cx *cx, struct group *group) MUST_CHECK;
/* The one that every account has from the start: who is in it sees personal data unmasked. */
bool group_create_pii(struct cx *cx, struct str account_id, struct group *out) MUST_CHECK;
bool group_is_standing(const struct group *group);

bool group_get(struct cx *cx, struct str id, struct group *out) MUST_CHECK;
struct group_query {
    struct str search;          /* part of a name or description, in any case; absent: any */
    struct str account_id;      /* absent: any that the caller sees */
    struct str sort;            /* name or created_at, after - descending; else created_at */
    int64_t skip, limit;
};
struct group_page { struct group *at; size_t n; int64_t total; };
bool group_list(struct cx *cx, const struct group_query *query, struct group_page *out)
    MUST_CHECK;

struct group_change { struct str name, description; };                  /* absent: stays */
bool group_update(struct cx *cx, struct str id, const struct group_change *change,
                  struct group *out) MUST_CHECK;
bool group_delete(struct cx *cx, struct str id) MUST_CHECK;     /* memberships go with it */

bool group_add(struct cx *cx, const struct group *group, struct str user_id) MUST_CHECK;
bool group_remove(struct cx *cx, const struct group *group, struct str user_id) MUST_CHECK;
/* The names of a user's groups, in order. */
bool group_names_of(struct cx *cx, struct str account_id, struct str user_id,
                    struct group_names *out) MUST_CHECK;

#endif
