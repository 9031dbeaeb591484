/* command.c — arguments, questions and the opened installation, for every command of `larder`. */
#include "command.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "identity/actor.h"

static void take(struct command_line *line, int at, int count)
{
    for (int i = at; i + count < line->argc; i++)
        line->argv[i] = line->argv[i + count];
    line->argc -= count;
}

const char *command_option(struct command_line *line, const char *name)
{
    size_t n = strlen(name);
    const char *value = NULL;
    for (int i = 0; i < line->argc;) {
        if (strncmp(line->argv[i], name, n) == 0 && line->argv[i][n] == '=') {
            value = line->argv[i] + n + 1;
            take(line, i, 1);
        } else if (strcmp(line->argv[i], name) == 0 && i + 1 < line->argc) {
            value = line->argv[i + 1];
            take(line, i, 2);
        } else {
            i++;
        }
    }
    return value;
}

bool command_flag(struct command_line *line, const char *name)
{
    for (int i = 0; i < line->argc; i++)
        if (strcmp(line->argv[i], name) == 0) {
            take(line, i, 1);
            return true;
        }
    return false;
}

const char *command_word(struct command_line *line)
{
    for (int i = 0; i < line->argc; i++)
        if (line->argv[i][0] != '-') {
            const char *word = line->argv[i];
            take(line, i, 1);
            return word;
        }
    return NULL;
}

bool command_taken(const struct command_line *line)
{
    if (line->argc == 0)
        return true;
    fprintf(stderr, "Error: unexpected argument: %s\n", line->argv[0]);
    return false;
}

/* The command line acts as the system itself: the trail shows "system". */
static bool act_as_system(struct app *app, struct cx *cx)
{
    struct actor *who = arena_make(app->mem, struct actor);
    actor_system(who);
    cx->who = who;
    return true;
}

bool command_open(struct command_line *line, struct app *app, struct cx *cx)
{
    if (!boot_settings(app, "larder", line->config, line->data))
        return false;
    boot_cx(app, app->mem, cx);
    if (!act_as_system(app, cx) || !boot_connect(app, cx, DB_OWNER)) {
        (void)command_failed(cx);
        boot_close(app);
        return false;
    }
    return true;
}

void command_close(struct app *app)
{
    boot_close(app);
}

int command_failed(const struct cx *cx)
{
    const struct err *err = &cx->err;
    fprintf(stderr, "Error: %s\n", err->message != NULL ? err->message : "it could not be done");
    if (err->cause != NULL)
        fprintf(stderr, "  %s\n", err->cause);
    return 1;
}

bool command_confirm(const char *question)
{
    char answer[16];
    if (!isatty(STDIN_FILENO))
        return false;
    printf("%s [y/N]: ", question);
    fflush(stdout);
    return fgets(answer, sizeof(answer), stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y');
}

const char *command_ask(struct arena *mem, const char *prompt, bool hidden)
{
    char text[1100];
    struct termios before;
    bool quiet = hidden && isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
    if (quiet) {
        struct termios silent = before;
        silent.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    printf("%s: ", prompt);
    fflush(stdout);
    bool got = fgets(text, sizeof(text), stdin) != NULL;
    if (quiet) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        putchar('\n');
    }
    if (!got)
        return NULL;
    text[strcspn(text, "\r\n")] = '\0';
    return str_c(mem, str_of(text));
}
