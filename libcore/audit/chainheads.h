/*
 * chainheads.h — where each chain has got to, for who walks all of them: found by account, in
 * memory that grows with the accounts and not with their entries.
 */
#ifndef AUDIT_CHAINHEADS_H
#define AUDIT_CHAINHEADS_H

#include "audit/chain.h"

struct chainhead {
    struct str account_id;
    int64_t last_id;                        /* 0: none yet */
    char checksum[CHAIN_HEX + 1];           /* of that entry; empty: it has none */
    bool is_broken;                         /* the walker's own note */
};
struct chainheads { struct arena *mem; struct chainhead **slots; size_t n, room; };

void chainheads_init(struct chainheads *heads, struct arena *mem);
/* The account's; made when it is not there. Stays where it is. */
struct chainhead *chainheads_of(struct chainheads *heads, struct str account_id);
void chainheads_set(struct chainhead *head, int64_t last_id, struct str checksum);

#endif
