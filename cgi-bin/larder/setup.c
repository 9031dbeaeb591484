/* setup.c — larder init-db, create-superadmin, user, migrate (§21.1); the first start. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "base/random.h"
#include "base/when.h"
#include "identity/bootstrap.h"

static int closing(struct app *app, int code)
{
    command_close(app);
    return code;
}

int setup_init_db(struct command_line *line)
{
    struct app app;
    struct cx cx;
    size_t applied = 0;
    bool made = false, force = command_flag(line, "--force");
    if (!command_taken(line))
        return 2;
    if (!install_prepare("larder", line->config, line->data) || !command_open(line, &app, &cx))
        return 1;
    if (settings_is_production(&app.set) && !force) {
        fputs("Error: Cannot initialize database in production without --force flag\n", stderr);
        return closing(&app, 1);
    }
    if (!install_upgrade(&cx, &applied) || !bootstrap_seed(&cx, &made))
        return closing(&app, command_failed(&cx));
    printf("Database: %.*s\n", STR_ARG(install_database(&cx)));
    printf("Migrations applied: %zu\n", applied);
    if (made)
        printf("Superadmin: %.*s\n", STR_ARG(app.set.superadmin_email));
    return closing(&app, 0);
}

static const char *asked_password(struct arena *mem)
{
    const char *first = command_ask(mem, "Password", true);
    const char *again = first != NULL ? command_ask(mem, "Repeat for confirmation", true) : NULL;
    if (again == NULL || strcmp(first, again) != 0) {
        fputs("Error: The two entered values do not match.\n", stderr);
        return NULL;
    }
    return first;
}

static int create(struct app *app, struct cx *cx, const char *email, const char *password)
{
    struct user user;
    if (email == NULL)
        email = command_ask(app->mem, "Email", false);
    if (email != NULL && password == NULL)
        password = asked_password(app->mem);
    if (email == NULL || password == NULL)
        return 1;
    if (!bootstrap_superadmin(cx, str_of(email), str_of(password), &user))
        return command_failed(cx);
    printf("Superadmin created successfully!\n  User ID: %.*s\n  Account ID: %.*s\n"
           "  Account code: SY0000\n  Email: %.*s\n",
           STR_ARG(user.id), STR_ARG(user.account_id), STR_ARG(user.email));
    return 0;
}

int setup_create_superadmin(struct command_line *line)
{
    struct app app;
    struct cx cx;
    bool has = false, force = command_flag(line, "--force");
    const char *email = command_option(line, "--email");
    const char *password = command_option(line, "--password");
    if (!command_taken(line))
        return 2;
    if (!command_open(line, &app, &cx))
        return 1;
    if (!bootstrap_has_superadmin(&cx, &has))
        return closing(&app, command_failed(&cx));
    if (has && !force && !command_confirm("A superadmin already exists. Create another one?")) {
        puts("Cancelled.");
        return closing(&app, 0);
    }
    return closing(&app, create(&app, &cx, email, password));
}

static int verify(struct cx *cx, const char *email, const char *account)
{
    if (!bootstrap_verify(cx, str_of(account), str_of(email)))
        return command_failed(cx);
    printf("Verified: %s\n", email);
    return 0;
}

static int set_password(struct cx *cx, const char *email, const char *account,
                        const char *password)
{
    if (password == NULL)
        password = asked_password(cx->mem);
    if (password == NULL)
        return 1;
    if (!bootstrap_set_password(cx, str_of(account), str_of(email), str_of(password)))
        return command_failed(cx);
    printf("Password set: %s\n", email);
    return 0;
}

int setup_user(struct command_line *line)
{
    struct app app;
    struct cx cx;
    const char *account = command_option(line, "--account");
    const char *password = command_option(line, "--password");
    const char *verb = command_word(line), *email = command_word(line);
    bool verifies = verb != NULL && strcmp(verb, "verify") == 0 && password == NULL;
    bool sets = verb != NULL && strcmp(verb, "set-password") == 0;
    if ((!verifies && !sets) || email == NULL || account == NULL) {
        fputs("Usage: larder user verify EMAIL --account ACCOUNT\n"
              "       larder user set-password EMAIL --account ACCOUNT [--password TEXT]\n",
              stderr);
        return 2;
    }
    if (!command_taken(line))
        return 2;
    if (!command_open(line, &app, &cx))
        return 1;
    return closing(&app, verifies ? verify(&cx, email, account)
                                  : set_password(&cx, email, account, password));
}

static int upgrade(struct cx *cx)
{
    size_t applied = 0;
    bool made;
    if (!install_upgrade(cx, &applied) || !bootstrap_seed(cx, &made))
        return command_failed(cx);
    printf("Migrations applied: %zu\n", applied);
    return 0;
}

static void print_file(struct cx *cx, const struct install_file *file)
{
    struct buf when;
    buf_init(&when, cx->mem, 64);
    if (file->applied_at > 0)
        when_iso(&when, file->applied_at);
    else
        buf_str(&when, S("pending"));
    printf("%-24.*s %.*s\n", STR_ARG(file->name), STR_ARG(buf_text(&when)));
}

static int history(struct cx *cx, bool only_current)
{
    struct install_file *list;
    size_t n = 0, pending = 0;
    const struct install_file *last = NULL;
    if (!install_history(cx, &list, &n))
        return command_failed(cx);
    for (size_t i = 0; i < n; i++) {
        pending += list[i].applied_at > 0 ? 0 : 1;
        last = list[i].applied_at > 0 ? &list[i] : last;
        if (!only_current)
            print_file(cx, &list[i]);
    }
    if (only_current)
        printf("%.*s%s\n", STR_ARG(last != NULL ? last->name : S("none")),
               pending == 0 ? " (head)" : "");
    return 0;
}

/* compat: what the older program could do with its migrations, and why there is no need here. */
static int is_not_done(const char *verb)
{
    if (strcmp(verb, "downgrade") == 0)
        fputs("Error: The schema only goes forward. To go back, restore the backup made before.\n",
              stderr);
    else
        fputs("Error: Migrations are files of schema/; no command makes them.\n", stderr);
    return 1;
}

/* A file that changed after it ran, or is gone, has stopped the history already. */
static int repair(struct cx *cx)
{
    struct install_file *list;
    size_t n = 0, pending = 0;
    if (!install_history(cx, &list, &n))
        return command_failed(cx);
    for (size_t i = 0; i < n; i++)
        pending += list[i].applied_at > 0 ? 0 : 1;
    if (pending == 0)
        puts("Nothing to repair: every migration was applied as it is written.");
    else
        printf("Pending: %zu. Run larder migrate upgrade.\n", pending);
    return pending == 0 ? 0 : 1;
}

int setup_migrate(struct command_line *line)
{
    struct app app;
    struct cx cx;
    static const char *const VERBS[] = { "upgrade", "current", "history", "status", "repair",
                                         "downgrade", "revision" };
    const char *verb = command_word(line);
    bool known = false;
    (void)command_option(line, "--revision");       /* compat: only "heads" has a meaning here */
    (void)command_option(line, "-m");
    (void)command_flag(line, "--autogenerate");
    (void)command_flag(line, "--dry-run");
    for (size_t i = 0; i < COUNT(VERBS) && verb != NULL; i++)
        known = known || strcmp(verb, VERBS[i]) == 0;
    if (!known) {
        fputs("Usage: larder migrate upgrade | current | history | status | repair\n", stderr);
        return 2;
    }
    if (strcmp(verb, "downgrade") == 0 || strcmp(verb, "revision") == 0)
        return is_not_done(verb);
    if (!command_taken(line))
        return 2;
    if (strcmp(verb, "upgrade") == 0 && !install_prepare("larder", line->config, line->data))
        return 1;
    if (!command_open(line, &app, &cx))
        return 1;
    if (strcmp(verb, "upgrade") == 0)
        return closing(&app, upgrade(&cx));
    if (strcmp(verb, "repair") == 0)
        return closing(&app, repair(&cx));
    return closing(&app, history(&cx, strcmp(verb, "current") == 0));
}

static int first_superadmin(struct app *app, struct cx *cx)
{
    struct user user;
    const struct settings *set = &app->set;
    struct str email = set->superadmin_email.n > 0 ? set->superadmin_email : S("admin@example.com");
    struct str password = set->superadmin_password;
    bool made_up = password.n == 0;
    if (made_up)        /* the end pleases the password policy, whatever the dice say */
        password = str_fmt(cx->mem, "%.*s-Aa1", STR_ARG(random_token(cx->mem, 15)));
    if (!bootstrap_superadmin(cx, email, password, &user))
        return command_failed(cx);
    printf("Superadmin  %.*s\n", STR_ARG(email));
    if (made_up)
        printf("Password    %.*s   (shown this once)\n", STR_ARG(password));
    return 0;
}

static int set_up(struct app *app, struct cx *cx)
{
    size_t applied;
    bool made, has;
    if (!install_upgrade(cx, &applied) || !bootstrap_seed(cx, &made) ||
        !bootstrap_has_superadmin(cx, &has))
        return command_failed(cx);
    if (made)
        printf("Superadmin  %.*s\n", STR_ARG(app->set.superadmin_email));
    return has ? 0 : first_superadmin(app, cx);
}

/* The database is closed again before anything is forked: a connection does not survive that. */
int setup_for_serving(struct command_line *line, struct app *app)
{
    struct cx cx;
    if (!install_prepare("larder", line->config, line->data) || !command_open(line, app, &cx))
        return 1;
    int code = set_up(app, &cx);
    command_close(app);
    return code;
}
