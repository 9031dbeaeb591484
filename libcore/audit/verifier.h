/*
 * verifier.h — judges the trail as it is told, in the order of trailwalk.h or of an exported file:
 * every entry's checksum and link, every checkpoint's signature, link, root and heads.
 *
 * Faults   automation.md §3.5: of each chain the first broken entry; of checkpoints all that is
 *          wrong. More than VERIFIER_FAULTS are counted, not told
 * Pruned   a chain may begin behind the head of a signed checkpoint that a signed prune covers, and
 *          nowhere else; entries under such a checkpoint must be gone
 * One      of one account alone, heads prove the chain; the roots are over all and are not asked
 * Part     first > 1 (an archive): a chain begins as it says, since its end is signed
 */
#ifndef AUDIT_VERIFIER_H
#define AUDIT_VERIFIER_H

#include "audit/chain.h"
#include "audit/checkpoint.h"

enum { VERIFIER_FAULTS = 100 };
struct verifier_report {
    int64_t chains, checked;            /* accounts, entries */
    int64_t checkpoints, uncovered;     /* uncovered: entries that are under none yet */
    int64_t fault_count;
    struct str faults[VERIFIER_FAULTS];
};
struct verifier_terms {
    struct str account_id;              /* absent: all */
    const struct str *keys; size_t key_count;       /* whose signatures count */
    int64_t first;
    struct checkpoint_signed prune;     /* number 0: none */
};

struct verifier;
/* Lives in cx->mem, as do the faults; the report is filled as it goes. */
struct verifier *verifier_begin(struct cx *cx, const struct verifier_terms *terms,
                                struct verifier_report *report);
void verifier_row(struct verifier *v, const struct audit_row *row);
bool verifier_checkpoint(struct cx *cx, struct verifier *v,
                         const struct checkpoint_signed *is) MUST_CHECK;
void verifier_end(struct verifier *v);
/* Something else that is wrong. */
void verifier_fault(struct verifier *v, const char *format, ...) FORMAT(2, 3);

#endif
