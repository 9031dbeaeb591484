/*
 * arena.h — memory with a lifetime: the process, a request, a turn of a loop.
 *
 * Ownership  everything allocated lives until the arena is rewound past it, reset or freed
 * Errors     none: an arena past its ceiling, or a machine out of memory, calls `full` and, should
 *            that return, aborts; so nobody tests for NULL
 * Turns      what was there at the mark must not grow before the rewind (a buf that is written in a
 *            loop has another arena, or room enough from the start)
 * Closes     arena_defer hands it what is not memory (a statement, a file); closes run newest first
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"

struct arena;
struct arena_mark { void *block; size_t used; void *deferred; size_t total; };

/* ceiling_bytes 0: none. full(state) answers what is waiting and exits; NULL: abort. */
struct arena *arena_new(size_t ceiling_bytes, void (*full)(void *), void *state);
/* For one thing of about that size that lives and dies alone: no first block of the usual size. */
struct arena *arena_small(size_t bytes);
void arena_free(struct arena *mem);
void *arena_alloc(struct arena *mem, size_t bytes);             /* zeroed, aligned for anything */
void *arena_grow(struct arena *mem, void *old, size_t old_bytes, size_t new_bytes);
#define arena_make(mem, type) ((type *)arena_alloc((mem), sizeof(type)))
#define arena_list(mem, type, count) ((type *)arena_array((mem), (count), sizeof(type)))
void *arena_array(struct arena *mem, size_t count, size_t each); /* overflow counts as full     */
/* A list of n with room for one more, begun as NULL and 0: itself, or a copy twice as long. */
void *arena_more(struct arena *mem, void *list, size_t n, size_t each);

void arena_defer(struct arena *mem, void (*close)(void *), void *what);
struct arena_mark arena_mark(struct arena *mem);
void arena_rewind(struct arena *mem, struct arena_mark mark);
void arena_reset(struct arena *mem);                            /* keeps the first block        */
size_t arena_used(const struct arena *mem);

#endif
