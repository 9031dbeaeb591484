/* meter.c — counts, in memory that all processes share. */
#include "base/meter.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/shared.h"

const int64_t meter_bounds[METER_BUCKETS - 1] = {
    1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000,
    10000000,
};
const int meter_statuses[METER_STATUSES - 1] = {
    101, 200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 400, 401, 403, 404, 405, 409, 412, 413,
    415, 416, 422, 426, 429, 500, 503, 507,
};

struct meters *meter_open(struct arena *mem, struct str data_dir)
{
    static const char *const NAMES =
#define METER(symbol, name, labels, help) name labels
#include "base/meters.def"
#undef METER
        ;
    uint64_t layout = str_hash(str_of(NAMES)) ^ sizeof(struct meters);
    return shared_open(mem, data_dir, "meters", sizeof(struct meters), layout);
}

/* ---- processes ---- */

static bool is_gone(long long pid)
{
    return kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

bool meter_lives(const struct meter_process *process)
{
    long long pid = atomic_load_explicit(&process->pid, memory_order_acquire);
    return pid != 0 && !is_gone(pid);
}

struct meter_process *meter_join(struct meters *meters, const char *program, int64_t now)
{
    for (size_t i = 0; meters != NULL && i < METER_PROCESSES; i++) {
        struct meter_process *process = &meters->processes[i];
        long long was = atomic_load(&process->pid), pid = getpid();
        if (was != 0 && was != pid && !is_gone(was))
            continue;
        if (!atomic_compare_exchange_strong(&process->pid, &was, pid))
            continue;
        process->started_at = now;
        snprintf(process->program, sizeof process->program, "%s", program);
        atomic_store(&process->in_flight, 0);
        for (size_t k = 0; k < METER_LISTENERS; k++)
            atomic_store(&process->listeners[k], 0);
        return process;
    }
    return NULL;
}

void meter_leave(struct meter_process *process)
{
    if (process != NULL)
        atomic_store(&process->pid, 0);
}

/* ---- counting ---- */

static void bump(atomic_ullong *count, uint64_t n)
{
    atomic_fetch_add_explicit(count, n, memory_order_relaxed);
}

static void observe(struct meter_histogram *histogram, int64_t us)
{
    size_t i = 0;
    while (i < METER_BUCKETS - 1 && us > meter_bounds[i])
        i++;
    bump(&histogram->buckets[i], 1);
    bump(&histogram->sum_us, us > 0 ? (uint64_t)us : 0);
}

static struct meters *meters_of(const struct cx *cx)
{
    return cx->keep == NULL ? NULL : cx->keep[KEEP_METERS];
}

void meter_add(const struct cx *cx, enum meter_kind kind, uint64_t n)
{
    struct meters *meters = meters_of(cx);
    if (meters != NULL)
        bump(&meters->counts[kind], n);
}

void meter_query(const struct cx *cx, enum meter_op op, int64_t took_us, bool well)
{
    struct meters *meters = meters_of(cx);
    if (meters == NULL)
        return;
    bump(&meters->queries[op][well ? 0 : 1], 1);
    observe(&meters->query_took[op], took_us);
}

/* A free row becomes the route's; rows are never given back. False: it is another's. Who names one
 * is waited for, so that no route gets two; not for ever, since it may have been killed. */
static bool is_row_of(struct meter_route *row, const char *method, const char *pattern)
{
    unsigned is_free = 0;
    for (int turns = 0; turns < 10000; turns++)
        if (atomic_load_explicit(&row->state, memory_order_acquire) != 1)
            break;
    if (atomic_load_explicit(&row->state, memory_order_acquire) == 0
        && atomic_compare_exchange_strong(&row->state, &is_free, 1)) {
        snprintf(row->method, sizeof row->method, "%s", method);
        snprintf(row->pattern, sizeof row->pattern, "%s", pattern);
        atomic_store_explicit(&row->state, 2, memory_order_release);
        return true;
    }
    return atomic_load_explicit(&row->state, memory_order_acquire) == 2
        && strcmp(row->pattern, pattern) == 0 && strcmp(row->method, method) == 0;
}

static struct meter_route *row_of(struct meters *meters, const char *method, const char *pattern)
{
    uint64_t hash = str_hash(str_of(pattern)) * 31 + (uint64_t)(unsigned char)method[0] * 7
                  + (uint64_t)(unsigned char)method[1];
    for (size_t i = 0; i < METER_ROUTES - 1 && strlen(pattern) < METER_PATTERN; i++) {
        struct meter_route *row = &meters->routes[(hash + i) % (METER_ROUTES - 1)];
        if (is_row_of(row, method, pattern))
            return row;
    }
    return &meters->routes[METER_ROUTES - 1];
}

void meter_request(const struct cx *cx, const char *method, const char *pattern, int status,
                   int64_t took_us, size_t bytes_in, size_t bytes_out)
{
    struct meters *meters = meters_of(cx);
    size_t i = 0;
    if (meters == NULL)
        return;
    struct meter_route *row = pattern == NULL ? &meters->routes[METER_ROUTES - 1]
                                              : row_of(meters, method, pattern);
    while (i < METER_STATUSES - 1 && meter_statuses[i] != status)
        i++;
    bump(&row->statuses[i], 1);
    bump(&row->bytes_in, bytes_in);
    bump(&row->bytes_out, bytes_out);
    observe(&row->took, took_us);
}
