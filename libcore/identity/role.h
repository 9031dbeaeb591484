/* role.h — the roles people have, the same in every account (identity.md §13). */
#ifndef IDENTITY_ROLE_H
#define IDENTITY_ROLE_H

#include "base/cx.h"

struct role { int64_t id; struct str name; };

bool role_by_name(struct cx *cx, struct str name, bool *found, struct role *out) MUST_CHECK;

#endif
