/* spool.c — bytes laid aside in a file that has no name. */
#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"

static void put_away(void *what)
{
    close(((struct spool *)what)->fd);
}

bool spool_open(struct cx *cx, struct str folder, struct spool **out)
{
    struct str name = str_fmt(cx->mem, "%.*s/spool.XXXXXX", STR_ARG(folder));
    char *path = (char *)(uintptr_t)name.p;
    int fd = mkstemp(path);
    if (fd < 0)
        return broken(cx, "no file can be made in %.*s: %s", STR_ARG(folder), strerror(errno));
    unlink(path);
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    *out = arena_make(cx->mem, struct spool);
    **out = (struct spool){ .fd = fd };
    arena_defer(cx->mem, put_away, *out);
    return true;
}

static bool write_piece(struct cx *cx, void *state, struct str piece)
{
    struct spool *spool = state;
    while (piece.n > 0) {
        ssize_t n = pwrite(spool->fd, piece.p, piece.n, spool->at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == ENOSPC)
            return fail(cx, E_FULL, "Insufficient storage", "The disk is full; nothing was saved");
        if (n < 0)
            return broken(cx, "a spool cannot be written: %s", strerror(errno));
        spool->at += n;
        piece = str_sub(piece, (size_t)n, SIZE_MAX);
    }
    return true;
}

static bool read_piece(struct cx *cx, void *state, char *into, size_t room, size_t *n)
{
    struct spool *spool = state;
    ssize_t got;
    do
        got = pread(spool->fd, into, room, spool->at);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return broken(cx, "a spool cannot be read: %s", strerror(errno));
    spool->at += got;
    *n = (size_t)got;
    return true;
}

struct sink spool_in(struct spool *spool)
{
    return (struct sink){ .write = write_piece, .state = spool };
}

struct source spool_out(struct spool *spool)
{
    spool->at = 0;
    return (struct source){ .read = read_piece, .state = spool };
}
