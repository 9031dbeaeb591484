/* 10-arena.c — memory that dies together, and its ceiling. */
#include "tap.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char order[8], a[] = "a", b[] = "b", c[] = "c";
static void note(void *what)
{
    strncat(order, what, sizeof order - strlen(order) - 1);
}

static void leave(void *state)
{
    _exit(*(int *)state);
}

static int exit_of_overflow(void)
{
    int code = 7, status = 0;
    pid_t child = fork();
    if (child == 0) {
        struct arena *mem = arena_new(64 * 1024, leave, &code);
        for (;;)
            arena_alloc(mem, 4000);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void)
{
    struct arena *mem = arena_new(1 << 20, NULL, NULL);
    plan(13);
    char *p = arena_alloc(mem, 100);
    memset(p, 'x', 100);
    struct arena_mark mark = arena_mark(mem);
    size_t used = arena_used(mem);
    for (int i = 0; i < 100; i++)
        memset(arena_alloc(mem, 3000), 'y', 3000);
    ok(arena_used(mem) >= 300000, "blocks are added as needed");
    arena_rewind(mem, mark);
    is_int(arena_used(mem), used, "rewinding gives back what came after the mark");
    ok(p[0] == 'x' && p[99] == 'x', "what came before the mark is untouched");
    char *q = arena_alloc(mem, 3000);
    ok(q[0] == 0 && q[2999] == 0, "memory used before comes zeroed again");
    ok(((uintptr_t)arena_alloc(mem, 1) & 15) == 0, "memory is aligned for anything");

    char *g = arena_alloc(mem, 10);
    memcpy(g, "123456789", 10);
    char *h = arena_grow(mem, g, 10, 5000);
    ok(h == g, "the last piece grows in place");
    arena_alloc(mem, 1);
    char *k = arena_grow(mem, h, 5000, 9000);
    ok(k != h && memcmp(k, "123456789", 10) == 0 && k[8999] == 0, "another one moves");

    int *list = NULL;
    bool kept = true;
    for (size_t n = 0; n < 1000; n++) {
        list = arena_more(mem, list, n, sizeof *list);
        list[n] = (int)n;
        arena_alloc(mem, 1);
    }
    for (size_t n = 0; n < 1000; n++)
        kept = kept && list[n] == (int)n;
    ok(kept, "a list grows by one more, and keeps what it has");

    arena_defer(mem, note, a);
    struct arena_mark inner = arena_mark(mem);
    arena_defer(mem, note, b);
    arena_defer(mem, note, c);
    arena_rewind(mem, inner);
    is_text(str_of(order), "cb", "closes run newest first, down to the mark");
    arena_reset(mem);
    is_text(str_of(order), "cba", "the rest runs at the reset");
    ok(arena_used(mem) == 0, "a reset arena is empty");
    arena_free(mem);
    arena_free(NULL);
    ok(true, "freeing nothing is harmless");
    is_int(exit_of_overflow(), 7, "an arena past its ceiling calls full");
    return done();
}
