/* arena.c — blocks of memory that are filled from the front and thrown away together. */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK 16384u
#define ALIGN 16u
#define ALIGNED(n) (((n) + (ALIGN - 1)) & ~(size_t)(ALIGN - 1))

struct block { struct block *before; size_t size, used; _Alignas(ALIGN) char bytes[]; };
struct deferred { struct deferred *before; void (*close)(void *); void *what; };

struct arena {
    struct block *block;
    struct deferred *deferred;
    size_t ceiling, total;                  /* total: bytes of all blocks                         */
    void (*full)(void *);
    void *state;
};

static NO_RETURN void out_of_memory(const struct arena *mem)
{
    if (mem != NULL && mem->full != NULL)
        mem->full(mem->state);
    abort();
}

static void add_block(struct arena *mem, size_t least)
{
    size_t size = mem->block == NULL ? least : mem->block->size * 2;
    if (size > 1u << 20)
        size = 1u << 20;
    if (size < least)
        size = least;
    if (mem->ceiling != 0 && (size > mem->ceiling || mem->total > mem->ceiling - size))
        size = least;                       /* near the ceiling: only what is asked for           */
    if (mem->ceiling != 0 && (size > mem->ceiling || mem->total > mem->ceiling - size))
        out_of_memory(mem);
    struct block *block = size > SIZE_MAX - sizeof *block ? NULL : malloc(sizeof *block + size);
    if (block == NULL)
        out_of_memory(mem);
    block->before = mem->block;
    block->size = size;
    block->used = 0;
    mem->block = block;
    mem->total += size;
}

static struct arena *with_block(struct arena start, size_t bytes)
{
    struct arena *mem = malloc(sizeof *mem);
    if (mem == NULL)
        abort();
    *mem = start;
    add_block(mem, bytes);
    return mem;
}

struct arena *arena_new(size_t ceiling_bytes, void (*full)(void *), void *state)
{
    return with_block((struct arena){ .ceiling = ceiling_bytes, .full = full, .state = state },
                      FIRST_BLOCK);
}

struct arena *arena_small(size_t bytes)
{
    return with_block((struct arena){ .ceiling = 0 }, ALIGNED(bytes));
}

static void *take(struct arena *mem, size_t bytes)
{
    if (bytes > SIZE_MAX - ALIGN)
        out_of_memory(mem);
    size_t room = ALIGNED(bytes == 0 ? 1 : bytes);
    if (room > mem->block->size - mem->block->used)
        add_block(mem, room);
    void *p = mem->block->bytes + mem->block->used;
    mem->block->used += room;
    return p;
}

void *arena_alloc(struct arena *mem, size_t bytes)
{
    return memset(take(mem, bytes), 0, bytes);
}

void *arena_array(struct arena *mem, size_t count, size_t each)
{
    if (each != 0 && count > SIZE_MAX / each)
        out_of_memory(mem);
    return arena_alloc(mem, count * each);
}

void *arena_more(struct arena *mem, void *list, size_t n, size_t each)
{
    enum { FIRST = 4 };
    if (n == 0)
        return arena_array(mem, FIRST, each);
    if (n < FIRST || (n & (n - 1)) != 0)
        return list;
    if (n > SIZE_MAX / 2 / each)
        out_of_memory(mem);
    return arena_grow(mem, list, n * each, 2 * n * each);
}

void *arena_grow(struct arena *mem, void *old, size_t old_bytes, size_t new_bytes)
{
    struct block *block = mem->block;
    char *end = block->bytes + block->used;
    size_t had = ALIGNED(old_bytes == 0 ? 1 : old_bytes);
    if (old != NULL && (char *)old >= block->bytes && (char *)old + had == end
        && new_bytes <= SIZE_MAX - ALIGN
        && ALIGNED(new_bytes) <= block->size - block->used + had && new_bytes >= old_bytes) {
        block->used += ALIGNED(new_bytes == 0 ? 1 : new_bytes) - had;
    } else {
        void *p = take(mem, new_bytes);
        if (old_bytes != 0 && old != NULL)
            memcpy(p, old, old_bytes < new_bytes ? old_bytes : new_bytes);
        old = p;
    }
    if (new_bytes > old_bytes)
        memset((char *)old + old_bytes, 0, new_bytes - old_bytes);
    return old;
}

void arena_defer(struct arena *mem, void (*close)(void *), void *what)
{
    struct deferred *d = arena_make(mem, struct deferred);
    *d = (struct deferred){ .before = mem->deferred, .close = close, .what = what };
    mem->deferred = d;
}

struct arena_mark arena_mark(struct arena *mem)
{
    return (struct arena_mark){ .block = mem->block, .used = mem->block->used,
                                .deferred = mem->deferred, .total = mem->total };
}

void arena_rewind(struct arena *mem, struct arena_mark mark)
{
    while (mem->deferred != mark.deferred && mem->deferred != NULL) {
        struct deferred *d = mem->deferred;
        mem->deferred = d->before;
        d->close(d->what);
    }
    while (mem->block != mark.block && mem->block->before != NULL) {
        struct block *gone = mem->block;
        mem->block = gone->before;
        free(gone);
    }
    mem->block->used = mark.used;
    mem->total = mark.total;
}

void arena_reset(struct arena *mem)
{
    struct block *first = mem->block;
    while (first->before != NULL)
        first = first->before;
    arena_rewind(mem, (struct arena_mark){ .block = first, .used = 0, .total = first->size });
}

void arena_free(struct arena *mem)
{
    if (mem == NULL)
        return;
    arena_reset(mem);
    free(mem->block);
    free(mem);
}

size_t arena_used(const struct arena *mem)
{
    size_t used = 0;
    for (const struct block *b = mem->block; b != NULL; b = b->before)
        used += b->used;
    return used;
}
