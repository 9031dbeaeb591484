/* utf8.h — checks and counts UTF-8 (RFC 3629: no surrogates, no overlong forms, ≤ U+10FFFF). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/buf.h"

bool utf8_valid(struct str s, size_t *bad_at);                  /* bad_at may be NULL            */
/* Of text that comes in pieces, which may be cut inside of a character. */
struct utf8_scan { char cut[4]; size_t n; bool is_bad; };
void utf8_scan_begin(struct utf8_scan *scan);
void utf8_scan_add(struct utf8_scan *scan, struct str piece);
bool utf8_scan_end(const struct utf8_scan *scan);               /* all of it was valid          */
size_t utf8_count(struct str s);                                /* code points of valid text     */
/* Reads one code point and moves past it; false at the end or at a bad byte. */
bool utf8_next(struct str *rest, uint32_t *point);
void utf8_put(struct buf *out, uint32_t point);
bool utf8_is_space(uint32_t point);                             /* Unicode White_Space, U+1C–1F  */
/* What a text column takes from outside: bad bytes and NUL as U+FFFD, and so long at most. */
struct str utf8_tidy(struct arena *mem, struct str s, size_t characters);

#endif
