/* personal.c — larder token create, revoke: tokens for a person's programs (§21). */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "base/num.h"
#include "base/when.h"
#include "identity/apikey.h"
#include "identity/bootstrap.h"

enum { MOST_DAYS = 36500 };
static const char NAME[] = "larder token create";

static int usage(void)
{
    fputs("Usage: larder token create --user EMAIL --account ACCOUNT [--expires-days N]"
          " [--name TEXT]\n       larder token revoke ID\n", stderr);
    return 2;
}

struct order { const char *user, *account, *days, *name; };

static int issue(struct cx *cx, const struct order *order, int64_t days)
{
    struct user user;
    struct str text;
    struct apikey key = { .name = str_of(order->name != NULL ? order->name : NAME),
                          .expires_at = days == 0 ? 0 : cx->now + days * WHEN_DAY };
    if (!bootstrap_person(cx, str_of(order->account), str_of(order->user), &user)
        || !apikey_personal(cx, &user, &key, &text))
        return command_failed(cx);
    fprintf(stderr, "Token %.*s of %.*s, shown this once:\n", STR_ARG(key.id),
            STR_ARG(user.email));
    printf("%.*s\n", STR_ARG(text));
    return 0;
}

static int create(struct command_line *line)
{
    struct app app;
    struct cx cx;
    int64_t days = 0;
    struct order order = { command_option(line, "--user"), command_option(line, "--account"),
                           command_option(line, "--expires-days"),
                           command_option(line, "--name") };
    if (!command_taken(line))
        return 2;
    if (order.user == NULL || order.account == NULL)
        return usage();
    if (order.days != NULL
        && (!num_int(str_of(order.days), &days) || days < 1 || days > MOST_DAYS)) {
        fprintf(stderr, "Error: --expires-days must be between 1 and %d\n", MOST_DAYS);
        return 2;
    }
    if (!command_open(line, &app, &cx))
        return 1;
    int code = issue(&cx, &order, days);
    command_close(&app);
    return code;
}

static int revoke(struct command_line *line)
{
    struct app app;
    struct cx cx;
    const char *id = command_word(line);
    if (id == NULL)
        return usage();
    if (!command_taken(line))
        return 2;
    if (!command_open(line, &app, &cx))
        return 1;
    bool well = apikey_end(&cx, str_of(id));
    int code = well ? 0 : command_failed(&cx);
    if (well)
        printf("Revoked: %s\n", id);
    command_close(&app);
    return code;
}

int personal_token(struct command_line *line)
{
    const char *verb = command_word(line);
    if (verb != NULL && strcmp(verb, "create") == 0)
        return create(line);
    return verb != NULL && strcmp(verb, "revoke") == 0 ? revoke(line) : usage();
}
