/* trailcheck.c — larder audit verify: walks the hash chains of the audit trail. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "audit/auditor.h"

static int report(const struct auditor_report *found)
{
    for (int64_t i = 0; i < found->fault_count && i < AUDITOR_FAULTS; i++)
        printf("%.*s\n", STR_ARG(found->faults[i]));
    printf("%lld entries in %lld chains: %s\n", (long long)found->checked, (long long)found->chains,
           found->fault_count == 0 ? "valid" : "NOT VALID");
    return found->fault_count == 0 ? 0 : 1;
}

int trailcheck_audit(struct command_line *line)
{
    struct app app;
    struct cx cx;
    const char *verb = command_word(line);
    if (verb == NULL || strcmp(verb, "verify") != 0) {
        fputs("Usage: larder audit verify\n", stderr);
        return 2;
    }
    if (!command_taken(line))
        return 2;
    if (!command_open(line, &app, &cx))
        return 1;
    struct auditor_report *found = arena_make(cx.mem, struct auditor_report);
    int code = auditor_run(&cx, found) ? report(found) : command_failed(&cx);
    command_close(&app);
    return code;
}
