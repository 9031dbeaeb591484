/* 24-picture.c — heads of pictures: their format, their size, which way up; lies and damage. */
#include "tap.h"

#include <string.h>

#include "files/picture.h"

static void reads(struct str bytes, enum picture_format format, int64_t width, int64_t height, const char *what)
{
    struct picture p;
    ok(picture_read(bytes, &p) && p.format == format && p.width == width && p.height == height, what);
}

static void refuses(struct str bytes, const char *what)
{
    struct picture p;
    ok(!picture_read(bytes, &p), what);
}

static int turn_of(const char *name)
{
    static char bytes[4096];
    struct picture p = { .turn = 0 };
    FILE *file = fopen(str_fmt(tap_mem(), "t/lib/pictures/%s", name).p, "rb");
    size_t n = file == NULL ? 0 : fread(bytes, 1, sizeof bytes, file);
    if (file != NULL)
        fclose(file);
    return picture_read((struct str){ bytes, n }, &p) ? p.turn : 0;
}

#define PNG "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"

int main(void)
{
    char name[] = "turn1.jpg";
    plan(28);
    reads(S(PNG "\0\0\1\x2c\0\0\0\xc8\x08\6"), PICTURE_PNG, 300, 200, "PNG");
    reads(S(PNG "\x7f\xff\xff\xff\x7f\xff\xff\xff"), PICTURE_PNG, INT32_MAX, INT32_MAX, "a huge one says so");
    refuses(S(PNG "\0\0\0\0\0\0\0\xc8\x08\6"), "one without a width");
    refuses(S("\x89PNG\r\n\x1a\n\0\0\0\rIDAT\0\0\1\x2c\0\0\0\xc8"), "one that begins with something else");
    reads(S("GIF89a\x2c\1\xc8\0"), PICTURE_GIF, 300, 200, "GIF");
    reads(S("GIF87a\1\0\1\0"), PICTURE_GIF, 1, 1, "an old one");
    refuses(S("GIF89b\1\0\1\0"), "none at all");
    refuses(S("GIF89a\1\0"), "half a head");
    reads(S("RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x2b\1\0\xc7\0\0"), PICTURE_WEBP, 300, 200,
          "WebP with parts");
    reads(S("RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x2c\x41\xc8\x80"), PICTURE_WEBP, 300, 200,
          "WebP, whose scale is no size");
    reads(S("RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x2b\xc1\x31\0"), PICTURE_WEBP, 300, 200, "WebP without loss");
    refuses(S("RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2e\x2b\xc1\x31\0"), "with a wrong sign");
    refuses(S("RIFF\0\0\0\0WAVEfmt "), "music");
    reads(S("\xff\xd8\xff\xe0\0\2\xff\xff\xff\xc2\0\x0b\x08\0\xc8\1\x2c\3"), PICTURE_JPEG, 300, 200,
          "JPEG, filled up, progressive");
    refuses(S("\xff\xd8\xff\xe0\0\2\xff\xda\0\2\xff\xc0\0\x0b\x08\0\xc8\1\x2c\3"),
            "a size that comes too late");
    refuses(S("\xff\xd8\xff\xe0\0\1\xff\xc0\0\x0b\x08\0\xc8\1\x2c\3"), "a part shorter than its length");
    refuses(S("\xff\xd8\xff\xe0\xff\xff\xff\xc0"), "one longer than the file");
    refuses(S("\xff\xd8\xff"), "only a beginning");
    refuses(S(""), "nothing");
    for (int i = 1; i <= 8; i++) {
        name[4] = (char)('0' + i);
        is_int(turn_of(name), i, name);
    }
    refuses(S("<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"), "what is drawn by words");
    return done();
}
