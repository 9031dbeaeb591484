/*
 * command.h — what the commands of `larder` share: arguments, the installation, how to end.
 *
 * Exit   0 done, 1 it could not be done (a sentence on standard error says why), 2 a wrong call
 */
#ifndef LARDER_COMMAND_H
#define LARDER_COMMAND_H

#include "app/install.h"

struct command_line {
    const char *config, *data;          /* --config, --data; NULL: the settings decide            */
    int argc; char **argv;              /* what follows the command's name                        */
};
struct command {
    const char *name;
    int (*run)(struct command_line *line);
    const char *usage, *about;
};

/* Takes `--name VALUE` (or `--name=VALUE`) or `--name` out of the arguments. */
const char *command_option(struct command_line *line, const char *name);
bool command_flag(struct command_line *line, const char *name);
const char *command_word(struct command_line *line);       /* the next argument that is no option */
/* Nothing may be left over: else says so and returns false. */
bool command_taken(const struct command_line *line);

/* Settings, log and an owner's connection; false: said why. Ends with command_close. */
bool command_open(struct command_line *line, struct app *app, struct cx *cx);
void command_close(struct app *app);
int command_failed(const struct cx *cx);                    /* "Error: …" on standard error; 1    */
bool command_confirm(const char *question);                 /* false too when nobody can answer   */
const char *command_ask(struct arena *mem, const char *prompt, bool hidden);    /* NULL: nobody   */

/* setup.c */
int setup_init_db(struct command_line *line);
int setup_create_superadmin(struct command_line *line);
int setup_migrate(struct command_line *line);
int setup_user(struct command_line *line);
int setup_for_serving(struct command_line *line, struct app *app);     /* 0, or the exit code     */
/* personal.c */
int personal_token(struct command_line *line);
/* moving.c */
int moving_collections(struct command_line *line);
int moving_types(struct command_line *line);
/* trailcheck.c, about.c */
int trailcheck_audit(struct command_line *line);
int about_info(struct command_line *line);
/* webserver.c, supervise.c */
int webserver_config(struct command_line *line);
int supervise_serve(struct command_line *line);
int supervise_worker(struct command_line *line);

#endif
