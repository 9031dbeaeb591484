/*
 * picture.h — what the first bytes of a picture say: its format, its size, which way up it is.
 *
 * Asked before anything decodes it: how much memory a picture takes hangs on its size alone, and a
 * file of some bytes can claim any. Bytes of which the format is not known are no picture; damage
 * further on is for the decoder to find.
 */
#ifndef FILES_PICTURE_H
#define FILES_PICTURE_H

#include "base/str.h"

enum picture_format { PICTURE_NONE, PICTURE_JPEG, PICTURE_PNG, PICTURE_GIF, PICTURE_WEBP };
struct picture {
    enum picture_format format;
    int64_t width, height;              /* as stored; at least 1 each */
    int turn;                           /* EXIF: 1 as it is … 8; from 5 on, sides change places */
};
bool picture_read(struct str bytes, struct picture *out);

#endif
