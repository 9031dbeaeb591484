/* piece.h — bytes that may be on their way to many listeners at once; gone with the last use. */
#ifndef REALTIME_PIECE_H
#define REALTIME_PIECE_H

#include "base/arena.h"
#include "base/str.h"

struct piece { struct arena *mem; size_t uses, n; char *p; };

struct piece *piece_of(struct str bytes);               /* one use: the caller's */
struct piece *piece_use(struct piece *piece);           /* one more */
void piece_drop(struct piece *piece_or_null);

#endif
