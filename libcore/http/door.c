/* door.c — opens a listening Unix socket and waits at it, one child woken per caller (epoll). */
#include "http/door.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LAST_WORDS 100                              /* looks at whoever listens, 50 ms apart      */

/* A socket nobody listens at any more is removed; a live one, or another kind of file, is left. */
static bool remove_dead(const char *path, const struct sockaddr_un *at)
{
    struct stat found;
    if (lstat(path, &found) != 0)
        return errno == ENOENT;
    int fd = S_ISSOCK(found.st_mode) ? socket(AF_UNIX, SOCK_STREAM, 0) : -1;
    if (fd < 0)
        return false;
    bool answers = connect(fd, (const struct sockaddr *)at, sizeof *at) == 0;
    close(fd);
    return !answers && unlink(path) == 0;
}

/* Children whose parent was killed finish their requests; whoever comes next waits for them. */
static bool make_room(const char *path, const struct sockaddr_un *at)
{
    const struct timespec pause = { .tv_nsec = 50000000 };
    for (int i = 0; i < LAST_WORDS; i++) {
        if (remove_dead(path, at))
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

static int listen_at(const char *path, const char **why)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof at.sun_path) {
        *why = "the path of the socket is too long";
        return -1;
    }
    memcpy(at.sun_path, path, strlen(path));
    if (!make_room(path, &at)) {
        *why = "another program listens there, or something else is in the way";
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    mode_t old = umask(0117);                     /* born 0660: never open to others for a moment */
    bool good = fd >= 0 && bind(fd, (const struct sockaddr *)&at, sizeof at) == 0
             && listen(fd, DOOR_BACKLOG) == 0;
    umask(old);
    if (good)
        return fd;
    *why = strerror(errno);
    if (fd >= 0)
        close(fd);
    return -1;
}

int door_open(const char *path_or_null, const char **why)
{
    int fd = path_or_null != NULL ? listen_at(path_or_null, why) : STDIN_FILENO;
    if (fd < 0)
        return -1;
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        *why = strerror(errno);
        return -1;
    }
    return fd;
}

void door_remove(const char *path)
{
    unlink(path);
}

int door_watch(int door)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE };
    int watch = epoll_create1(EPOLL_CLOEXEC);
    if (watch >= 0 && epoll_ctl(watch, EPOLL_CTL_ADD, door, &event) < 0) {
        close(watch);
        return -1;
    }
    return watch;
}

void door_wait(int watch, int other, int ms, const sigset_t *meanwhile)
{
    struct epoll_event event = { .events = EPOLLIN };
    if (other >= 0)
        epoll_ctl(watch, EPOLL_CTL_ADD, other, &event);    /* the second time it is there already */
    epoll_pwait(watch, &event, 1, ms, meanwhile);
}
