/* random.c — libsodium's generator; its state is the one thing kept here, and it survives fork. */
#include "base/random.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/base64.h"

void random_bytes(void *out, size_t n)
{
    if (sodium_init() < 0)              /* 1 when it was done before: cheap                     */
        abort();                        /* without randomness nothing here is safe              */
    randombytes_buf(out, n);
}

struct str random_hex(struct arena *mem, size_t bytes)
{
    char *p = arena_alloc(mem, bytes);
    random_bytes(p, bytes);
    return base64_hex(mem, (struct str){ p, bytes });
}

struct str random_token(struct arena *mem, size_t bytes)
{
    char *p = arena_alloc(mem, bytes);
    random_bytes(p, bytes);
    return base64_put_url(mem, (struct str){ p, bytes }, false);
}
