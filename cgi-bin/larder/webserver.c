/* webserver.c — fills the configurations of lighttpd, nginx, Apache and systemd in. */
#include "webserver.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "view/fill.h"

/* First segments below /api/v1 that are not the records program's: its short form has the rest. */
#define AUTH_PATHS "auth|accounts|users|roles|permissions|groups|invitations|admin/api-keys"
#define ADMIN_PATHS "admin|dashboard|audit-logs"
/* Pages that mailed links lead to, at the root. */
#define LINK_PATHS "verify-email|reset-password|accept-invitation" \
                   "|admin/(sign-in|sign-out|forgotten|me/password|users/new" \
                   "|users/[^/]+/password)"
#define FILES_PATHS "files"
#define COLLECTIONS_PATHS "collections|rules|macros|migrations|codelists"

enum { FRONT_DESCRIPTORS = 16384 };

static int64_t cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? n : 1;
}

int64_t webserver_auth_workers(void)
{
    return (cores() + 1) / 2;
}

int64_t webserver_read_workers(const struct settings *set)
{
    if (set->workers > 0)
        return set->workers;
    return cores() * 2 < 8 ? cores() * 2 : 8;
}

/* Front ends take an upload whole before they hand it on and send files themselves. */
int64_t webserver_files_workers(void)
{
    return 2;
}

/* lighttpd refuses a larger body by itself; below that Larder answers, in the contract's words. */
static int64_t request_kib(const struct settings *set)
{
    int64_t json = set->max_body_bytes / 1024 * 4, file = set->max_file_size / 1024 * 2;
    return (json > file ? json : file) + 16384;
}

/* Realtime connections stay open, two descriptors each; but nobody gets more than we have. */
static int64_t descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max >= FRONT_DESCRIPTORS)
        return FRONT_DESCRIPTORS;
    return (int64_t)limit.rlim_max;
}

/* Configurations are read from elsewhere: what is relative to here would be lost there. What is not
 * there yet will be made in a folder that is. */
static struct str absolute(struct arena *mem, struct str path)
{
    char real[PATH_MAX];
    size_t n = path.n;
    if (realpath(str_c(mem, path), real) != NULL)
        return str_copy(mem, str_of(real));
    while (n > 0 && path.p[n - 1] != '/')
        n--;
    if (realpath(n == 0 ? "." : str_c(mem, str_sub(path, 0, n)), real) == NULL)
        return path;
    return str_fmt(mem, "%s/%.*s", real, STR_ARG(str_sub(path, n, SIZE_MAX)));
}

bool webserver_render(struct app *app, struct cx *cx, const struct webserver *at, const char *name,
                      struct str *out)
{
    const struct settings *set = &app->set;
    struct str data = absolute(cx->mem, set->data_dir);
    struct str options = str_fmt(cx->mem, "--data %.*s", STR_ARG(data));
    const struct fill values[] = {
        fill_text("base", set->base_path),
        fill_text("static_dir", absolute(cx->mem, set->static_dir)),
        fill_text("run", at->run),
        fill_text("bin", set->program_dir),
        fill_text("data", data),
        fill_text("options", options),
        fill_text("host", at->host),
        fill_int("port", at->port),
        fill_int("request_kib", request_kib(set)),
        fill_int("import_kib", set->import_max_bytes / 1024 + 1024),
        fill_int("max_fds", descriptors()),
        fill_int("max_connections", descriptors() / 2),
        fill_int("auth_workers", webserver_auth_workers()),
        fill_int("read_workers", webserver_read_workers(set)),
        fill_text("auth_paths", S(AUTH_PATHS)),
        fill_text("admin_paths", S(ADMIN_PATHS)),
        fill_text("link_paths", S(LINK_PATHS)),
        fill_text("collections_paths", S(COLLECTIONS_PATHS)),
        fill_text("files_paths", S(FILES_PATHS)),
        fill_int("files_workers", webserver_files_workers()),
        fill_text("storage", absolute(cx->mem, set->storage_path)),
        fill_flag("spawn", at->spawn),
        fill_flag("root", geteuid() == 0),      /* only root may say whom nginx runs as */
        { 0 },
    };
    return fill_plain(cx, name, values, out);
}

static const char *template_of(const char *word)
{
    static const char *const KNOWN[][2] = {
        { "lighttpd", "server/lighttpd.conf" }, { "nginx", "server/nginx.conf" },
        { "apache", "server/apache.conf" },     { "systemd", "server/systemd.conf" },
    };
    for (size_t i = 0; word != NULL && i < COUNT(KNOWN); i++)
        if (strcmp(KNOWN[i][0], word) == 0)
            return KNOWN[i][1];
    return NULL;
}

int webserver_config(struct command_line *line)
{
    struct app app;
    struct cx cx;
    struct str text;
    const char *name = template_of(command_word(line));
    if (name == NULL) {
        fputs("Usage: larder server-config lighttpd | nginx | apache | systemd\n", stderr);
        return 2;
    }
    if (!command_taken(line))
        return 2;
    if (!boot_settings(&app, "larder", line->config, line->data))
        return 1;
    boot_cx(&app, app.mem, &cx);
    const struct webserver at = {
        .run = str_fmt(app.mem, "%.*s/run", STR_ARG(absolute(app.mem, app.set.data_dir))),
        .host = app.set.host, .port = app.set.port, .spawn = true,
    };
    if (!webserver_render(&app, &cx, &at, name, &text))
        return command_failed(&cx);
    fwrite(text.p, 1, text.n, stdout);
    return 0;
}
