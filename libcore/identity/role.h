/*
 * role.h — the roles people have, the same in every account (identity.md §13).
 *
 * Ownership  structs are filled in the caller's arena (cx->mem)
 * Defaults   `admin` and `user` are there from the start, and neither renamed nor deleted
 * Errors     404 "Role with ID n not found"; 409 for a name that is taken and a role in use; 422
 * Changes    roles and, with a role that goes, its permissions (audited, under the system account);
 *            bumps definitions, and identities when the name that actors carry changes
 */
#ifndef IDENTITY_ROLE_H
#define IDENTITY_ROLE_H

#include "base/cx.h"

enum { ROLE_NAME_MOST = 50, ROLE_DESCRIPTION_MOST = 255 };     /* characters */

struct role { int64_t id; struct str name, description; int64_t created_at, updated_at; };
struct role_list { const struct role *at; size_t n; };

bool role_by_name(struct cx *cx, struct str name, bool *found, struct role *out) MUST_CHECK;
bool role_by_id(struct cx *cx, int64_t id, bool *found, struct role *out) MUST_CHECK;
bool role_get(struct cx *cx, int64_t id, struct role *out) MUST_CHECK;     /* or its 404 */
bool role_all(struct cx *cx, struct role_list *out) MUST_CHECK;            /* by id */

/* From name, which is trimmed, and description; fills in the rest. */
bool role_create(struct cx *cx, struct role *role) MUST_CHECK;
/* An absent name stays; an absent description becomes none, or stays too. */
struct role_change { struct str name, description; bool keeps_description; };
bool role_update(struct cx *cx, int64_t id, const struct role_change *change, struct role *out)
    MUST_CHECK;
bool role_delete(struct cx *cx, int64_t id) MUST_CHECK;

#endif
