/* chainheads.c — the heads of the chains in a table with open addresses. */
#include "audit/chainheads.h"

#include <string.h>

void chainheads_init(struct chainheads *heads, struct arena *mem)
{
    *heads = (struct chainheads){ .mem = mem, .room = 64 };
    heads->slots = arena_list(mem, struct chainhead *, heads->room);
}

static struct chainhead **slot_of(const struct chainheads *heads, struct str account_id)
{
    size_t at = (size_t)str_hash(account_id) & (heads->room - 1);
    while (heads->slots[at] != NULL && !str_eq(heads->slots[at]->account_id, account_id))
        at = (at + 1) & (heads->room - 1);
    return &heads->slots[at];
}

static void grow(struct chainheads *heads)
{
    struct chainhead **before = heads->slots;
    size_t room = heads->room;
    heads->room *= 2;
    heads->slots = arena_list(heads->mem, struct chainhead *, heads->room);
    for (size_t i = 0; i < room; i++)
        if (before[i] != NULL)
            *slot_of(heads, before[i]->account_id) = before[i];
}

struct chainhead *chainheads_of(struct chainheads *heads, struct str account_id)
{
    struct chainhead **slot = slot_of(heads, account_id);
    if (*slot != NULL)
        return *slot;
    if (2 * heads->n >= heads->room) {
        grow(heads);
        slot = slot_of(heads, account_id);
    }
    *slot = arena_make(heads->mem, struct chainhead);
    (*slot)->account_id = str_copy(heads->mem, account_id);
    heads->n++;
    return *slot;
}

/* What is no checksum links to nothing. */
void chainheads_set(struct chainhead *head, int64_t last_id, struct str checksum)
{
    head->last_id = last_id;
    head->checksum[0] = '\0';
    if (checksum.n == CHAIN_HEX) {
        memcpy(head->checksum, checksum.p, CHAIN_HEX);
        head->checksum[CHAIN_HEX] = '\0';
    }
}
