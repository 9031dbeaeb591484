/* picture.c — the heads of JPEG, PNG, GIF and WebP. */
#include "files/picture.h"

#include <string.h>

enum { ORIENTATION = 0x0112, ENTRIES_MAX = 64 };

/* Bytes that may not be there read as 0. */
static int64_t byte(struct str s, size_t at)
{
    return at < s.n ? (unsigned char)s.p[at] : 0;
}

static int64_t big(struct str s, size_t at, size_t n)
{
    int64_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value << 8 | byte(s, at + i);
    return value;
}

static int64_t little(struct str s, size_t at, size_t n)
{
    int64_t value = 0;
    for (size_t i = n; i > 0; i--)
        value = value << 8 | byte(s, at + i - 1);
    return value;
}

static bool is_at(struct str s, size_t at, struct str word)
{
    return at + word.n <= s.n && memcmp(s.p + at, word.p, word.n) == 0;
}

static bool sized(struct picture *out, enum picture_format format, int64_t width, int64_t height)
{
    out->format = format;
    out->width = width;
    out->height = height;
    return width > 0 && height > 0;
}

/* --- JPEG ------------------------------------------------------------------------------------- */

/* A TIFF header and the first of its directories. */
static int turn_of(struct str tiff)
{
    bool is_little = is_at(tiff, 0, S("II*\0"));
    int64_t (*number)(struct str, size_t, size_t) = is_little ? little : big;
    if (!is_little && !is_at(tiff, 0, S("MM\0*")))
        return 1;
    int64_t at = number(tiff, 4, 4), entries = number(tiff, (size_t)at, 2);
    for (int64_t i = 0; i < entries && i < ENTRIES_MAX; i++) {
        size_t entry = (size_t)(at + 2 + i * 12);
        int64_t value = number(tiff, entry + 8, 2);
        if (number(tiff, entry, 2) == ORIENTATION && value >= 1 && value <= 8)
            return (int)value;
    }
    return 1;
}

static bool is_frame(int64_t marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static bool read_jpeg(struct str s, struct picture *out)
{
    for (size_t at = 2; at + 4 <= s.n;) {
        int64_t marker = byte(s, at + 1), length = big(s, at + 2, 2);
        if (byte(s, at) != 0xff)
            return false;
        if (marker == 0xff) {                       /* filled up with these */
            at++;
            continue;
        }
        if (is_frame(marker))
            return sized(out, PICTURE_JPEG, big(s, at + 7, 2), big(s, at + 5, 2));
        if (marker == 0xda || marker == 0xd9 || length < 2)
            return false;
        if (marker == 0xe1 && is_at(s, at + 4, S("Exif\0\0")))
            out->turn = turn_of(str_sub(s, at + 10, (size_t)length < 8 ? 0 : (size_t)length - 8));
        at += (size_t)length + 2;
    }
    return false;
}

/* --- WebP ------------------------------------------------------------------------------------- */

static bool read_webp(struct str s, struct picture *out)
{
    if (is_at(s, 12, S("VP8X")))
        return sized(out, PICTURE_WEBP, little(s, 24, 3) + 1, little(s, 27, 3) + 1);
    if (is_at(s, 12, S("VP8 ")) && is_at(s, 23, S("\x9d\x01\x2a")))
        return sized(out, PICTURE_WEBP, little(s, 26, 2) & 0x3fff, little(s, 28, 2) & 0x3fff);
    if (!is_at(s, 12, S("VP8L")) || byte(s, 20) != 0x2f)
        return false;
    int64_t bits = little(s, 21, 4);
    return sized(out, PICTURE_WEBP, (bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
}

bool picture_read(struct str s, struct picture *out)
{
    *out = (struct picture){ .turn = 1 };
    if (is_at(s, 0, S("\xff\xd8\xff")))
        return read_jpeg(s, out);
    if (is_at(s, 0, S("\x89PNG\r\n\x1a\n")) && is_at(s, 12, S("IHDR")))
        return sized(out, PICTURE_PNG, big(s, 16, 4), big(s, 20, 4));
    if (is_at(s, 0, S("GIF87a")) || is_at(s, 0, S("GIF89a")))
        return sized(out, PICTURE_GIF, little(s, 6, 2), little(s, 8, 2));
    return is_at(s, 0, S("RIFF")) && is_at(s, 8, S("WEBP")) && read_webp(s, out);
}
