/* picture.c — fuzz: the head of a picture is read within its bytes, and what is said of it is sane. */
#include <stdlib.h>

#include "base/arena.h"
#include "files/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new(0, NULL, NULL);
    struct str bytes = str_copy(mem, (struct str){ (const char *)data, size });
    struct picture picture;
    bool is_one = picture_read(bytes, &picture);
    if (picture.turn < 1 || picture.turn > 8)
        abort();
    if (is_one && (picture.format == PICTURE_NONE || picture.width < 1 || picture.height < 1))
        abort();
    arena_free(mem);
    return 0;
}
