/*
 * live.h — what one event is to whom: nothing, or the record as a GET would show it to them
 * (automation.md §4.6, capebase.md §8).
 *
 * Sees      who may view the row as the event has it: the collection's view rule and the role's
 *           permissions, or, when the view rule is locked, its list rule; as they are now. A filter
 *           narrows that, and may name what its caller may name
 * Changes   an update that makes a row visible is a create, one that hides it a delete with only
 *           the id; a delete is told to whom the row as it was was visible
 * Nothing   of views, of collections that are gone or were made after the event, of those that are
 *           not realtime
 * Effort    what memory can decide needs no statement (rules/ruleval.h); the rest of all watches is
 *           asked in one (several above some hundred answers). Watches whose callers may see the
 *           same are decided once, whose records look the same share one message
 * Memory    results live in cx->mem
 */
#ifndef LIVE_LIVE_H
#define LIVE_LIVE_H

#include "events/tail.h"

enum live_kind { LIVE_NOTHING, LIVE_CREATE, LIVE_UPDATE, LIVE_DELETE };
enum {
    LIVE_OP_CREATE = 1 << LIVE_CREATE, LIVE_OP_UPDATE = 1 << LIVE_UPDATE,
    LIVE_OP_DELETE = 1 << LIVE_DELETE,
    LIVE_OP_ALL = LIVE_OP_CREATE | LIVE_OP_UPDATE | LIVE_OP_DELETE
};
/* What one connection wants of one collection. */
struct live_watch {
    const struct actor *who;
    struct str account_id;      /* whose events; NO_STR: everybody's (superadmins only) */
    struct str collection;      /* absent or empty: every one that the caller may view */
    unsigned operations;        /* what it is to the caller, which need not be what was done */
    struct str filter;          /* absent or blank: none */
};
/*
 * Before a watch is kept: whether its filter reads (E_INVALID in the contract's words). Of a
 * collection that is not there, or that the caller may not view, only as far as it goes without.
 */
bool live_check(struct cx *cx, const struct live_watch *watch) MUST_CHECK;

/*
 * message: {"type":"posts.create","timestamp":…,"data":{…},"table":"posts","event":"INSERT",
 * "id":48213}, and "previous":{…} where the collection has event_previous; the same pointer for all
 * who are told the same.
 */
struct live_sight { enum live_kind kind; const struct str *message; };
bool live_look(struct cx *cx, const struct tail_event *event,
               const struct live_watch *const *watches, size_t n, struct live_sight *out)
    MUST_CHECK;

#endif
