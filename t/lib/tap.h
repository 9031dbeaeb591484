/* tap.h — the Test Anything Protocol for C units: plan, ok, is_*, done. */
#ifndef TAP_H
#define TAP_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"

static int tap_count, tap_failed, tap_planned;

static inline void plan(int n)
{
    tap_planned = n;
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("1..%d\n", n);
}

static inline bool tap_ok(bool passed, const char *what, const char *file, int line)
{
    printf("%sok %d - %s\n", passed ? "" : "not ", ++tap_count, what);
    if (!passed) {
        tap_failed++;
        printf("# at %s:%d\n", file, line);
    }
    return passed;
}
#define ok(passed, what) tap_ok((passed), (what), __FILE__, __LINE__)

static inline void tap_is_text(struct str got, const char *wanted, const char *what,
                               const char *file, int line)
{
    if (!tap_ok(str_eq(got, str_of(wanted)), what, file, line))
        printf("#    got: %.*s\n# wanted: %s\n", got.p == NULL ? 8 : (int)got.n,
               got.p == NULL ? "(absent)" : got.p, wanted == NULL ? "(absent)" : wanted);
}
#define is_text(got, wanted, what) tap_is_text((got), (wanted), (what), __FILE__, __LINE__)

static inline void tap_is_int(int64_t got, int64_t wanted, const char *what, const char *file,
                              int line)
{
    if (!tap_ok(got == wanted, what, file, line))
        printf("#    got: %" PRId64 "\n# wanted: %" PRId64 "\n", got, wanted);
}
#define is_int(got, wanted, what) \
    tap_is_int((int64_t)(got), (int64_t)(wanted), (what), __FILE__, __LINE__)

/* One arena for the whole test. */
static inline struct arena *tap_mem(void)
{
    static struct arena *mem;
    if (mem == NULL)
        mem = arena_new(0, NULL, NULL);
    return mem;
}

static inline struct buf tap_buf(size_t max)
{
    struct buf b;
    buf_init(&b, tap_mem(), max);
    return b;
}

/* The exit code; says so when the plan was not kept. */
static inline int done(void)
{
    if (tap_count != tap_planned)
        printf("# planned %d tests but ran %d\n", tap_planned, tap_count);
    arena_free(tap_mem());
    return tap_failed != 0 || tap_count != tap_planned;
}

#endif
