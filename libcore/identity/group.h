/*
 * group.h — groups of an account's people; pii_access shows personal data to its members
 * (identity.md §14).
 *
 * Changes   groups, users_groups (audited); memberships bump identities
 */
#ifndef IDENTITY_GROUP_H
#define IDENTITY_GROUP_H

#include "base/cx.h"

#define GROUP_PII "pii_access"

struct group { struct str id, account_id, name, description; int64_t created_at, updated_at; };
struct group_names { const struct str *at; size_t n; };

/* From account_id, name, description; fills in the rest. */
bool group_create(struct cx *cx, struct group *group) MUST_CHECK;
/* The one that every account has from the start: who is in it sees personal data unmasked. */
bool group_create_pii(struct cx *cx, struct str account_id, struct group *out) MUST_CHECK;
bool group_add(struct cx *cx, const struct group *group, struct str user_id) MUST_CHECK;
/* The names of a user's groups, in order. */
bool group_names_of(struct cx *cx, struct str account_id, struct str user_id,
                    struct group_names *out) MUST_CHECK;

#endif
