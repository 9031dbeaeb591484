/* trailprune.c — larder audit prune: old entries go into an archive. */
#include <stdio.h>

#include "trailcheck.h"
#include "audit/prune.h"
#include "base/num.h"
#include "base/when.h"

enum { DAYS_MOST = 36500 };

/* As often as it takes: each time so much that it ends soon. */
static int prune(struct cx *cx, int64_t days, struct str dir)
{
    struct prune_report report;
    int64_t entries = 0;
    do {
        struct arena_mark mark = arena_mark(cx->mem);
        if (!prune_run(cx, cx->now - days * WHEN_DAY, dir, &report))
            return command_failed(cx);
        if (!str_absent(report.archive))
            printf("%.*s/%.*s\n", STR_ARG(dir), STR_ARG(report.archive));
        entries += report.entries;
        arena_rewind(cx->mem, mark);
    } while (report.last != 0);
    printf("Entries pruned: %lld\n", (long long)entries);
    return 0;
}

int trailprune_prune(struct command_line *line)
{
    const char *days = command_option(line, "--older-than");
    const char *dir = command_option(line, "--archive");
    bool without = command_flag(line, "--no-archive");
    struct app app;
    struct cx cx;
    int64_t n;
    if (days == NULL || !num_int(str_of(days), &n) || n < 0 || n > DAYS_MOST
        || (without && dir != NULL)) {
        fputs("Usage: larder audit prune --older-than DAYS [--archive DIR | --no-archive]\n",
              stderr);
        return 2;
    }
    if (!command_taken(line))
        return 2;
    if (!command_open(line, &app, &cx))
        return 1;
    struct str where = without ? NO_STR : dir != NULL ? str_of(dir) : app.set.audit_archive_dir;
    int code = prune(&cx, n, where);
    command_close(&app);
    return code;
}
