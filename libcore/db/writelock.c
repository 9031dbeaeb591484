/* writelock.c — the mapped file beside the database: who writes, what is committed and flushed. */
#define _GNU_SOURCE                         /* F_OFD_*: locks that belong to the descriptor       */
#include "db/writelock.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/random.h"
#include "base/str.h"

#define MAGIC UINT64_C(0x6c617264657201)
#define FLUSH_WAIT_MS 10000
enum { BYTE_SETUP, BYTE_USERS, BYTE_WRITER };  /* of the file, as OFD locks: none is ever written */

struct shared {
    _Atomic uint64_t magic;
    uint64_t size;
    pthread_mutex_t writer, flusher;
    _Atomic uint64_t visible, committed, flushed;   /* visible: the newest that a reader may see  */
};
struct writelock { int fd; struct shared *shared; bool knows; };

static bool lock_byte(int fd, int command, short type, int byte)
{
    struct flock range = { .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };
    int got;
    do
        got = fcntl(fd, command, &range);
    while (got != 0 && errno == EINTR);
    return got == 0;
}

static bool mutex_init(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attr;
    if (pthread_mutexattr_init(&attr) != 0)
        return false;
    bool well = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED) == 0
             && pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) == 0
             && pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK) == 0
             && pthread_mutex_init(mutex, &attr) == 0;
    pthread_mutexattr_destroy(&attr);
    return well;
}

static bool start_afresh(struct shared *shared)
{
    memset(shared, 0, sizeof *shared);
    shared->size = sizeof *shared;
    if (!mutex_init(&shared->writer) || !mutex_init(&shared->flusher))
        return false;
    atomic_store(&shared->magic, MAGIC);
    return true;
}

/*
 * Everybody who has the file open holds BYTE_USERS shared. Only who gets it exclusively is alone,
 * and then what the file says is of the past: a mutex locked by a process of before the power cut.
 */
static bool join(struct writelock *lock)
{
    if (!lock_byte(lock->fd, F_OFD_SETLKW, F_WRLCK, BYTE_SETUP))
        return false;
    struct shared *shared = MAP_FAILED;
    bool alone = lock_byte(lock->fd, F_OFD_SETLK, F_WRLCK, BYTE_USERS);
    if (!alone || ftruncate(lock->fd, sizeof *shared) == 0)
        shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, lock->fd, 0);
    struct stat st;
    bool well = shared != MAP_FAILED && fstat(lock->fd, &st) == 0
             && st.st_size >= (off_t)sizeof *shared
             && (!alone || start_afresh(shared))
             && shared->magic == MAGIC && shared->size == sizeof *shared
             && lock_byte(lock->fd, F_OFD_SETLK, F_RDLCK, BYTE_USERS);
    lock_byte(lock->fd, F_OFD_SETLK, F_UNLCK, BYTE_SETUP);
    if (well)
        lock->shared = shared;
    else if (shared != MAP_FAILED)
        munmap(shared, sizeof *shared);
    return well;
}

struct writelock *writelock_open(struct arena *mem, const char *database, bool may_map, int *why)
{
    struct stat st;
    mode_t mode = stat(database, &st) == 0 ? st.st_mode & 0666 : 0600;
    struct str path = str_fmt(mem, "%s-lock", database);
    struct writelock *lock = arena_make(mem, struct writelock);
    lock->fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);
    *why = errno;
    if (lock->fd < 0)
        return NULL;
    if (may_map)
        join(lock);
    return lock;
}

void writelock_close(struct writelock *lock)
{
    if (lock == NULL)
        return;
    if (lock->shared != NULL)
        munmap(lock->shared, sizeof *lock->shared);
    close(lock->fd);
}

bool writelock_groups(const struct writelock *lock)
{
    return lock->shared != NULL;
}

static struct timespec after(clockid_t clock, int64_t ms)
{
    struct timespec t;
    clock_gettime(clock, &t);
    t.tv_sec += (time_t)(ms / 1000);
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

static enum writelock_got take_mutex(pthread_mutex_t *mutex, int64_t wait_ms)
{
    int got = pthread_mutex_trylock(mutex);
    if (got == EBUSY && wait_ms > 0) {
        struct timespec until = after(CLOCK_REALTIME, wait_ms);
        got = pthread_mutex_timedlock(mutex, &until);
    }
    if (got == EOWNERDEAD)                  /* what it guards is consistent at every moment       */
        got = pthread_mutex_consistent(mutex);
    if (got == 0)
        return WRITELOCK_GOT;
    return got == EBUSY || got == ETIMEDOUT ? WRITELOCK_BUSY : WRITELOCK_WRONG;
}

static enum writelock_got take_file(const struct writelock *lock, int64_t wait_ms)
{
    struct timespec until = after(CLOCK_MONOTONIC, wait_ms), now;
    while (!lock_byte(lock->fd, F_OFD_SETLK, F_WRLCK, BYTE_WRITER)) {
        if (errno != EAGAIN && errno != EACCES)
            return WRITELOCK_WRONG;
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec > until.tv_sec
            || (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec))
            return WRITELOCK_BUSY;
        uint16_t jitter;
        random_bytes(&jitter, sizeof jitter);
        nanosleep(&(struct timespec){ .tv_nsec = 500000 + jitter * 16L }, NULL);
    }
    return WRITELOCK_GOT;
}

enum writelock_got writelock_take(struct writelock *lock, int64_t wait_ms)
{
    if (lock->shared == NULL)
        return take_file(lock, wait_ms);
    return take_mutex(&lock->shared->writer, wait_ms);
}

void writelock_give(struct writelock *lock)
{
    if (lock->shared == NULL)
        lock_byte(lock->fd, F_OFD_SETLK, F_UNLCK, BYTE_WRITER);
    else
        pthread_mutex_unlock(&lock->shared->writer);
}

void writelock_committing(struct writelock *lock)
{
    if (lock->shared != NULL)
        atomic_store(&lock->shared->visible, atomic_load(&lock->shared->committed) + 1);
}

uint64_t writelock_committed(struct writelock *lock)
{
    return lock->shared == NULL ? 0 : atomic_fetch_add(&lock->shared->committed, 1) + 1;
}

bool writelock_is_flushed(const struct writelock *lock, uint64_t ticket)
{
    return lock->shared == NULL || atomic_load(&lock->shared->flushed) >= ticket;
}

uint64_t writelock_latest(const struct writelock *lock)
{
    return atomic_load(&lock->shared->committed);
}

void writelock_flushed(struct writelock *lock, uint64_t upto)
{
    uint64_t before = atomic_load(&lock->shared->flushed);
    while (before < upto && !atomic_compare_exchange_weak(&lock->shared->flushed, &before, upto))
        ;
}

bool writelock_flush(struct writelock *lock, uint64_t ticket, bool (*flush)(void *), void *state)
{
    struct shared *shared = lock->shared;
    if (writelock_is_flushed(lock, ticket))
        return true;
    if (take_mutex(&shared->flusher, FLUSH_WAIT_MS) != WRITELOCK_GOT)
        return flush(state);                /* a stuck flusher must not hold us: flush for one    */
    bool well = true;
    if (atomic_load(&shared->flushed) < ticket) {
        uint64_t upto = atomic_load(&shared->committed);
        well = flush(state);
        if (well)
            writelock_flushed(lock, upto);
    }
    pthread_mutex_unlock(&shared->flusher);
    return well;
}

/*
 * Whoever committed is flushing already: a moment of patience spares the disk a second flush. What
 * was there before the counters began is not in them, so that the first time flushes in any case.
 */
bool writelock_harden(struct writelock *lock, bool (*flush)(void *), void *state)
{
    enum { LOOKS = 40 };
    const struct timespec moment = { .tv_nsec = 250000 };
    if (lock->shared == NULL)
        return true;
    uint64_t seen = lock->knows ? atomic_load(&lock->shared->visible) : UINT64_MAX;
    for (int i = 0; i < LOOKS && lock->knows && !writelock_is_flushed(lock, seen); i++)
        nanosleep(&moment, NULL);
    return lock->knows = writelock_flush(lock, seen, flush, state);
}
