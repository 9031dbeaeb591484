/* 12-turn.c — no more processes than turns hold one at a time; a killed one gives its turn back. */
#define _DEFAULT_SOURCE                     /* MAP_ANONYMOUS, usleep */
#include "tap.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/settings.h"
#include "crypto/turn.h"

enum { PROCESSES = 6, TURNS = 20 };
struct shared { int inside, most, done; };

static void work(struct cx *cx, struct shared *shared)
{
    for (int i = 0; i < TURNS; i++) {
        struct turn turn SCOPED(turn_end) = { .fd = -1 };
        turn_take(cx, &turn);
        int now = __atomic_add_fetch(&shared->inside, 1, __ATOMIC_SEQ_CST);
        if (now > shared->most)
            shared->most = now;
        usleep(200);
        __atomic_sub_fetch(&shared->inside, 1, __ATOMIC_SEQ_CST);
        __atomic_add_fetch(&shared->done, 1, __ATOMIC_SEQ_CST);
    }
}

/* Hashes that would fill the memory there is by themselves, whatever processors there are. */
static void one_at_a_time(struct cx *cx, struct shared *shared, pid_t *pids)
{
    struct settings set = *cx->set;
    struct cx tight = *cx;
    set.argon2_memory_kib = 19456;
    set.password_memory_mb = 40;
    tight.set = &set;
    shared->inside = shared->most = 0;
    for (int i = 0; i < PROCESSES; i++)
        if ((pids[i] = fork()) == 0) {
            for (int k = 0; k < TURNS; k++) {
                struct turn turn SCOPED(turn_end) = { .fd = -1 };
                turn_take_for(&tight, &turn, 65536);
                int now = __atomic_add_fetch(&shared->inside, 1, __ATOMIC_SEQ_CST);
                shared->most = now > shared->most ? now : shared->most;
                usleep(200);
                __atomic_sub_fetch(&shared->inside, 1, __ATOMIC_SEQ_CST);
            }
            _exit(0);
        }
    for (int i = 0; i < PROCESSES; i++)
        waitpid(pids[i], NULL, 0);
    is_int(shared->most, 1, "one that needs all the memory has it to itself");
}

int main(void)
{
    const char *tmp = getenv("TMPDIR");
    struct str folder = str_fmt(tap_mem(), "%s/larder-unit.XXXXXX", tmp == NULL ? "/tmp" : tmp);
    struct settings set = { .data_dir = S_INIT("") };
    struct cx cx = { .mem = tap_mem(), .set = &set };
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct turn turn = { .fd = -1 };
    pid_t pids[PROCESSES];
    long turns = sysconf(_SC_NPROCESSORS_ONLN) / 2 < 1 ? 1 : sysconf(_SC_NPROCESSORS_ONLN) / 2;
    plan(6);
    turn_take(&cx, &turn);
    ok(!turn.taken, "without a directory nobody waits");
    turn_end(&turn);
    if (mkdtemp((char *)(uintptr_t)folder.p) == NULL || shared == MAP_FAILED)
        return 1;
    set.data_dir = folder;
    fflush(stdout);
    for (int i = 0; i < PROCESSES; i++)
        if ((pids[i] = fork()) == 0) {
            work(&cx, shared);
            _exit(0);
        }
    for (int i = 0; i < PROCESSES; i++)
        waitpid(pids[i], NULL, 0);
    is_int(shared->done, PROCESSES * TURNS, "everybody had their turns");
    ok(shared->most >= 1 && shared->most <= turns, "never more at once than there are");

    for (int i = 0; i < PROCESSES; i++)
        if ((pids[i] = fork()) == 0) {
            turn_take(&cx, &turn);
            __atomic_add_fetch(&shared->inside, 1, __ATOMIC_SEQ_CST);
            pause();
        }
    while (__atomic_load_n(&shared->inside, __ATOMIC_SEQ_CST) < (int)turns && turns <= PROCESSES)
        usleep(1000);
    for (int i = 0; i < PROCESSES; i++) {
        kill(pids[i], SIGKILL);
        waitpid(pids[i], NULL, 0);
    }
    turn_take(&cx, &turn);
    ok(turn.taken, "what was held by the killed is free again");
    turn_end(&turn);
    turn_end(&turn);
    ok(!turn.taken, "ending twice is harmless");
    one_at_a_time(&cx, shared, pids);
    unlink(str_fmt(cx.mem, "%s/password.lock", folder.p).p);
    rmdir(folder.p);
    return done();
}
