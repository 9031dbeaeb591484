/*
 * permission.h — what a role may do with a collection besides the collection's own rules
 * (permissions.md §1, §2).
 *
 * On the wire a permission is all that a role may do with one collection, or with every one (*): a
 * row for each operation, and the smallest of their ids stands for all.
 *
 * Kept     every grant of every role, while the definitions generation stands, at most five minutes
 * Checked  not here: data/rolerules.h lets only rules through that compile
 * Errors   404 "Permission with ID n not found"
 * Changes  permissions (audited, under the system account); bumps definitions
 */
#ifndef IDENTITY_PERMISSION_H
#define IDENTITY_PERMISSION_H

#include "base/cx.h"

enum permission_operation {
    PERMISSION_CREATE, PERMISSION_READ, PERMISSION_UPDATE, PERMISSION_DELETE, PERMISSION_OPERATIONS
};
extern const char *const permission_operations[PERMISSION_OPERATIONS];  /* "create", "read" … */

struct grant { struct str rule, fields; };  /* an expression; "*" or a JSON array of names */
struct grants { const struct grant *at; size_t n; };

/* The role's rows for the collection (as spelt in its name) and for "*"; none is no failure. */
bool permission_grants(struct cx *cx, struct str role, struct str collection,
                       enum permission_operation operation, struct grants *out) MUST_CHECK;

struct permission {
    int64_t id, role_id;
    struct str collection;
    struct grant grants[PERMISSION_OPERATIONS];         /* rule absent: none for this operation */
    int64_t rows[PERMISSION_OPERATIONS];                /* their ids; 0: none */
    int64_t created_at, updated_at;                     /* of the oldest row, and the newest */
};
struct permission_list { struct permission *at; size_t n; };

/* By role and collection. role_id 0: of every role. */
bool permission_all(struct cx *cx, int64_t role_id, struct permission_list *out) MUST_CHECK;
bool permission_get(struct cx *cx, int64_t id, struct permission *out) MUST_CHECK;
/* Both in a transaction that holds the definitions. An absent rule takes the grant away. */
bool permission_set(struct cx *cx, int64_t role_id, struct str collection,
                    enum permission_operation operation, const struct grant *grant) MUST_CHECK;
bool permission_forget(struct cx *cx, int64_t role_id) MUST_CHECK;      /* all of a role */
bool permission_delete(struct cx *cx, int64_t id) MUST_CHECK;

#endif
