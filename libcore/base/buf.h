/*
 * buf.h — text that grows in an arena up to a maximum.
 *
 * Errors  passing the maximum sets `over` and drops what did not fit; the one who hands the text
 *         on asks once, at the end
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/arena.h"
#include "base/str.h"

struct buf { char *p; size_t n, room, max; struct arena *mem; bool over; };

void buf_init(struct buf *b, struct arena *mem, size_t max);
void buf_put(struct buf *b, const char *p, size_t n);
void buf_str(struct buf *b, struct str s);                      /* absent adds nothing          */
void buf_c(struct buf *b, char c);
void buf_int(struct buf *b, int64_t n);
void buf_fmt(struct buf *b, const char *format, ...) FORMAT(2, 3);
char *buf_room(struct buf *b, size_t n);                        /* n bytes to fill, or NULL     */
void buf_cut(struct buf *b, size_t n);                          /* forget what came after n     */
struct str buf_text(const struct buf *b);

#endif
