/* inbound.c — writes what comes in beside where it will stay, so that publishing it is a rename. */
#include "files/inbound.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ident.h"
#include "base/settings.h"
#include "base/when.h"

bool inbound_broken(struct cx *cx, const char *what)
{
    if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
        return fail(cx, E_FULL, "Insufficient storage", "The disk is full; nothing was saved");
    return broken(cx, "files: cannot %s: %s", what, strerror(errno));
}

bool inbound_root(struct cx *cx, int *fd)
{
    const char *root = str_c(cx->mem, cx->set->storage_path);
    if (mkdir(root, 0700) != 0 && errno != EEXIST)
        return inbound_broken(cx, "make storage_path");
    *fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return *fd >= 0 || inbound_broken(cx, "open storage_path");
}

static void drop(void *state)
{
    struct inbound *inbound = state;
    if (inbound->fd >= 0)
        close(inbound->fd);
    if (inbound->folder >= 0 && inbound->name != NULL)
        unlinkat(inbound->folder, inbound->name, 0);
    if (inbound->folder >= 0)
        close(inbound->folder);
}

bool inbound_open(struct cx *cx, struct inbound *inbound)
{
    int root;
    *inbound = (struct inbound){ .fd = -1, .folder = -1 };
    arena_defer(cx->mem, drop, inbound);
    TRY(inbound_root(cx, &root));
    if (mkdirat(root, INBOUND_FOLDER, 0700) == 0 || errno == EEXIST)
        inbound->folder = openat(root, INBOUND_FOLDER,
                               O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    close(root);
    if (inbound->folder < 0)
        return inbound_broken(cx, "open the folder of what comes in");
    const char *name = str_c(cx->mem, ident_uuid(cx->mem, cx->now));
    inbound->fd = openat(inbound->folder, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                       0600);
    if (inbound->fd < 0)
        return inbound_broken(cx, "make a temporary file");
    inbound->name = name;
    mac_sum_begin(&inbound->summing);
    return true;
}

static bool write_piece(struct cx *cx, void *state, struct str piece)
{
    struct inbound *inbound = state;
    mac_sum_add(&inbound->summing, piece);
    inbound->size += (int64_t)piece.n;
    while (piece.n > 0) {
        ssize_t n = write(inbound->fd, piece.p, piece.n);
        if (n < 0 && errno != EINTR)
            return inbound_broken(cx, "write a temporary file");
        if (n > 0)
            piece = str_sub(piece, (size_t)n, SIZE_MAX);
    }
    return true;
}

struct str inbound_path(struct cx *cx, const struct inbound *inbound)
{
    return str_fmt(cx->mem, "%.*s/" INBOUND_FOLDER "/%s", STR_ARG(cx->set->storage_path),
                   inbound->name);
}

struct sink inbound_sink(struct inbound *inbound)
{
    return (struct sink){ .write = write_piece, .state = inbound };
}

void inbound_end(struct cx *cx, struct inbound *inbound)
{
    inbound->sum = mac_sum_end(cx->mem, &inbound->summing);
}

bool inbound_sweep(struct cx *cx, int64_t oldest)
{
    const struct dirent *entry;
    struct stat stat;
    int root;
    TRY(inbound_root(cx, &root));
    int fd = openat(root, INBOUND_FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    close(root);
    if (fd < 0)
        return errno == ENOENT || inbound_broken(cx, "open the folder of what comes in");
    DIR *folder = fdopendir(fd);
    while (folder != NULL && (entry = readdir(folder)) != NULL)
        if (fstatat(fd, entry->d_name, &stat, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(stat.st_mode)
            && stat.st_mtim.tv_sec * WHEN_SECOND < oldest)
            unlinkat(fd, entry->d_name, 0);
    if (folder != NULL)
        closedir(folder);
    else
        close(fd);
    return true;
}
