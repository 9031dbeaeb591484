/*
 * release.h — what a record leaves behind when it goes: references to it (data.md §10.6).
 *
 * set_null  the children are changed by us, so that history and subscribers know
 * cascade   the children go with it by the engine's hand, without history of their own
 *           (automation.md §3.2); what points to them in turn is released first. Those that have it
 *           in a list go by ours
 */
#ifndef DATA_RELEASE_H
#define DATA_RELEASE_H

#include "data/collection.h"

struct release_record { const struct collection *collection; struct str id; };
struct release_list { struct release_record *at; size_t n, room; };
struct release {
    struct str account_id;
    struct release_record first;        /* that goes                                              */
    struct release_list taken;          /* what goes by our hand, later what hangs on earlier     */
    bool is_circle;                     /* what goes with it would take it along itself           */
    const struct collection *const *all; size_t count;
};

/* Before a record goes. False with 409 when a required reference would have to be emptied. */
bool release_children(struct cx *cx, const struct collection *collection, struct str account_id,
                      struct str id, struct release *out) MUST_CHECK;
/* The records that go by our hand: before the first one, in a circle after it. */
bool release_take(struct cx *cx, const struct release *release) MUST_CHECK;

#endif
