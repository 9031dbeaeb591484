/* paint.h — decodes a picture, makes it small, turns it upright and encodes it again (libgd). */
#ifndef THUMB_PAINT_H
#define THUMB_PAINT_H

#include "files/picture.h"

/* NULL: *out has the bytes, *type what they are; else why not, for people. They are never given
 * back: the process ends with its picture. width or height 0: whatever keeps its shape. */
const char *paint_small(struct str bytes, const struct picture *picture, int width, int height,
                        struct str *out, const char **type);

#endif
