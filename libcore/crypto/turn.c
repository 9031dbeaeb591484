/* turn.c — a counting lock between processes: one byte of a file for each turn there is. */
#include "crypto/turn.h"

#include <unistd.h>

#include "base/settings.h"
#include "base/slots.h"
#include "crypto/password.h"

/* As many as half the processors, and as fit into the memory there is for all of them. */
static off_t turns(const struct settings *set)
{
    int64_t cores = sysconf(_SC_NPROCESSORS_ONLN) / 2;
    int64_t each = set->argon2_memory_kib;
    int64_t fit = each > 0 ? set->password_memory_mb * 1024 / each : cores;
    int64_t n = cores < fit ? cores : fit;
    return n < 1 ? 1 : (off_t)n;
}

/* A hash made elsewhere may need more memory than ours: then it takes several turns, or all. */
static off_t weight(const struct settings *set, int64_t memory_kib)
{
    int64_t each = set->argon2_memory_kib > 0 ? set->argon2_memory_kib : memory_kib;
    return each <= 0 || memory_kib <= each ? 1 : (off_t)((memory_kib + each - 1) / each);
}

void turn_take_for(struct cx *cx, struct turn *turn, int64_t memory_kib)
{
    *turn = (struct turn){ .fd = -1 };
    if (cx->set == NULL || cx->set->data_dir.n == 0)
        return;
    const char *path = str_fmt(cx->mem, "%.*s/password.lock", STR_ARG(cx->set->data_dir)).p;
    turn->fd = slots_open(path);
    turn->taken = turn->fd >= 0;
    if (!turn->taken)
        return;
    off_t all = turns(cx->set), need = weight(cx->set, memory_kib);
    need = need < all ? need : all;
    for (off_t i = 0; i + need <= all; i++)
        if (slots_try(turn->fd, i, need))
            return;
    slots_wait(turn->fd, getpid() % (all - need + 1), need);
}

void turn_take(struct cx *cx, struct turn *turn)
{
    turn_take_for(cx, turn, 0);
}

bool turn_hash(struct cx *cx, struct str password, struct str *phc)
{
    struct turn turn SCOPED(turn_end) = { .fd = -1 };
    turn_take(cx, &turn);
    return password_hash(cx, password, phc);
}

void turn_end(struct turn *turn)
{
    if (turn->taken)
        close(turn->fd);
    turn->taken = false;
}
