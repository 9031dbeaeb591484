/*
 * schemareview.h — what a change of a definition does, in words: what is new, what differs, how
 * many records it is about.
 */
#ifndef ADMIN_SCHEMAREVIEW_H
#define ADMIN_SCHEMAREVIEW_H

#include "data/rehearsal.h"
#include "desk/desk.h"

/* old: NULL for what is new. Puts changes, has_changes, records, sample. */
bool schemareview_put(struct desk *desk, const struct collection *old,
                      const struct rehearsal *tried) MUST_CHECK;

#endif
