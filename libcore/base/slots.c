/* slots.c — locks bytes of a file, for as long as it is open. */
#define _GNU_SOURCE                         /* F_OFD_*: locks that belong to the descriptor */
#include "base/slots.h"

#include <fcntl.h>

static bool lock_bytes(int fd, int how, off_t first, off_t n)
{
    struct flock range = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = first, .l_len = n };
    return fcntl(fd, how, &range) == 0;
}

int slots_open(const char *path)
{
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

bool slots_try(int fd, off_t first, off_t n)
{
    return lock_bytes(fd, F_OFD_SETLK, first, n);
}

void slots_wait(int fd, off_t first, off_t n)
{
    (void)lock_bytes(fd, F_OFD_SETLKW, first, n);       /* interrupted: who waited goes on */
}
