/*
 * release.h — what a record leaves behind when it goes: references to it (data.md §10.6).
 *
 * set_null  the children are changed by us, so that history and subscribers know
 * cascade   the children go with it by the engine's hand, without history of their own
 *           (automation.md §3.2); what points to them in turn is released first
 */
#ifndef DATA_RELEASE_H
#define DATA_RELEASE_H

#include "data/collection.h"

/* False with 409 when a required reference would have to be emptied. */
bool release_children(struct cx *cx, const struct collection *collection, struct str account_id,
                      struct str id) MUST_CHECK;

#endif
