/* trailfile.c — larder audit export, and verify --file: the trail in a file and out of it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "trailcheck.h"
#include "audit/auditfile.h"
#include "identity/account.h"

static int no_file(const char *file)
{
    fprintf(stderr, "Error: %s: %s\n", file, strerror(errno));
    return 1;
}

static bool account_of(struct cx *cx, const char *name, struct str *id)
{
    struct account account;
    bool found;
    *id = NO_STR;
    if (name == NULL)
        return true;
    if (!account_resolve(cx, str_of(name), &found, &account))
        return false;
    *id = account.id;
    return found || fail(cx, E_NOT_FOUND, "Not found", "Account '%s' not found", name);
}

static int export_to(struct cx *cx, const char *account, const char *file)
{
    struct str id;
    if (!account_of(cx, account, &id))
        return command_failed(cx);
    int fd = file == NULL ? STDOUT_FILENO
                          : open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return no_file(file);
    int code = auditfile_export(cx, id, auditfile_sink(&fd)) ? 0 : command_failed(cx);
    if (file != NULL && (fsync(fd) != 0 || close(fd) != 0) && code == 0)
        code = no_file(file);
    return code;
}

int trailfile_export(struct command_line *line)
{
    const char *account = command_option(line, "--account");
    const char *file = command_option(line, "--file");
    struct app app;
    struct cx cx;
    if (!command_taken(line))
        return 2;
    if (!command_open(line, &app, &cx))
        return 1;
    int code = export_to(&cx, account, file);
    command_close(&app);
    return code;
}

static int judge(struct cx *cx, int fd, const char *key)
{
    struct verifier_report *found = arena_make(cx->mem, struct verifier_report);
    struct auditline_header header;
    struct str given = str_of(key);
    if (!auditfile_verify(cx, auditfile_source(&fd), &given, key != NULL ? 1 : 0, &header, found))
        return command_failed(cx);
    if (key == NULL && found->checkpoints > 0)
        printf("Signed with %.*s, says the file: compare it with larder audit public-key, or give"
               " --public-key\n", STR_ARG(header.key));
    if (header.first > 1)
        printf("From checkpoint %lld on: what came before is in other files\n",
               (long long)header.first);
    if (!str_absent(header.account_id))
        printf("Of account %.*s alone\n", STR_ARG(header.account_id));
    return trailcheck_told(found);
}

int trailfile_verify(const char *file, const char *key)
{
    struct arena *mem = arena_new(0, NULL, NULL);
    struct cx cx = { .mem = mem };
    int fd = strcmp(file, "-") == 0 ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return no_file(file);
    int code = judge(&cx, fd, key);
    close(fd);
    arena_free(mem);
    return code;
}
