/* auditpdf.c — the audit trail as a PDF: run by the program that serves it, within limits. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/boot.h"
#include "auditpdf/table.h"
#include "base/log.h"
#include "identity/actor.h"

/*
 * Standard input: what is wanted, as app/trailpdf.c says it. Standard output: a line, "ok" and then
 * the PDF, or "too large".
 */
enum { QUESTION_MAX = 16384, SECONDS = 20, PIECE = 16384 };
#define MEMORY (UINT64_C(768) << 20)

/* The tools that look for faults of memory take addresses as they like. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { IS_WATCHED = 1 };
#else
enum { IS_WATCHED = 0 };
#endif

static bool confine(void)
{
    const struct rlimit cpu = { SECONDS, SECONDS }, memory = { MEMORY, MEMORY }, none = { 0, 0 };
    return setrlimit(RLIMIT_CPU, &cpu) == 0 && setrlimit(RLIMIT_CORE, &none) == 0
        && (IS_WATCHED || setrlimit(RLIMIT_AS, &memory) == 0);
}

static bool read_options(int argc, char **argv, const char **config, const char **data)
{
    bool asked = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--rows") == 0)
            asked = true;
        else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            *config = argv[++i];
        else if (strcmp(argv[i], "--data") == 0 && i + 1 < argc)
            *data = argv[++i];
        else
            return false;
    }
    return asked;
}

static bool read_question(struct cx *cx, struct trailpdf *asked)
{
    char *text = arena_alloc(cx->mem, QUESTION_MAX);
    size_t n = fread(text, 1, QUESTION_MAX, stdin);
    return trailpdf_question(cx, (struct str){ text, n }, asked);
}

static bool write_pdf(struct paper *paper)
{
    char piece[PIECE];
    size_t n;
    if (!paper_end(paper))
        return puts("too large") >= 0 && fflush(stdout) == 0;
    if (puts("ok") < 0)
        return false;
    while ((n = paper_read(paper, piece, sizeof piece)) > 0)
        if (fwrite(piece, 1, n, stdout) != n)
            return false;
    return fflush(stdout) == 0;
}

/* As whoever asked: nobody else's right to see personal data counts. */
static bool draw(struct app *app, struct cx *cx)
{
    struct trailpdf asked;
    struct actor *who = arena_make(cx->mem, struct actor);
    actor_system(who);
    cx->who = who;
    TRY(read_question(cx, &asked));
    who->sees_pii = asked.sees_pii;
    TRY(boot_connect(app, cx, DB_SERVE));
    struct paper *paper = paper_new(cx->mem, str_c(cx->mem, app->set.pdf_font), "Audit trail",
                                    asked.made_at);
    TRY(table_draw(cx, paper, &asked));
    return write_pdf(paper) || broken(cx, "nobody takes the PDF");
}

int main(int argc, char **argv)
{
    const char *config = NULL, *data = NULL;
    struct app app = { 0 };
    struct cx cx;
    if (!read_options(argc, argv, &config, &data)) {
        fputs("usage: auditpdf --rows [--config FILE] [--data DIR]\n", stderr);
        return 2;
    }
    umask(077);
    if (!confine() || !boot_settings(&app, "auditpdf", config, data))
        return 1;
    struct arena *mem = arena_new(0, NULL, NULL);
    boot_cx(&app, mem, &cx);
    bool well = draw(&app, &cx);
    if (!well)
        log_failure(&cx);
    boot_close(&app);
    arena_free(mem);
    return well ? 0 : 1;
}
