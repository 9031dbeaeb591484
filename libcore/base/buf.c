/* buf.c — text that grows in an arena, doubling, up to its maximum. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FIRST_ROOM 256u

void buf_init(struct buf *b, struct arena *mem, size_t max)
{
    *b = (struct buf){ .mem = mem, .max = max };
}

char *buf_room(struct buf *b, size_t n)
{
    if (b->over || n > b->max || b->n > b->max - n) {
        b->over = true;
        return NULL;
    }
    if (b->n + n > b->room) {
        size_t room = b->room < FIRST_ROOM ? FIRST_ROOM : b->room;
        while (room < b->n + n)
            room = room > b->max / 2 ? b->max : room * 2;
        b->p = arena_grow(b->mem, b->p, b->room, room);
        b->room = room;
    }
    char *p = b->p + b->n;
    b->n += n;
    return p;
}

void buf_put(struct buf *b, const char *p, size_t n)
{
    char *to = n == 0 ? NULL : buf_room(b, n);
    if (to != NULL)
        memcpy(to, p, n);
}

void buf_str(struct buf *b, struct str s)
{
    buf_put(b, s.p, s.n);
}

void buf_c(struct buf *b, char c)
{
    if (b->n < b->room && b->n < b->max && !b->over)
        b->p[b->n++] = c;
    else
        buf_put(b, &c, 1);
}

void buf_int(struct buf *b, int64_t n)
{
    char digits[24], *p = digits + sizeof digits;
    uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do
        *--p = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (n < 0)
        *--p = '-';
    buf_put(b, p, (size_t)(digits + sizeof digits - p));
}

void buf_fmt(struct buf *b, const char *format, ...)
{
    char small[128];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    size_t n = length < 0 ? 0 : (size_t)length;
    if (n < sizeof small) {
        buf_put(b, small, n);
    } else {
        char *to = buf_room(b, n + 1);              /* and the NUL that follows                 */
        if (to != NULL) {
            vsnprintf(to, n + 1, format, again);
            b->n--;
        }
    }
    va_end(again);
}

void buf_cut(struct buf *b, size_t n)
{
    if (n < b->n)
        b->n = n;
}

struct str buf_text(const struct buf *b)
{
    return (struct str){ b->p == NULL ? "" : b->p, b->n };
}
