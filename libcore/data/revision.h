/*
 * revision.h — the history of definitions (data.md §4.2): one revision for each change of a table.
 *
 * Branches dynamic: changes of collections; core: the files of schema/ that have run
 * Changes  schema_migrations (audited), inside the caller's transaction
 */
#ifndef DATA_REVISION_H
#define DATA_REVISION_H

#include "base/cx.h"

struct revision {
    struct str revision, down_revision, branch, description;
    int64_t created_at, applied_at;
};
/* Appends "<verb>_collection_<name>" to the branch dynamic; *revision is its 12 hex digits. */
bool revision_add(struct cx *cx, const char *verb, struct str name, struct str *revision)
    MUST_CHECK;
/* Oldest first, both branches. */
bool revision_list(struct cx *cx, struct revision **out, size_t *n) MUST_CHECK;

/* Of the branch core: the file that ran, as it is now; absent when it is not there any more. */
bool revision_text(struct cx *cx, const struct revision *revision, struct str *out) MUST_CHECK;

#endif
