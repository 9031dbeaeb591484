/* shared.c — opens, checks and maps a shared file. */
#define _GNU_SOURCE                         /* F_OFD_*: locks that belong to the descriptor */
#include "base/shared.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

enum { ATTEMPTS = 5, HEAD_BYTES = 64 };     /* the head has a cache line to itself */
struct head { uint64_t layout, boot; };

/* Which start of the machine this is; 0: not known, then files are believed. */
static uint64_t boot_of_machine(void)
{
    char text[64];
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text);
    if (fd >= 0)
        close(fd);
    return n <= 0 ? 0 : str_hash((struct str){ text, (size_t)n });
}

static bool lock(int fd, short type)
{
    struct flock all = { .l_type = type, .l_whence = SEEK_SET };
    return fcntl(fd, F_OFD_SETLKW, &all) == 0;
}

/* Under the lock: an empty file becomes ours, one of ours is fine; false: it has to go. */
static bool settle(int fd, size_t bytes, uint64_t layout)
{
    struct head want = { layout, boot_of_machine() }, has;
    struct stat at;
    if (fstat(fd, &at) != 0 || at.st_nlink == 0)
        return false;
    if (at.st_size == 0)
        return ftruncate(fd, (off_t)(HEAD_BYTES + bytes)) == 0
            && pwrite(fd, &want, sizeof want, 0) == sizeof want;
    return pread(fd, &has, sizeof has, 0) == sizeof has && has.layout == want.layout
        && (has.boot == want.boot || want.boot == 0) && at.st_size == (off_t)(HEAD_BYTES + bytes);
}

static void *map(const char *path, size_t bytes, uint64_t layout, bool *again)
{
    void *at = MAP_FAILED;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    *again = false;
    if (fd < 0)
        return NULL;
    if (lock(fd, F_WRLCK)) {
        if (settle(fd, bytes, layout))
            at = mmap(NULL, HEAD_BYTES + bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        else
            *again = unlink(path) == 0;
        (void)lock(fd, F_UNLCK);                  /* the mapping would keep it past the close */
    }
    close(fd);
    return at == MAP_FAILED ? NULL : (char *)at + HEAD_BYTES;
}

void *shared_open(struct arena *mem, struct str dir, const char *name, size_t bytes,
                  uint64_t layout)
{
    bool again = true;
    void *at = NULL;
    if (dir.n == 0)
        return NULL;
    const char *path = str_c(mem, str_fmt(mem, "%.*s/%s", STR_ARG(dir), name));
    for (int i = 0; i < ATTEMPTS && at == NULL && again; i++)
        at = map(path, bytes, layout, &again);
    return at;
}
