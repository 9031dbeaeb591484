/* trailcheck.c — larder audit …: which verb it is; verify: walks the trail in the database. */
#include <stdio.h>
#include <string.h>

#include "trailcheck.h"
#include "audit/auditor.h"

int trailcheck_told(const struct verifier_report *found)
{
    for (int64_t i = 0; i < found->fault_count && i < VERIFIER_FAULTS; i++)
        printf("%.*s\n", STR_ARG(found->faults[i]));
    if (found->fault_count > VERIFIER_FAULTS)
        printf("… and %lld more\n", (long long)(found->fault_count - VERIFIER_FAULTS));
    printf("%lld checkpoints; %lld entries are under none yet\n", (long long)found->checkpoints,
           (long long)found->uncovered);
    printf("%lld entries in %lld chains: %s\n", (long long)found->checked, (long long)found->chains,
           found->fault_count == 0 ? "valid" : "NOT VALID");
    return found->fault_count == 0 ? 0 : 1;
}

static int verify(struct command_line *line)
{
    const char *file = command_option(line, "--file");
    const char *key = command_option(line, "--public-key");
    struct app app;
    struct cx cx;
    if (!command_taken(line))
        return 2;
    if (file != NULL)
        return trailfile_verify(file, key);
    if (key != NULL) {
        fputs("Error: --public-key goes with --file: here the settings know the keys\n", stderr);
        return 2;
    }
    if (!command_open(line, &app, &cx))
        return 1;
    struct verifier_report *found = arena_make(cx.mem, struct verifier_report);
    int code = auditor_run(&cx, found) ? trailcheck_told(found) : command_failed(&cx);
    command_close(&app);
    return code;
}

int trailcheck_audit(struct command_line *line)
{
    static const struct { const char *verb; int (*run)(struct command_line *line); } VERBS[] = {
        { "verify", verify }, { "export", trailfile_export },
        { "checkpoint", trailproof_checkpoint }, { "public-key", trailproof_key },
        { "prove", trailproof_prove }, { "check-proof", trailproof_check },
        { "prune", trailprune_prune },
    };
    const char *verb = command_word(line);
    for (size_t i = 0; verb != NULL && i < COUNT(VERBS); i++)
        if (strcmp(verb, VERBS[i].verb) == 0)
            return VERBS[i].run(line);
    fputs("Usage: larder audit verify [--file FILE [--public-key HEX]]\n"
          "       larder audit export [--account ACCOUNT] [--file FILE]\n"
          "       larder audit checkpoint | public-key\n"
          "       larder audit prove ID\n"
          "       larder audit check-proof FILE [--public-key HEX]\n"
          "       larder audit prune --older-than DAYS [--archive DIR | --no-archive]\n", stderr);
    return 2;
}
