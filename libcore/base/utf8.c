/* utf8.c — the table of RFC 3629 §4, as comparisons. */
#include "base/utf8.h"

#include <string.h>

/* 0: begins no character. */
static size_t length_of(unsigned char lead)
{
    return lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3
         : lead < 0xF5 ? 4 : 0;
}

bool utf8_next(struct str *rest, uint32_t *point)
{
    const unsigned char *p = (const unsigned char *)rest->p;
    if (rest->n == 0)
        return false;
    size_t length = length_of(p[0]);
    if (length == 0 || length > rest->n)
        return false;
    uint32_t c = length == 1 ? p[0] : p[0] & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return false;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    if ((length == 3 && c < 0x800) || (length == 4 && c < 0x10000) || c > 0x10FFFF
        || (c >= 0xD800 && c <= 0xDFFF))
        return false;
    *point = c;
    rest->p += length;
    rest->n -= length;
    return true;
}

bool utf8_valid(struct str s, size_t *bad_at)
{
    const char *start = s.p;
    uint32_t point;
    while (s.n > 0) {
        uint64_t eight;
        if (s.n >= 8 && (memcpy(&eight, s.p, 8), (eight & 0x8080808080808080u) == 0)) {
            s.p += 8;                                   /* a run of ASCII                      */
            s.n -= 8;
        } else if (!utf8_next(&s, &point)) {
            if (bad_at != NULL)
                *bad_at = (size_t)(s.p - start);
            return false;
        }
    }
    return true;
}

void utf8_scan_begin(struct utf8_scan *scan)
{
    *scan = (struct utf8_scan){ .n = 0 };
}

void utf8_scan_add(struct utf8_scan *scan, struct str piece)
{
    for (; scan->n > 0 && piece.n > 0; piece = str_sub(piece, 1, SIZE_MAX)) {
        scan->cut[scan->n++] = piece.p[0];
        if (scan->n < length_of((unsigned char)scan->cut[0]))
            continue;
        scan->is_bad = scan->is_bad || !utf8_valid((struct str){ scan->cut, scan->n }, NULL);
        scan->n = 0;
    }
    for (size_t back = 1; back <= 3 && back <= piece.n; back++)
        if (length_of((unsigned char)piece.p[piece.n - back]) > back) {
            scan->n = back;
            piece.n -= back;
            memcpy(scan->cut, piece.p + piece.n, back);
            break;
        }
    scan->is_bad = scan->is_bad || !utf8_valid(piece, NULL);
}

bool utf8_scan_end(const struct utf8_scan *scan)
{
    return !scan->is_bad && scan->n == 0;
}

size_t utf8_count(struct str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.n; i++)
        count += (s.p[i] & 0xC0) != 0x80;
    return count;
}

void utf8_put(struct buf *out, uint32_t c)
{
    if (c < 0x80) {
        buf_c(out, (char)c);
        return;
    }
    unsigned more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = { 0, 0xC0, 0xE0, 0xF0 };
    buf_c(out, (char)(lead[more] | (c >> (6 * more))));
    while (more-- > 0)
        buf_c(out, (char)(0x80 | ((c >> (6 * more)) & 0x3F)));
}

bool utf8_is_space(uint32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0
        || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F
        || c == 0x205F || c == 0x3000;
}

struct str utf8_tidy(struct arena *mem, struct str s, size_t characters)
{
    struct buf out;
    uint32_t point;
    if (str_absent(s))
        return NO_STR;
    buf_init(&out, mem, s.n * 3);
    for (size_t i = 0; i < characters && s.n > 0; i++) {
        if (!utf8_next(&s, &point)) {
            point = 0xFFFD;
            s = str_sub(s, 1, s.n);
        }
        utf8_put(&out, point != 0 ? point : 0xFFFD);
    }
    return buf_text(&out);
}
