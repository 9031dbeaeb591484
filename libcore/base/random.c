/* random.c — libsodium's generator, drawn from in larger helpings; a fork forgets them. */
#include "base/random.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"

/* A call to the kernel costs as much as a row of JSON: what a request needs is drawn ahead. */
static struct {
    unsigned char bytes[256];
    size_t left;                        /* unused bytes, at the end                               */
    bool watched;                       /* a child forgets what its parent drew                   */
    uint64_t risen;
} pool;

static void forget(void)
{
    sodium_memzero(pool.bytes, sizeof pool.bytes);
    pool.left = 0;
}

static void draw(void)
{
    if (sodium_init() < 0 || (!pool.watched && pthread_atfork(NULL, NULL, forget) != 0))
        abort();                        /* without randomness nothing here is safe                */
    pool.watched = true;
    randombytes_buf(pool.bytes, sizeof pool.bytes);
    pool.left = sizeof pool.bytes;
}

void random_bytes(void *out, size_t n)
{
    for (unsigned char *to = out; n > 0;) {
        if (pool.left == 0)
            draw();
        size_t some = n < pool.left ? n : pool.left;
        unsigned char *from = pool.bytes + sizeof pool.bytes - pool.left;
        memcpy(to, from, some);
        sodium_memzero(from, some);     /* given once, and not to be found here later             */
        pool.left -= some;
        to += some;
        n -= some;
    }
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

uint64_t random_rising(uint64_t least, uint64_t far)
{
    bool set_back = pool.risen > least && pool.risen - least > far;
    pool.risen = least > pool.risen || set_back ? least : pool.risen + 1;
    return pool.risen;
}
