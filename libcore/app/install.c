/* install.c — makes an installation and keeps it current: directory, keys, schema. */
#define _GNU_SOURCE                         /* F_OFD_*: locks that belong to the descriptor */
#include "app/install.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"
#include "db/migrate.h"

#define SIGNING_KEY "AUDIT_SIGNING_KEY"

static bool refuse(const char *program, const char *what, const char *path)
{
    fprintf(stderr, "%s: cannot %s %s: %s\n", program, what, path, strerror(errno));
    return false;
}

/* With the folders above it: those may be looked into by others, this one may not. */
static bool make_directory(struct arena *mem, const char *program, struct str path)
{
    for (size_t i = 1; i < path.n; i++)
        if (path.p[i] == '/' && mkdir(str_c(mem, str_sub(path, 0, i)), 0755) != 0 &&
            errno != EEXIST)
            return refuse(program, "make", str_c(mem, str_sub(path, 0, i)));
    const char *dir = str_c(mem, path);
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return refuse(program, "make", dir);
    return true;
}

/* Until the descriptor is closed: whoever adds to the keys does so alone. */
static bool lock_file(int fd)
{
    struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    return fcntl(fd, F_OFD_SETLKW, &all) == 0;
}

static bool add_key(struct arena *mem, int fd, const char *name)
{
    return dprintf(fd, "%s = %.*s\n", name, STR_ARG(random_hex(mem, 32))) > 0;
}

static bool write_keys(struct arena *mem, const char *program, struct str data_dir)
{
    static const char *const NAMES[] = { "SECRET_KEY", "TOKEN_SECRET", "ENCRYPTION_KEY",
                                         SIGNING_KEY };
    const char *path = str_c(mem, str_fmt(mem, "%.*s/keys.conf", STR_ARG(data_dir)));
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)             /* another start was faster: its keys are as good */
        return errno == EEXIST || refuse(program, "make", path);
    bool whole = lock_file(fd);
    for (size_t i = 0; i < COUNT(NAMES); i++)
        whole = whole && add_key(mem, fd, NAMES[i]);
    whole = fsync(fd) == 0 && whole;
    whole = close(fd) == 0 && whole;
    return whole || refuse(program, "write", path);
}

static bool ends_its_line(int fd)
{
    struct stat about;
    char last = '\n';
    return fstat(fd, &about) == 0
        && (about.st_size == 0 || pread(fd, &last, 1, about.st_size - 1) == 1) && last == '\n';
}

/* An installation from before there were checkpoints gets their key. The file stays the same one:
 * its owner may be another than who runs this. */
static void add_signing_key(struct arena *mem, const char *program, const char *config,
                            const char *data, struct str data_dir)
{
    struct settings set;
    const char *why = NULL, *path = str_c(mem, str_fmt(mem, "%.*s/keys.conf", STR_ARG(data_dir)));
    int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    bool well = fd >= 0 && lock_file(fd) && settings_load(mem, config, data, &set, &why);
    if (well && set.audit_signing_key.n == 0)
        well = (ends_its_line(fd) || write(fd, "\n", 1) == 1) && add_key(mem, fd, SIGNING_KEY)
            && fsync(fd) == 0;
    if (!well)                                  /* all works but checkpoints */
        (void)refuse(program, "add " SIGNING_KEY " to", path);
    if (fd >= 0)
        close(fd);
}

static bool prepare(struct arena *mem, const char *program, const char *config, const char *data)
{
    struct settings set;
    const char *why = NULL;
    if (!settings_load(mem, config, data, &set, &why)) {
        fprintf(stderr, "%s: %s\n", program, why);
        return false;
    }
    TRY(make_directory(mem, program, set.data_dir)
        && (!settings_has_default_key(&set) || write_keys(mem, program, set.data_dir)));
    if (set.audit_signing_key.n == 0)
        add_signing_key(mem, program, config, data, set.data_dir);
    return true;
}

bool install_prepare(const char *program, const char *config, const char *data)
{
    struct arena *mem = arena_new(0, NULL, NULL);
    bool prepared = prepare(mem, program, config, data);
    arena_free(mem);
    return prepared;
}

bool install_upgrade(struct cx *cx, size_t *applied)
{
    return migrate_run(cx, cx->set->schema_dir, applied);
}

bool install_history(struct cx *cx, struct install_file **list, size_t *n)
{
    struct migration *files;
    TRY(migrate_list(cx, cx->set->schema_dir, &files, n));
    *list = arena_list(cx->mem, struct install_file, *n);
    for (size_t i = 0; i < *n; i++)
        (*list)[i] = (struct install_file){ files[i].name, files[i].checksum, files[i].applied_at };
    return true;
}

struct str install_database(const struct cx *cx)
{
    if (cx->set->database_url.n > 0)
        return db_shown(cx->mem, cx->set->database_url);
    return str_fmt(cx->mem, "sqlite:///%.*s/larder.db", STR_ARG(cx->set->data_dir));
}
