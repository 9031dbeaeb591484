/*
 * meter.h — counters, histograms and gauges of all processes of an installation, added up where
 * they are counted (capebase.md §9).
 *
 * One block   in memory that all processes share; a count is one relaxed atomic addition, so that
 *             nothing is lost with a process and whoever is asked knows the sum: no counters per
 *             process that would have to be folded. Only what is a state (in flight, memory) has a
 *             row per process, which counts as long as that process lives
 * Cost        no system call; without a mapping (cx->keep[KEEP_METERS] is NULL) nothing is counted
 * Labels      route patterns, never paths; no names, addresses or ids
 */
#ifndef BASE_METER_H
#define BASE_METER_H

#include <stdatomic.h>

#include "base/cx.h"

enum meter_kind {
#define METER(symbol, name, labels, help) symbol,
#include "base/meters.def"
#undef METER
    METER_KINDS
};
enum meter_op { METER_SELECT, METER_INSERT, METER_UPDATE, METER_DELETE, METER_DDL, METER_TX,
                METER_OPS };

enum { METER_BUCKETS = 14 };            /* the last: longer than all bounds */
extern const int64_t meter_bounds[METER_BUCKETS - 1];           /* microseconds */
struct meter_histogram { atomic_ullong buckets[METER_BUCKETS], sum_us; };

enum { METER_STATUSES = 28 };           /* the last: any other */
extern const int meter_statuses[METER_STATUSES - 1];

enum meter_listener { METER_WS, METER_SSE, METER_POLL, METER_LISTENERS };
enum { METER_ROUTES = 512, METER_PATTERN = 112, METER_PROCESSES = 160, METER_PROGRAM = 16 };
struct meter_route {
    atomic_uint state;                  /* 0 free, 1 being named, 2 named */
    char method[8], pattern[METER_PATTERN];
    atomic_ullong statuses[METER_STATUSES], bytes_in, bytes_out;
    struct meter_histogram took;
};
struct meter_process {
    atomic_llong pid;                   /* 0: free */
    int64_t started_at;                 /* microseconds */
    char program[METER_PROGRAM];
    atomic_llong in_flight;
    atomic_llong listeners[METER_LISTENERS];    /* connections that stay, by enum meter_listener */
};
struct meters {
    atomic_ullong counts[METER_KINDS];
    atomic_ullong queries[METER_OPS][2];        /* ok, failed */
    struct meter_histogram query_took[METER_OPS];
    struct meter_process processes[METER_PROCESSES];
    struct meter_route routes[METER_ROUTES];    /* the last: unmatched, and what found no room */
};

/* For a process that serves: maps, and takes a row for it. NULL: nothing is counted. */
struct meters *meter_open(struct arena *mem, struct str data_dir);
struct meter_process *meter_join(struct meters *meters, const char *program, int64_t now);
void meter_leave(struct meter_process *process);                /* NULL: it has none */
bool meter_lives(const struct meter_process *process);          /* while looking through them */

void meter_add(const struct cx *cx, enum meter_kind kind, uint64_t n);
void meter_query(const struct cx *cx, enum meter_op op, int64_t took_us, bool well);
/* pattern NULL: no route matched. */
void meter_request(const struct cx *cx, const char *method, const char *pattern, int status,
                   int64_t took_us, size_t bytes_in, size_t bytes_out);

#endif
