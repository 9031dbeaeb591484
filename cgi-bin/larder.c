/* larder.c — the command line: sets an installation up, looks after it and serves it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "larder/command.h"

static const struct command COMMANDS[] = {
    { "serve", supervise_serve, "[--front lighttpd|nginx|none] [--host ADDRESS] [--port N]",
      "serve until told to stop; sets the installation up first" },
    { "init-db", setup_init_db, "[--force]",
      "make the data directory, the keys, the schema and the superadmin of the settings" },
    { "create-superadmin", setup_create_superadmin, "[--email ADDRESS] [--password TEXT] [--force]",
      "add a user of the system account" },
    { "user", setup_user, "verify | set-password EMAIL --account ACCOUNT [--password TEXT]",
      "count somebody's e-mail address as verified, or give them a password" },
    { "token", personal_token,
      "create --user EMAIL --account ACCOUNT [--expires-days N] [--name TEXT] | revoke ID",
      "issue a personal token, shown once; or end a token or API key" },
    { "migrate", setup_migrate, "upgrade | current | history | status | repair",
      "bring the schema up to date, or tell where it stands" },
    { "collections", moving_collections,
      "export FILE [--ids ID,ID] | import FILE [--strategy error|skip|update]",
      "carry definitions, without their records, to another installation" },
    { "types", moving_types, "[--json-schema]",
      "print the collections as TypeScript, or as JSON Schema" },
    { "audit", trailcheck_audit,
      "verify | export | checkpoint | public-key | prove ID | check-proof FILE | prune",
      "prove the audit trail, sign what there is of it, archive what is old" },
    { "worker", supervise_worker, "[--queue NAME] [--poll-interval SECONDS]",
      "do what is queued (mail), until told to stop; `serve` runs one by itself" },
    { "info", about_info, "", "print the settings" },
    { "server-config", webserver_config, "lighttpd | nginx | apache | systemd",
      "print a configuration for that web server" },
    { NULL, NULL, NULL, NULL },
};

static int usage(FILE *to, int code)
{
    fputs("Usage: larder [--data DIR] [--config FILE] COMMAND …\n\n", to);
    for (const struct command *c = COMMANDS; c->name != NULL; c++)
        fprintf(to, "  %s %s\n      %s\n", c->name, c->usage, c->about);
    return code;
}

/* Options before the command's name; the last three are settings for this run. */
static const char *global_options(struct command_line *line, bool *version, bool *help)
{
    *version = command_flag(line, "--version");
    *help = command_flag(line, "--help") || command_flag(line, "-h");
    line->config = command_option(line, "--config");
    line->data = command_option(line, "--data");
    const char *level = command_option(line, "--log-level");
    if (command_flag(line, "--debug"))
        (void)setenv("LARDER_DEBUG", "1", 1);
    if (command_flag(line, "--no-debug"))
        (void)setenv("LARDER_DEBUG", "0", 1);
    if (level != NULL)
        (void)setenv("LARDER_LOG_LEVEL", level, 1);
    return command_word(line);
}

static int print_version(struct command_line *line)
{
    struct settings set;
    const char *why = NULL;
    if (!settings_load(arena_new(0, NULL, NULL), line->config, line->data, &set, &why)) {
        fprintf(stderr, "Error: %s\n", why);
        return 1;
    }
    printf("%.*s, version %.*s\n", STR_ARG(set.app_name), STR_ARG(set.app_version));
    return 0;
}

int main(int argc, char **argv)
{
    bool version = false, help = false;
    struct command_line line = { .argc = argc - 1, .argv = argv + 1 };
    const char *name = global_options(&line, &version, &help);
    if (version)
        return print_version(&line);
    if (help || name == NULL)
        return usage(help ? stdout : stderr, help ? 0 : 2);
    for (const struct command *c = COMMANDS; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return c->run(&line);
    fprintf(stderr, "Error: No such command '%s'.\n", name);
    return 2;
}
