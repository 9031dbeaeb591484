/* turn.c — a counting lock between processes: one byte of a file for each turn there is. */
#define _GNU_SOURCE                         /* F_OFD_*: locks that belong to the descriptor */
#include "crypto/turn.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/settings.h"

static bool lock_byte(int fd, int how, off_t byte)
{
    struct flock range = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };
    return fcntl(fd, how, &range) == 0;
}

static long turns(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN) / 2;
    return n < 1 ? 1 : n;
}

void turn_take(struct cx *cx, struct turn *turn)
{
    *turn = (struct turn){ .fd = -1 };
    if (cx->set == NULL || cx->set->data_dir.n == 0)
        return;
    const char *path = str_fmt(cx->mem, "%.*s/password.lock", STR_ARG(cx->set->data_dir)).p;
    turn->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    turn->taken = turn->fd >= 0;
    if (!turn->taken)
        return;
    for (long i = 0; i < turns(); i++)
        if (lock_byte(turn->fd, F_OFD_SETLK, i))
            return;
    (void)lock_byte(turn->fd, F_OFD_SETLKW, getpid() % turns());   /* interrupted: go on */
}

void turn_end(struct turn *turn)
{
    if (turn->taken)
        close(turn->fd);
    turn->taken = false;
}
