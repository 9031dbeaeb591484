/*
 * named.h — inside the room: :name parameters of a statement become ?1 or $1.
 *
 * Skips '…', "…", comments. Refused: a cast with ::, a bare colon, more than the names have room
 * for.
 */
#ifndef DB_NAMED_H
#define DB_NAMED_H

#include "base/arena.h"
#include "base/str.h"

struct named { struct str text; const char **names; size_t n; };
/* NULL when all is well; else what is wrong. */
const char *named_read(struct arena *mem, const char *text, char mark, size_t most,
                       struct named *out);
/* Where the token that starts at p (quoted text, comment, or one character) ends. */
const char *named_token(const char *p, const char *end);

#endif
