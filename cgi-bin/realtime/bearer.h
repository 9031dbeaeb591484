/*
 * bearer.h — a token or key that listeners came with, and who that is today: one for all
 * connections of the same token.
 *
 * Stands   as long as the identities do not change and it has not expired; else it is asked again
 *          before anything more is told to its listeners. Once fallen it stays so
 */
#ifndef REALTIME_BEARER_H
#define REALTIME_BEARER_H

#include "identity/actor.h"

struct bearer {
    struct bearer *next;
    struct arena *mem, *who_mem;
    uint64_t hash;
    struct str text; bool is_key;
    struct actor who;
    int64_t identities;             /* the generation that this holds for */
    size_t uses;
    bool fallen;
};
struct bearers { struct bearer *first; };

/* Of credentials that were just identified as `who`, the generation being `identities` before. */
struct bearer *bearer_join(struct bearers *bearers, const struct credentials *given,
                           const struct actor *who, int64_t identities);
void bearer_leave(struct bearers *bearers, struct bearer *bearer_or_null);
/* How many connections a user, an account has. */
size_t bearer_count_user(const struct bearers *bearers, struct str user_id);
size_t bearer_count_account(const struct bearers *bearers, struct str account_id);

bool bearer_has_expired(const struct bearer *bearer, int64_t now);
/* False only when the database could not be asked; then nothing is known. */
bool bearer_stands(struct cx *cx, struct bearer *bearer, int64_t identities, bool *stands)
    MUST_CHECK;

#endif
