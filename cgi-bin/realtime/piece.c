/* piece.c — counts the uses of a copy of some bytes. */
#include "piece.h"

#include <string.h>

struct piece *piece_of(struct str bytes)
{
    struct arena *mem = arena_small(sizeof(struct piece) + bytes.n);
    struct piece *piece = arena_alloc(mem, sizeof *piece + bytes.n);
    *piece = (struct piece){ .mem = mem, .uses = 1, .n = bytes.n, .p = (char *)(piece + 1) };
    if (bytes.n > 0)
        memcpy(piece->p, bytes.p, bytes.n);
    return piece;
}

struct piece *piece_use(struct piece *piece)
{
    piece->uses++;
    return piece;
}

void piece_drop(struct piece *piece)
{
    if (piece != NULL && --piece->uses == 0)
        arena_free(piece->mem);
}
