/* install.c — makes an installation and keeps it current: directory, keys, schema. */
#include "app/install.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"
#include "db/migrate.h"

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

static bool write_keys(struct arena *mem, const char *program, struct str data_dir)
{
    static const char *const NAMES[] = { "SECRET_KEY", "TOKEN_SECRET", "ENCRYPTION_KEY" };
    const char *path = str_c(mem, str_fmt(mem, "%.*s/keys.conf", STR_ARG(data_dir)));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)             /* another start was faster: its keys are as good */
        return errno == EEXIST || refuse(program, "make", path);
    bool whole = true;
    for (size_t i = 0; i < COUNT(NAMES); i++)
        whole = whole && dprintf(fd, "%s = %.*s\n", NAMES[i], STR_ARG(random_hex(mem, 32))) > 0;
    whole = fsync(fd) == 0 && whole;
    whole = close(fd) == 0 && whole;
    return whole || refuse(program, "write", path);
}

static bool prepare(struct arena *mem, const char *program, const char *config, const char *data)
{
    struct settings set;
    const char *why = NULL;
    if (!settings_load(mem, config, data, &set, &why)) {
        fprintf(stderr, "%s: %s\n", program, why);
        return false;
    }
    return make_directory(mem, program, set.data_dir)
        && (!settings_has_default_key(&set) || write_keys(mem, program, set.data_dir));
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
