/*
 * rolerules.h — the permissions of roles as they are written: no rule gets in that does not compile
 * (permissions.md §3).
 *
 * Checked   against the fields of its collection; for `*`, which has none, only as far as that
 *           goes: what it names is looked up at every use, where a rule that cannot be compiled
 *           grants nothing
 * Errors    404 role, "Collection 'x' not found"; 400 "Invalid rule for posts/read: …"
 * Changes   permissions (identity/permission.h)
 */
#ifndef DATA_ROLERULES_H
#define DATA_ROLERULES_H

#include "identity/permission.h"
#include "identity/role.h"

/* What is granted for one collection; operations whose rule is absent stay as they are. */
bool rolerules_grant(struct cx *cx, int64_t role_id, struct str collection,
                     const struct grant grants[PERMISSION_OPERATIONS], struct permission *out)
    MUST_CHECK;

/* Each by itself: one that cannot be done leaves the others alone, and its error is told. */
struct rolerules_update {
    struct str collection;
    enum permission_operation operation;
    struct grant grant;                     /* an absent rule takes the grant away */
};
struct rolerules_outcome { int64_t success_count, failure_count; struct str *errors; };
bool rolerules_bulk(struct cx *cx, int64_t role_id, const struct rolerules_update *updates,
                    size_t n, struct rolerules_outcome *out) MUST_CHECK;

/* What the role is granted; is_matrix: with every collection and `*`, though it has no row. */
bool rolerules_list(struct cx *cx, int64_t role_id, bool is_matrix, struct role *role,
                    struct permission_list *out) MUST_CHECK;

#endif
