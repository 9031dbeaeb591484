/* firstrun.c — looks at a place before it is one of ours, and makes it one. */
#include "app/firstrun.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "app/boot.h"
#include "app/install.h"
#include "base/jv.h"
#include "base/random.h"
#include "base/when.h"
#include "crypto/mac.h"
#include "identity/bootstrap.h"
#include "identity/policy.h"
#include "net/errand.h"
#include "view/phrase.h"

enum { TOKEN_BYTES = 18, TOKEN_MAX = 64, ROOM_LEAST_MB = 64, BODY_WANTED = 1 << 20 };
#define REACH_PATIENCE (30 * WHEN_SECOND)

static void add(struct cx *cx, struct firstrun *to, enum firstrun_state state, const char *what,
                struct str said)
{
    to->checks = arena_more(cx->mem, to->checks, to->n, sizeof *to->checks);
    to->checks[to->n++] = (struct firstrun_check){ state, phrase_of(cx, what), said };
    if (state == FIRSTRUN_BAD)
        to->is_ready = false;
}

static struct str say(struct cx *cx, const char *english, const char *name, struct str value)
{
    const struct fill values[] = { fill_text(name, value), { 0 } };
    return phrase_with(cx, english, values);
}

static const char *in_data(struct cx *cx, const char *name)
{
    return str_fmt(cx->mem, "%.*s/%s", STR_ARG(cx->set->data_dir), name).p;
}

/* ---- the token ---- */

static bool read_token(struct cx *cx, struct str *out)
{
    char text[TOKEN_MAX];
    int fd = open(in_data(cx, "install-token"), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    if (fd >= 0)
        close(fd);
    *out = n > 0 ? str_copy(cx->mem, str_trim((struct str){ text, (size_t)n })) : NO_STR;
    return n > 0;
}

static bool make_token(struct cx *cx)
{
    struct str old;
    if (read_token(cx, &old))
        return true;
    int fd = open(in_data(cx, "install-token"), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)                         /* another visit was faster: its token is as good        */
        return errno == EEXIST;
    bool whole = dprintf(fd, "%.*s\n", STR_ARG(random_token(cx->mem, TOKEN_BYTES))) > 0;
    return close(fd) == 0 && whole;
}

bool firstrun_token_is(struct cx *cx, struct str text, bool *is_right)
{
    struct str token;
    *is_right = read_token(cx, &token) && mac_equal(token, str_trim(text));
    return true;
}

/* ---- the place ---- */

static bool lies_in(struct cx *cx, struct str folder, struct str root)
{
    char here[4096], above[4096];
    if (root.n == 0 || realpath(str_c(cx->mem, folder), here) == NULL
        || realpath(str_c(cx->mem, root), above) == NULL)
        return false;
    size_t n = strlen(above);
    return strncmp(here, above, n) == 0 && (here[n] == '/' || here[n] == '\0');
}

static void look_at_folder(struct cx *cx, struct str web_root, struct firstrun *out)
{
    struct str dir = cx->set->data_dir;
    const char *path = str_c(cx->mem, dir), *what = W("Data directory");
    struct stat at;
    struct statvfs disk;
    if (stat(path, &at) != 0 || access(path, W_OK | X_OK) != 0) {
        struct fill values[] = { fill_text("dir", dir), fill_text("why", str_of(strerror(errno))),
                                 { 0 } };
        add(cx, out, FIRSTRUN_BAD, what,
            phrase_with(cx, W("{dir} cannot be written to: {why}. Make it, give it to the user the"
                              " programs run as, and set its mode to 700."), values));
        return;
    }
    if ((at.st_mode & S_IRWXO) != 0)
        add(cx, out, FIRSTRUN_BAD, what,
            say(cx, W("Others may read {dir}. Set its mode to 700 (chmod 700)."), "dir", dir));
    else
        add(cx, out, FIRSTRUN_GOOD, what, say(cx, W("{dir} can be written to, by us alone."), "dir",
                                              dir));
    if (lies_in(cx, dir, web_root))
        add(cx, out, FIRSTRUN_NOTE, what,
            phrase_of(cx, W("It lies inside the web folder. Better move it out and name it in"
                            " larder.conf (DATA_DIR); at least the .htaccess must deny it.")));
    if (statvfs(path, &disk) == 0 && disk.f_bavail * disk.f_frsize >> 20 < ROOM_LEAST_MB)
        add(cx, out, FIRSTRUN_NOTE, W("Disk"), phrase_of(cx, W("Less than 64 MB are free.")));
}

static void look_at_keys(struct cx *cx, const struct app *app, struct firstrun *out)
{
    if (settings_has_default_key(&app->set))
        add(cx, out, FIRSTRUN_BAD, W("Keys"),
            phrase_of(cx, W("They cannot be written into the data directory.")));
    else
        add(cx, out, FIRSTRUN_GOOD, W("Keys"), phrase_of(cx, W("Made, and readable by us alone.")));
}

static bool is_empty(struct cx *cx, bool *empty)
{
    struct install_file *files;
    size_t n;
    *empty = true;
    TRY(install_history(cx, &files, &n));
    for (size_t i = 0; i < n; i++)
        *empty = *empty && files[i].applied_at == 0;
    return true;
}

/* A connection of the owner, beside ours (there is none): closed with cx->mem. */
static void close_app(void *app)
{
    boot_close(app);
}

static bool open_place(struct cx *cx, struct app **app, struct cx *inside)
{
    *app = arena_make(cx->mem, struct app);
    TRY(boot_bare(*app, "install"));
    boot_cx(*app, cx->mem, inside);
    inside->language = cx->language;
    if (!boot_connect(*app, inside, DB_OWNER)) {
        cx->err = inside->err;
        return false;
    }
    arena_defer(cx->mem, close_app, *app);
    return true;
}

static bool look_inside(struct cx *inside, bool *is_installed)
{
    bool empty;
    TRY(is_empty(inside, &empty));
    *is_installed = false;
    return empty || bootstrap_has_superadmin(inside, is_installed);
}

bool firstrun_look(struct cx *cx, struct str web_root, struct firstrun *out)
{
    struct app *app;
    struct cx inside;
    *out = (struct firstrun){ .is_ready = true };
    bool prepared = install_prepare("install", NULL, NULL);
    look_at_folder(cx, web_root, out);
    if (!prepared)
        return true;
    if (!open_place(cx, &app, &inside) || !look_inside(&inside, &out->is_installed)) {
        fail_forget(cx);
        add(cx, out, FIRSTRUN_BAD, W("Database"),
            phrase_of(cx, W("It cannot be opened. The log of the web server says why.")));
        return true;
    }
    if (out->is_installed)
        return true;
    look_at_keys(cx, app, out);
    add(cx, out, FIRSTRUN_GOOD, W("Database"),
        say(cx, W("{database} can be opened."), "database", install_database(&inside)));
    if (!make_token(cx))
        add(cx, out, FIRSTRUN_BAD, W("Token"),
            phrase_of(cx, W("The file install-token cannot be written.")));
    return true;
}

/* ---- the way here ---- */

static void judge(struct cx *cx, struct jv said, struct firstrun *out)
{
    int64_t bytes = jv_int(jv_get(said, S("bytes")));
    if (!jv_bool(jv_get(said, S("reached")))) {
        add(cx, out, FIRSTRUN_NOTE, W("Web server"),
            say(cx, W("It could not be asked from here: {why}."), "why",
                jv_text(jv_get(said, S("why")))));
        return;
    }
    if (jv_bool(jv_get(said, S("header"))))
        add(cx, out, FIRSTRUN_GOOD, W("Header Authorization"),
            phrase_of(cx, W("It is passed on: clients can sign in.")));
    else
        add(cx, out, FIRSTRUN_BAD, W("Header Authorization"),
            phrase_of(cx, W("The web server keeps it to itself. With Apache, the .htaccess needs"
                            " CGIPassAuth On.")));
    if (bytes == BODY_WANTED)
        add(cx, out, FIRSTRUN_GOOD, W("Large bodies"), phrase_of(cx, W("1 MB comes through.")));
    else
        add(cx, out, FIRSTRUN_BAD, W("Large bodies"),
            phrase_of(cx, W("1 MB does not come through. With mod_fcgid, FcgidMaxRequestLen is"
                            " 128 KB until it is set higher.")));
    if (jv_bool(jv_get(said, S("streams"))))
        add(cx, out, FIRSTRUN_GOOD, W("Streaming"), phrase_of(cx, W("Replies arrive piece by"
                                                                    " piece.")));
    else
        add(cx, out, FIRSTRUN_NOTE, W("Streaming"),
            phrase_of(cx, W("Replies are held back until they end. Live updates will come by asking"
                            " again and again.")));
}

bool firstrun_reach(struct cx *cx, struct str page, struct firstrun *out)
{
    struct str answer;
    struct jv said;
    struct jv_fault fault;
    bool in_time = false;
    TRY(errand_run(cx, "--reach", page, REACH_PATIENCE, &answer, &in_time));
    if (in_time && jv_parse(cx, answer, &said, &fault)) {
        judge(cx, said, out);
        return true;
    }
    fail_forget(cx);
    add(cx, out, FIRSTRUN_NOTE, W("Web server"),
        phrase_of(cx, W("It gave no answer within 30 seconds.")));
    return true;
}

/* ---- the deed ---- */

static bool is_origin(struct str url)
{
    size_t slash, from = str_starts(url, S("https://")) ? 8 : str_starts(url, S("http://")) ? 7 : 0;
    struct str host = str_sub(url, from, SIZE_MAX);
    for (size_t i = 0; i < host.n; i++)
        if ((unsigned char)host.p[i] <= 0x20 || strchr("\"'\\#=@?", host.p[i]) != NULL)
            return false;
    return from > 0 && host.n > 0 && host.n <= 255 && !str_find(host, '/', &slash);
}

/* Behind the keys, which are settings too; only where nobody has said it otherwise. */
static bool keep_url(struct cx *cx, struct str url)
{
    int fd = open(in_data(cx, "keys.conf"), O_WRONLY | O_APPEND | O_CLOEXEC);
    bool whole = fd >= 0 && dprintf(fd, "EXTERNAL_URL = %.*s\n", STR_ARG(url)) > 0
              && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return whole || broken(cx, "cannot write EXTERNAL_URL: %s", strerror(errno));
}

static bool fill_place(struct cx *inside, struct str email, struct str password)
{
    size_t applied;
    bool made, has;
    struct user user;
    TRY(install_upgrade(inside, &applied));
    TRY(bootstrap_has_superadmin(inside, &has));
    if (has)
        return fail(inside, E_CONFLICT, "Conflict", "Larder is installed already");
    TRY(bootstrap_superadmin(inside, email, password, &user));
    return bootstrap_seed(inside, &made);
}

static bool check_wishes(struct cx *cx, struct str email, struct str password, struct str url)
{
    size_t at;
    if (!str_find(email, '@', &at))
        return fail_field(cx, E_INVALID, "Validation error", "email",
                          "This is not an e-mail address");
    if (!is_origin(url))
        return fail_field(cx, E_INVALID, "Validation error", "url",
                          "The address begins with https:// or http:// and has no path");
    policy_check(cx, password);
    return fail_items(cx, E_INVALID, SHAPE_ITEMS, "Validation error");
}

/* Of two at once, one has the token: whoever takes it away installs. */
bool firstrun_install(struct cx *cx, struct str token, struct str email, struct str password,
                      struct str url)
{
    struct app *app;
    struct cx inside;
    bool is_right;
    const char *here = in_data(cx, "install-token"), *taken = in_data(cx, "install-token.taken");
    TRY(firstrun_token_is(cx, token, &is_right));
    if (!is_right)
        return fail_field(cx, E_FORBIDDEN, "Forbidden", "token",
                          "This is not the token in the file install-token");
    TRY(check_wishes(cx, email, password, url));
    TRY(open_place(cx, &app, &inside));
    if (rename(here, taken) != 0)
        return fail(cx, E_CONFLICT, "Conflict", "Somebody else is installing it just now");
    if (!fill_place(&inside, email, password)) {
        (void)rename(taken, here);
        cx->err = inside.err;
        return false;
    }
    (void)unlink(taken);
    return str_eq(app->set.external_url, url) || keep_url(cx, url);
}
