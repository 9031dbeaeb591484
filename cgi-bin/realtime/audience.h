/*
 * audience.h — all listeners of this process: by the account whose events they hear, and those
 * that something is to be done for.
 */
#ifndef REALTIME_AUDIENCE_H
#define REALTIME_AUDIENCE_H

#include "bearer.h"
#include "listener.h"

enum { AUDIENCE_PLACES = 1024 };

struct audience {
    struct bearers bearers;
    struct listener *all; size_t n;             /* connections, also those that still arrive */
    size_t members;                             /* that listen */
    struct listener *places[AUDIENCE_PLACES];   /* by the hash of their account */
    struct listener *everywhere;                /* who hears all accounts */
    struct listener *dirty;                     /* with something to send, or an end to come to */
    struct listener *resuming, *resuming_last;  /* who is behind, each in turn */
    struct meter_process *meters;               /* NULL: nothing is counted */
};

void audience_add(struct audience *audience, struct listener *listener);
void audience_enter(struct listener *listener);     /* into the place of its account_id */
void audience_remove(struct listener *listener);    /* and frees it */
void audience_dirty(struct listener *listener);
struct listener *audience_take_dirty(struct audience *audience);    /* NULL: none is left */
void audience_resume(struct listener *listener);
struct listener *audience_take_resuming(struct audience *audience);
/* Those of the account and others of the same hash: look. */
struct listener *audience_at(const struct audience *audience, struct str account_id);

#endif
