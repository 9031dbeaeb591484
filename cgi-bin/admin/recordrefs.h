/* recordrefs.h — what refers to a record: collections and fields, with counts and links. */
#ifndef ADMIN_RECORDREFS_H
#define ADMIN_RECORDREFS_H

#include "recorddesk.h"

/* "refs" of a page: those whose records the caller may list, and whose field they may name. */
bool recordrefs_put(struct desk *desk, const struct collection *collection, struct str id)
    MUST_CHECK;

#endif
