/* bell.c — datagram sockets in a folder of the data directory. */
#include "events/bell.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/random.h"

enum { ATTEMPTS = 5, LONGEST_PATH = 4096, NAME_ROOM = 48 };

struct bell {
    int fd;
    const char *folder, *path;
};

static bool folder_of(const struct settings *set, char path[LONGEST_PATH])
{
    int n = snprintf(path, LONGEST_PATH, "%.*s/bells", STR_ARG(set->data_dir));
    return set->data_dir.n > 0 && n > 0 && n < LONGEST_PATH;
}

/* What the names of this machine's sockets begin with. */
static void put_host(char prefix[NAME_ROOM])
{
    struct utsname host;
    uint64_t hash = uname(&host) == 0 ? str_hash(str_of(host.nodename)) : 0;
    snprintf(prefix, NAME_ROOM, "%08x-", (unsigned)(hash ^ hash >> 32));
}

/* An address has little room: a folder with a longer name is gone through by its descriptor. */
static bool put_address(struct sockaddr_un *to, const char *folder, int fd, const char *name)
{
    *to = (struct sockaddr_un){ .sun_family = AF_UNIX };
    int n = snprintf(to->sun_path, sizeof to->sun_path, "%s/%s", folder, name);
    if (n < 0 || (size_t)n >= sizeof to->sun_path)
        n = snprintf(to->sun_path, sizeof to->sun_path, "/proc/self/fd/%d/%s", fd, name);
    return n > 0 && (size_t)n < sizeof to->sun_path;
}

static int new_socket(void)
{
    return socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* --- ringing --------------------------------------------------------------------------------- */

static void ring_at(int fd, const char *folder, int at, const char *name)
{
    struct sockaddr_un to;
    if (put_address(&to, folder, at, name)
        && sendto(fd, "!", 1, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&to,
                  sizeof to) < 0
        && errno == ECONNREFUSED)
        unlinkat(at, name, 0);
}

void bell_ring(const struct settings *set)
{
    char folder[LONGEST_PATH], host[NAME_ROOM];
    DIR *bells = folder_of(set, folder) ? opendir(folder) : NULL;
    if (bells == NULL)
        return;
    size_t found = 0;
    int fd = new_socket();
    put_host(host);
    for (struct dirent *e; fd >= 0 && (e = readdir(bells)) != NULL;) {
        found += e->d_name[0] != '.';
        if (str_starts(str_of(e->d_name), str_of(host)))
            ring_at(fd, folder, dirfd(bells), e->d_name);
    }
    if (fd >= 0)
        close(fd);
    closedir(bells);
    if (fd >= 0 && found == 0)
        rmdir(folder);
}

/* --- listening ------------------------------------------------------------------------------- */

static void take_down(void *what)
{
    const struct bell *bell = what;
    close(bell->fd);
    unlink(bell->path);
    rmdir(bell->folder);                        /* the last one does */
}

/* Under its name only once it can be rung: it would be taken for a dead one. */
static bool bind_as(int fd, const char *folder, int at, const char *name)
{
    struct sockaddr_un place;
    char hidden[NAME_ROOM + 1];
    snprintf(hidden, sizeof hidden, ".%s", name);
    return put_address(&place, folder, at, hidden)
        && bind(fd, (const struct sockaddr *)&place, sizeof place) == 0
        && fchmodat(at, hidden, 0600, 0) == 0 && renameat(at, hidden, at, name) == 0;
}

/* The folder may be removed by the last to leave, at any moment before there is a socket in it. */
static bool hang_in(const struct bell *bell, const char *name)
{
    bool hangs = false;
    for (int i = 0; i < ATTEMPTS && !hangs; i++) {
        if (mkdir(bell->folder, 0700) != 0 && errno != EEXIST)
            return false;
        int at = open(bell->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        hangs = at >= 0 && bind_as(bell->fd, bell->folder, at, name);
        if (at >= 0)
            close(at);
    }
    return hangs;
}

int bell_hang(struct arena *mem, const struct settings *set)
{
    char folder[LONGEST_PATH], name[NAME_ROOM];
    if (!folder_of(set, folder))
        return -1;
    struct bell *bell = arena_make(mem, struct bell);
    put_host(name);
    size_t n = strlen(name);
    snprintf(name + n, sizeof name - n, "%s", random_hex(mem, 8).p);
    bell->fd = new_socket();
    bell->folder = str_copy(mem, str_of(folder)).p;
    bell->path = str_fmt(mem, "%s/%s", folder, name).p;
    if (bell->fd < 0)
        return -1;
    if (!hang_in(bell, name)) {
        close(bell->fd);
        return -1;
    }
    arena_defer(mem, take_down, bell);
    return bell->fd;
}

void bell_drain(int fd)
{
    char bytes[16];
    while (recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) >= 0)
        ;
}
