/* placelocal.c — walks below storage_path without following a link, and publishes by a rename. */
#include "files/placelocal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ident.h"
#include "base/when.h"

#define FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
enum { DEEPEST = 16 };

struct open_file { int fd; int64_t left; };

/* The folder of a name, and what is left of it; *fd -1: there is none. */
static bool walk(struct cx *cx, struct str name, bool make, int *fd, const char **last)
{
    struct str rest = name, part;
    size_t slash;
    TRY(inbound_root(cx, fd));
    while (*fd >= 0 && str_find(rest, '/', &slash) && str_cut(&rest, '/', &part)) {
        const char *folder = str_c(cx->mem, part);
        bool made = make && mkdirat(*fd, folder, 0700) == 0;
        int below = openat(*fd, folder, FOLDER);
        int why = errno;
        if (made)
            fsync(*fd);
        close(*fd);
        *fd = below;
        errno = why;
    }
    *last = str_c(cx->mem, rest);
    return *fd >= 0 || !make || inbound_broken(cx, "make a folder");
}

static bool store(struct cx *cx, struct str name, struct str mime_type UNUSED, struct inbound *from)
{
    int folder;
    const char *last;
    if (fsync(from->fd) != 0)
        return inbound_broken(cx, "flush a file");
    TRY(walk(cx, name, true, &folder, &last));
    bool well = renameat(from->folder, from->name, folder, last) == 0;
    if (well)
        from->name = NULL;
    well = well && fsync(folder) == 0;
    int why = errno;
    close(folder);
    errno = why;
    return well || inbound_broken(cx, "publish a file");
}

static void let_go(void *state)
{
    const struct open_file *file = state;
    close(file->fd);
}

static bool find(struct cx *cx, struct str name, bool *found, struct place_file *out)
{
    int folder;
    const char *last;
    struct stat stat;
    *found = false;
    TRY(walk(cx, name, false, &folder, &last));
    if (folder < 0)
        return true;
    int fd = openat(folder, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    close(folder);
    if (fd < 0)
        return errno == ENOENT || errno == ELOOP || errno == ENOTDIR || errno == ENAMETOOLONG
            || inbound_broken(cx, "open a file");
    struct open_file *file = arena_make(cx->mem, struct open_file);
    file->fd = fd;
    arena_defer(cx->mem, let_go, file);
    if (fstat(fd, &stat) != 0)
        return inbound_broken(cx, "look at a file");
    *found = S_ISREG(stat.st_mode);
    *out = (struct place_file){ .size = stat.st_size, .sendable = name, .state = file,
                                .modified_at = stat.st_mtim.tv_sec * WHEN_SECOND };
    return true;
}

static bool read_piece(struct cx *cx, void *state, char *into, size_t room, size_t *n)
{
    struct open_file *file = state;
    ssize_t got;
    if ((int64_t)room > file->left)
        room = (size_t)file->left;
    do
        got = read(file->fd, into, room);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return inbound_broken(cx, "read a file");
    *n = (size_t)got;
    file->left -= got;
    return true;
}

static bool read_from(struct cx *cx, const struct place_file *found, int64_t from, int64_t n,
                      struct source *out)
{
    struct open_file *file = found->state;
    file->left = n;
    *out = (struct source){ .read = read_piece, .state = file };
    return lseek(file->fd, from, SEEK_SET) == from || inbound_broken(cx, "seek in a file");
}

static bool remove_one(struct cx *cx, struct str name)
{
    int folder;
    const char *last;
    TRY(walk(cx, name, false, &folder, &last));
    if (folder < 0)
        return true;
    bool well = unlinkat(folder, last, 0) == 0 || errno == ENOENT;
    int why = errno;
    close(folder);
    errno = why;
    return well || inbound_broken(cx, "remove a file");
}

/* Takes the descriptor. What cannot be removed stays: the folder that holds it tells. */
static void empty(int fd, int depth)
{
    DIR *folder = fdopendir(fd);
    const struct dirent *entry;
    if (folder == NULL) {
        close(fd);
        return;
    }
    while ((entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0
            || unlinkat(dirfd(folder), entry->d_name, 0) == 0)
            continue;
        int below = depth < DEEPEST ? openat(dirfd(folder), entry->d_name, FOLDER) : -1;
        if (below >= 0)
            empty(below, depth + 1);
        unlinkat(dirfd(folder), entry->d_name, AT_REMOVEDIR);
    }
    closedir(folder);
}

static bool clear(struct cx *cx, struct str account_id)
{
    int root;
    const char *folder = str_c(cx->mem, account_id);
    TRY(inbound_root(cx, &root));
    int below = openat(root, folder, FOLDER);
    if (below >= 0)
        empty(below, 0);
    bool well = unlinkat(root, folder, AT_REMOVEDIR) == 0 || errno == ENOENT;
    int why = errno;
    close(root);
    errno = why;
    return well || inbound_broken(cx, "remove the folder of an account");
}

/* --- all of it -------------------------------------------------------------------------------- */

struct walk {
    struct cx *cx;
    bool (*take)(struct cx *cx, void *state, const struct place_entry *entry);
    void *state;
};

static bool walk_folder(struct walk *walk, int fd, struct str name, int depth);

static bool walk_entry(struct walk *walk, int folder, const char *last, struct str name, int depth)
{
    struct stat stat;
    if (fstatat(folder, last, &stat, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || inbound_broken(walk->cx, "look at a file");
    if (S_ISDIR(stat.st_mode)) {
        int below = depth < DEEPEST ? openat(folder, last, FOLDER) : -1;
        return below < 0 || walk_folder(walk, below, name, depth + 1);
    }
    const struct place_entry entry = { name, stat.st_size, stat.st_mtim.tv_sec * WHEN_SECOND };
    return !S_ISREG(stat.st_mode) || walk->take(walk->cx, walk->state, &entry);
}

/* Takes the descriptor. At the top, only what can be an account's. */
static bool walk_folder(struct walk *walk, int fd, struct str name, int depth)
{
    DIR *folder = fdopendir(fd);
    const struct dirent *entry;
    bool well = folder != NULL;
    if (!well) {
        close(fd);
        return inbound_broken(walk->cx, "list a folder");
    }
    while (well && (entry = readdir(folder)) != NULL) {
        struct arena_mark mark = arena_mark(walk->cx->mem);
        bool is_own = depth > 0 ? entry->d_name[0] != '.' : ident_is_uuid(str_of(entry->d_name));
        struct str below = str_fmt(walk->cx->mem, "%.*s%s%s", STR_ARG(name), depth > 0 ? "/" : "",
                                   entry->d_name);
        well = !is_own || walk_entry(walk, dirfd(folder), entry->d_name, below, depth);
        arena_rewind(walk->cx->mem, mark);
    }
    closedir(folder);
    return well;
}

static bool each(struct cx *cx,
                 bool (*take)(struct cx *cx, void *state, const struct place_entry *entry),
                 void *state)
{
    struct walk walk = { cx, take, state };
    int root;
    TRY(inbound_root(cx, &root));
    return walk_folder(&walk, root, S(""), 0);
}

const struct place placelocal = { .provider = "local", .prefix = "", .store = store, .find = find,
                                  .read = read_from, .remove = remove_one, .clear = clear,
                                  .each = each };
