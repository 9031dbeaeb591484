/* daemon.c — the loop of the worker that stays. */
#include "daemon.h"

#include <signal.h>
#include <time.h>

#include "base/log.h"
#include "base/when.h"

#define SWEEP_EVERY WHEN_MINUTE
#define SHORTEST_PAUSE (WHEN_SECOND / 100)

static const int SIGNALS[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 };

static void ours(sigset_t *set)
{
    sigemptyset(set);
    for (size_t i = 0; i < COUNT(SIGNALS); i++)
        sigaddset(set, SIGNALS[i]);
}

/* Blocked: a job is not interrupted; between jobs we look what came. */
void daemon_signals(void)
{
    sigset_t set;
    ours(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

void daemon_signals_back(void)
{
    sigset_t set;
    ours(&set);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

bool daemon_stopping(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0
        && (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1
            || sigismember(&pending, SIGHUP) == 1);
}

/* The signal that ended the wait; 0: none did. */
static int wait_for(int64_t us)
{
    sigset_t set;
    const struct timespec patience = { us / WHEN_SECOND, us % WHEN_SECOND * 1000 };
    ours(&set);
    int number = sigtimedwait(&set, NULL, &patience);
    return number > 0 ? number : 0;
}

struct watch {
    int64_t held_at, swept_at;                  /* 0: not yet, or lost */
    int64_t due, pause;
    uint64_t seen;
};

/* The one who works; keeps it known. */
static bool holds(struct toil *toil, struct watch *watch)
{
    int64_t now = when_now(), renew = toil->app.set.worker_lease_seconds * WHEN_SECOND / 3;
    if (watch->held_at != 0 && now - watch->held_at < renew && now >= watch->held_at)
        return true;
    bool held = false;
    watch->held_at = toil_hold(toil, &held) && held ? now : 0;
    return watch->held_at != 0;
}

/* What there is to do, now. False: nothing can be done at present. */
static bool turn(struct toil *toil, struct watch *watch)
{
    if (!holds(toil, watch))
        return false;
    int64_t now = when_now();
    if (watch->swept_at == 0 || now - watch->swept_at >= SWEEP_EVERY || now < watch->swept_at) {
        toil_sweep(toil);
        watch->swept_at = now;
    }
    bool stirs = toil_stirs(toil, &watch->seen, &watch->due);
    if (!stirs && (watch->due == 0 || watch->due > now))
        return true;
    if (watch->due != 0 && watch->due <= now) {
        watch->seen = 0;                        /* what we did changes when the next one is due */
        if (toil_drain(toil, 0))
            return true;
        boot_close(&toil->app);                 /* perhaps the database went away: connect anew */
        watch->held_at = 0;
        return false;
    }
    return true;
}

int daemon_run(struct toil *toil, double poll_seconds, bool *again)
{
    struct watch watch = { .pause = WHEN_SECOND / 10 };
    int64_t poll = (int64_t)(poll_seconds * (double)WHEN_SECOND);
    int64_t longest = toil->app.set.worker_lease_seconds * WHEN_SECOND / 3;
    poll = poll < SHORTEST_PAUSE ? SHORTEST_PAUSE : poll;
    int number = 0;
    LOG(LOG_INFO, "worker_started", log_text("name", toil->name), log_text("queue", toil->queue));
    while (number != SIGTERM && number != SIGINT && number != SIGHUP) {
        if (turn(toil, &watch))
            watch.pause = poll;
        else                                    /* another works, or there is no database */
            watch.pause = watch.pause * 2 < longest ? watch.pause * 2 : longest;
        log_flush();
        number = wait_for(watch.pause);
        if (number == SIGUSR1)
            boot_log(&toil->app);
    }
    toil_let_go(toil);
    *again = number == SIGHUP;
    LOG(LOG_INFO, "worker_stopped", log_text("name", toil->name));
    log_flush();
    return 0;
}
