/* paint.c — the only file that knows libgd. */
#include "paint.h"

#include <gd.h>
#include <stdarg.h>
#include <string.h>

#include "base/num.h"

enum { JPEG_QUALITY = 85, WEBP_QUALITY = 80 };

/* What strangers' bytes make it say is nobody's business. */
static void say_nothing(int level UNUSED, const char *format UNUSED, va_list args UNUSED)
{
}

static gdImagePtr decode(struct str bytes, enum picture_format format)
{
    void *p = (void *)(uintptr_t)bytes.p;
    int n = num_clip(bytes.n);
    switch (format) {
    case PICTURE_JPEG: return gdImageCreateFromJpegPtr(n, p);
    case PICTURE_PNG:  return gdImageCreateFromPngPtr(n, p);
    case PICTURE_GIF:  return gdImageCreateFromGifPtr(n, p);
    case PICTURE_WEBP: return gdImageCreateFromWebpPtr(n, p);
    case PICTURE_NONE: break;
    }
    return NULL;
}

/* --- its new size ----------------------------------------------------------------------------- */

struct cut { int x, y, width, height, to_width, to_height; };   /* of the source, and what of it */

static int at_least_1(double n)
{
    return n < 1 ? 1 : (int)(n + 0.5);
}

/* The middle of the picture, as much of it as has the shape that is wanted; never enlarged. */
static struct cut cut_of(int width, int height, int want_width, int want_height)
{
    double by_width = (double)want_width / width, by_height = (double)want_height / height;
    double scale = by_width > by_height ? by_width : by_height;
    struct cut cut = { 0, 0, width, height, 0, 0 };
    if (scale > 1)
        scale = 1;
    cut.to_width = at_least_1(width * scale);
    cut.to_height = at_least_1(height * scale);
    if (want_width > 0 && cut.to_width > want_width) {
        cut.to_width = want_width;
        cut.width = at_least_1(want_width / scale);
        cut.width = cut.width < width ? cut.width : width;
    }
    if (want_height > 0 && cut.to_height > want_height) {
        cut.to_height = want_height;
        cut.height = at_least_1(want_height / scale);
        cut.height = cut.height < height ? cut.height : height;
    }
    cut.x = (width - cut.width) / 2;
    cut.y = (height - cut.height) / 2;
    return cut;
}

static gdImagePtr blank(int width, int height)
{
    gdImagePtr image = gdImageCreateTrueColor(width, height);
    if (image != NULL) {
        gdImageAlphaBlending(image, 0);
        gdImageSaveAlpha(image, 1);
    }
    return image;
}

static gdImagePtr shrink(gdImagePtr from, int width, int height)
{
    struct cut cut = cut_of(gdImageSX(from), gdImageSY(from), width, height);
    gdImagePtr to = blank(cut.to_width, cut.to_height);
    if (to != NULL)
        gdImageCopyResampled(to, from, 0, 0, cut.x, cut.y, cut.to_width, cut.to_height, cut.width,
                             cut.height);
    return to;
}

/* --- which way up ----------------------------------------------------------------------------- */

/* Where pixel (x, y) of what is seen lies in what was stored, w wide and h high. */
static int stored(gdImagePtr from, int turn, int x, int y)
{
    int w = gdImageSX(from), h = gdImageSY(from);
    bool is_mirrored = turn == 2 || turn == 3 || turn == 7 || turn == 8;
    bool is_upset = turn == 3 || turn == 4 || turn == 6 || turn == 7;
    int across = turn >= 5 ? y : x, down = turn >= 5 ? x : y;
    return gdImageGetTrueColorPixel(from, is_mirrored ? w - 1 - across : across,
                                    is_upset ? h - 1 - down : down);
}

static gdImagePtr upright(gdImagePtr from, int turn)
{
    if (turn == 1)
        return from;
    gdImagePtr to = turn >= 5 ? blank(gdImageSY(from), gdImageSX(from))
                              : blank(gdImageSX(from), gdImageSY(from));
    for (int y = 0; to != NULL && y < gdImageSY(to); y++)
        for (int x = 0; x < gdImageSX(to); x++)
            gdImageSetPixel(to, x, y, stored(from, turn, x, y));
    return to;
}

/* --- all of it -------------------------------------------------------------------------------- */

static void *encode(gdImagePtr image, enum picture_format format, int *n, const char **type)
{
    *type = format == PICTURE_JPEG ? "image/jpeg" : format == PICTURE_WEBP ? "image/webp"
                                                                           : "image/png";
    if (format == PICTURE_JPEG)
        return gdImageJpegPtr(image, n, JPEG_QUALITY);
    if (format == PICTURE_WEBP)
        return gdImageWebpPtrEx(image, n, WEBP_QUALITY);
    return gdImagePngPtr(image, n);
}

const char *paint_small(struct str bytes, const struct picture *picture, int width, int height,
                        struct str *out, const char **type)
{
    bool swaps = picture->turn >= 5;
    int n = 0;
    gdSetErrorMethod(say_nothing);
    gdImagePtr image = decode(bytes, picture->format);
    if (image == NULL)
        return "The picture is damaged";
    gdImagePtr small = shrink(image, swaps ? height : width, swaps ? width : height);
    gdImageDestroy(image);
    if (small != NULL)
        small = upright(small, picture->turn);
    void *p = small == NULL ? NULL : encode(small, picture->format, &n, type);
    if (p == NULL || n <= 0)
        return "The picture is too large";
    *out = (struct str){ p, (size_t)n };
    return NULL;
}
