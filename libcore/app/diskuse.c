/* diskuse.c — walks a folder and adds up. */
#include "app/diskuse.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEEPEST = 16 };

/* Takes the descriptor. */
static int64_t walk(int fd, int depth)
{
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    struct stat stat;
    int64_t bytes = 0;
    if (folder == NULL) {
        if (fd >= 0)
            close(fd);
        return 0;
    }
    while ((entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0
            || fstatat(dirfd(folder), entry->d_name, &stat, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (S_ISREG(stat.st_mode))
            bytes += stat.st_size;
        else if (S_ISDIR(stat.st_mode) && depth < DEEPEST)
            bytes += walk(openat(dirfd(folder), entry->d_name,
                                 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), depth + 1);
    }
    closedir(folder);
    return bytes;
}

int64_t diskuse_bytes(struct str folder)
{
    return walk(open(folder.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0);
}
