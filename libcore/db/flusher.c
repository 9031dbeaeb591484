/* flusher.c — fdatasync(2) by io_submit(2); glibc has no words for it. */
#define _GNU_SOURCE                         /* syscall                                            */
#include "db/flusher.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#define UNDER_WAY 4

struct flusher { aio_context_t context; int file, bell; unsigned under_way; };

struct flusher *flusher_open(struct arena *mem, const char *path)
{
    struct flusher f = { .file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW), .bell = -1 };
    if (f.file >= 0)
        f.bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (f.bell < 0 || syscall(SYS_io_setup, UNDER_WAY, &f.context) != 0) {
        if (f.bell >= 0)
            close(f.bell);
        if (f.file >= 0)
            close(f.file);
        return NULL;
    }
    struct flusher *kept = arena_make(mem, struct flusher);
    *kept = f;
    return kept;
}

void flusher_close(struct flusher *f)
{
    if (f == NULL)
        return;
    syscall(SYS_io_destroy, f->context);
    close(f->bell);
    close(f->file);
}

bool flusher_start(struct flusher *f, uint64_t mark)
{
    struct iocb order = {
        .aio_data = mark, .aio_lio_opcode = IOCB_CMD_FDSYNC, .aio_fildes = (uint32_t)f->file,
        .aio_flags = IOCB_FLAG_RESFD, .aio_resfd = (uint32_t)f->bell,
    };
    struct iocb *orders[] = { &order };
    if (f->under_way == UNDER_WAY || syscall(SYS_io_submit, f->context, 1L, orders) != 1)
        return false;
    f->under_way++;
    return true;
}

bool flusher_ended(struct flusher *f, bool wait, uint64_t *mark, bool *well)
{
    struct io_event event;
    uint64_t rung;
    long got;
    if (f->under_way == 0)
        return false;
    while (read(f->bell, &rung, sizeof rung) > 0)
        ;                                   /* quiet again: it may have rung for several          */
    do
        got = syscall(SYS_io_getevents, f->context, wait ? 1L : 0L, 1L, &event, NULL);
    while (got < 0 && errno == EINTR);
    if (got != 1)
        return false;
    f->under_way--;
    *mark = event.data;
    *well = event.res == 0;
    return true;
}

int flusher_descriptor(const struct flusher *f)
{
    return f->bell;
}
