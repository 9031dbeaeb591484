/* base64.c — three bytes to four characters and back; each value has one text. */
#include "base/base64.h"

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char for_urls[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static struct str encode(struct arena *mem, struct str bytes, const char *alphabet, bool padded)
{
    const unsigned char *in = (const unsigned char *)bytes.p;
    char *out = arena_alloc(mem, (bytes.n / 3 + 1) * 4 + 1);
    size_t n = 0, i = 0;
    for (; bytes.n - i >= 3; i += 3) {
        uint32_t three = (uint32_t)in[i] << 16 | (uint32_t)in[i + 1] << 8 | in[i + 2];
        for (unsigned shift = 24; shift > 0; shift -= 6)
            out[n++] = alphabet[three >> (shift - 6) & 63];
    }
    size_t left = bytes.n - i;
    if (left > 0) {
        uint32_t rest = (uint32_t)in[i] << 16 | (left == 2 ? (uint32_t)in[i + 1] << 8 : 0);
        out[n++] = alphabet[rest >> 18];
        out[n++] = alphabet[rest >> 12 & 63];
        if (left == 2)
            out[n++] = alphabet[rest >> 6 & 63];
        for (; padded && n % 4 != 0; n++)
            out[n] = '=';
    }
    return (struct str){ out, n };
}

static int value_of(char c, const char *alphabet)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == alphabet[62] ? 62 : c == alphabet[63] ? 63 : -1;
}

static bool decode(struct arena *mem, struct str text, const char *alphabet, struct str *bytes)
{
    uint32_t bits = 0;
    size_t n = 0;
    char *out = arena_alloc(mem, text.n / 4 * 3 + 4);
    for (size_t i = 0; i < text.n; i++) {
        int value = value_of(text.p[i], alphabet);
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        if (i % 4 != 0)
            out[n++] = (char)(bits >> (6 - 2 * (i % 4)));
    }
    /* What is left over in the last character must be zero: one text for each value. */
    unsigned over = text.n % 4 == 2 ? 15 : text.n % 4 == 3 ? 3 : 0;
    *bytes = (struct str){ out, n };
    return text.n % 4 != 1 && (bits & over) == 0;
}

struct str base64_put(struct arena *mem, struct str bytes)
{
    return encode(mem, bytes, standard, true);
}

/* Pieces of whole threes, so that nothing is padded but the end. */
bool base64_pass(struct cx *cx, struct source from, struct sink to)
{
    char piece[FLOW_PIECE / 3 * 3];
    size_t n = 0, got = 1;
    while (got > 0) {
        struct arena_mark mark = arena_mark(cx->mem);
        for (n = 0; n < sizeof piece && got > 0; n += got)
            TRY(flow_read(cx, from, piece + n, sizeof piece - n, &got));
        if (n > 0)
            TRY(flow_write(cx, to, base64_put(cx->mem, (struct str){ piece, n })));
        arena_rewind(cx->mem, mark);
    }
    return true;
}

struct str base64_put_url(struct arena *mem, struct str bytes, bool padded)
{
    return encode(mem, bytes, for_urls, padded);
}

static bool unpad(struct str *text, bool optional)
{
    size_t padding = 0;
    while (padding < 2 && padding < text->n && text->p[text->n - 1 - padding] == '=')
        padding++;
    bool whole = text->n % 4 == 0;
    text->n -= padding;
    return whole || (optional && padding == 0);
}

bool base64_get(struct arena *mem, struct str text, struct str *bytes)
{
    return unpad(&text, false) && decode(mem, text, standard, bytes);
}

bool base64_get_url(struct arena *mem, struct str text, struct str *bytes)
{
    return unpad(&text, true) && decode(mem, text, for_urls, bytes);
}

struct str base64_hex(struct arena *mem, struct str bytes)
{
    static const char hex[] = "0123456789abcdef";
    char *out = arena_alloc(mem, bytes.n * 2 + 1);
    for (size_t i = 0; i < bytes.n; i++) {
        out[2 * i] = hex[(unsigned char)bytes.p[i] >> 4];
        out[2 * i + 1] = hex[(unsigned char)bytes.p[i] & 15];
    }
    return (struct str){ out, bytes.n * 2 };
}
