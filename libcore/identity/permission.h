/*
 * permission.h — what a role may do with a collection besides the collection's own rules
 * (permissions.md §1, §2).
 *
 * Kept   every grant of every role, while the definitions generation stands
 */
#ifndef IDENTITY_PERMISSION_H
#define IDENTITY_PERMISSION_H

#include "base/cx.h"

enum permission_operation {
    PERMISSION_CREATE, PERMISSION_READ, PERMISSION_UPDATE, PERMISSION_DELETE, PERMISSION_OPERATIONS
};
struct grant { struct str rule, fields; };  /* an expression; "*" or a JSON array of names */
struct grants { const struct grant *at; size_t n; };

/* The role's rows for the collection (as spelt in its name) and for "*"; none is no failure. */
bool permission_grants(struct cx *cx, struct str role, struct str collection,
                       enum permission_operation operation, struct grants *out) MUST_CHECK;

#endif
