/* head.c — fuzz: a request's head is read alike however it arrives, and no line gets into another. */
#include <stdlib.h>
#include <string.h>

#include "http/httphead.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

/* A block of just these bytes: reading past them shows. */
static enum httphead read_first(struct arena *mem, const uint8_t *data, size_t n, size_t *taken,
                                char ***params)
{
    char *bytes = malloc(n + 1);
    memcpy(bytes, data, n);
    enum httphead what = httphead_read(mem, (struct str){ bytes, n }, taken, params);
    free(bytes);
    return what;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new(0, NULL, NULL);
    size_t taken = 0, end = 0;
    char **params = NULL;
    enum httphead what = read_first(mem, data, size, &taken, &params);
    must(what != HTTPHEAD_WHOLE || (taken >= 4 && taken <= size
                                    && memcmp(data + taken - 4, "\r\n\r\n", 4) == 0));
    for (size_t i = 0; what == HTTPHEAD_WHOLE && params[i] != NULL; i++)
        must(strchr(params[i], '=') != NULL && strpbrk(params[i], "\r\n") == NULL);
    for (size_t n = 0; n < size && n < 600; n++) {
        enum httphead early = read_first(mem, data, n, &end, &params);
        must(early == HTTPHEAD_MORE || (early == what && end == taken));
    }
    arena_free(mem);
    return 0;
}
