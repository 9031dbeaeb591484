/*
 * trailwalk.h — the whole trail in one order: the entries under each checkpoint, by account and id,
 * then the checkpoint; at the end what is under none. An entry comes once, whatever the documents
 * say.
 *
 * Memory   grows with the accounts, not with the entries; what a visitor is given is gone when it
 *          returns (cx->mem is rewound)
 * Scope    "*"; one snapshot, so that nobody prunes under the walker's feet
 */
#ifndef AUDIT_TRAILWALK_H
#define AUDIT_TRAILWALK_H

#include "audit/chain.h"
#include "audit/checkpoint.h"

struct trailwalk {
    struct str account_id;              /* absent: all */
    int64_t first, last;                /* checkpoints; last 0: all, and what is under none */
};
struct trailwalk_visitor {
    bool (*row)(struct cx *cx, void *state, const struct audit_row *row);
    bool (*checkpoint)(struct cx *cx, void *state, const struct checkpoint_signed *is);
    void *state;
};
bool trailwalk_run(struct cx *cx, const struct trailwalk *walk,
                   const struct trailwalk_visitor *visitor) MUST_CHECK;

/* One entry of the table. */
bool trailwalk_entry(struct cx *cx, int64_t id, bool *found, struct audit_row *out) MUST_CHECK;

#endif
