/* metrics.c — what all processes have counted, as Prometheus reads it. */
#include "metrics.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/gauges.h"
#include "base/meter.h"
#include "base/settings.h"
#include "base/when.h"
#include "http/admit.h"

enum { TEXT_MAX = 4 << 20 };
static const char TYPE[] = "text/plain; version=0.0.4; charset=utf-8";

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_fmt(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static unsigned long long of(const atomic_ullong *count)
{
    return atomic_load_explicit(count, memory_order_relaxed);
}

/* ---- histograms ---- */

static void histogram(struct buf *out, const char *name, const char *labels,
                      const struct meter_histogram *h)
{
    unsigned long long sum = 0;
    for (size_t i = 0; i < METER_BUCKETS; i++) {
        sum += of(&h->buckets[i]);
        if (i + 1 < METER_BUCKETS)
            buf_fmt(out, "%s_bucket{%s,le=\"%g\"} %llu\n", name, labels,
                    (double)meter_bounds[i] / 1e6, sum);
    }
    buf_fmt(out, "%s_bucket{%s,le=\"+Inf\"} %llu\n", name, labels, sum);
    buf_fmt(out, "%s_sum{%s} %.6f\n", name, labels, (double)of(&h->sum_us) / 1e6);
    buf_fmt(out, "%s_count{%s} %llu\n", name, labels, sum);
}

/* ---- requests ---- */

static bool is_used(const struct meters *m, size_t i)
{
    return i == METER_ROUTES - 1
        || atomic_load_explicit(&m->routes[i].state, memory_order_acquire) == 2;
}

static const char *pattern_of(const struct meters *m, size_t i)
{
    return i == METER_ROUTES - 1 ? "unmatched" : m->routes[i].pattern;
}

static const char *kind_of(int status)
{
    switch (status) {
    case 400: case 422: return "validation";
    case 401: return "auth";
    case 403: return "forbidden";
    case 404: return "not_found";
    case 409: case 412: return "conflict";
    case 413: case 429: return "limit";
    default:  return status >= 500 ? "internal" : NULL;
    }
}

static void put_statuses(struct buf *out, const struct meters *m)
{
    head(out, "larder_http_requests_total", "counter", "Requests by route and status");
    for (size_t i = 0; i < METER_ROUTES; i++)
        for (size_t s = 0; is_used(m, i) && s < METER_STATUSES; s++) {
            char status[12] = "other";
            if (s < METER_STATUSES - 1)
                snprintf(status, sizeof status, "%d", meter_statuses[s]);
            if (of(&m->routes[i].statuses[s]) > 0)
                buf_fmt(out, "larder_http_requests_total{method=\"%s\",route=\"%s\""
                        ",status=\"%s\"} %llu\n", m->routes[i].method, pattern_of(m, i), status,
                        of(&m->routes[i].statuses[s]));
        }
}

static void put_errors(struct buf *out, const struct meters *m)
{
    static const char *const KINDS[] = { "validation", "auth", "forbidden", "not_found", "conflict",
                                         "limit", "internal" };
    head(out, "larder_http_errors_total", "counter", "Refused and failed requests by kind");
    for (size_t i = 0; i < METER_ROUTES; i++)
        for (size_t k = 0; is_used(m, i) && k < COUNT(KINDS); k++) {
            unsigned long long n = 0;
            for (size_t s = 0; s < METER_STATUSES - 1; s++) {
                const char *kind = kind_of(meter_statuses[s]);
                if (kind != NULL && strcmp(kind, KINDS[k]) == 0)
                    n += of(&m->routes[i].statuses[s]);
            }
            if (n > 0)
                buf_fmt(out, "larder_http_errors_total{method=\"%s\",route=\"%s\""
                        ",kind=\"%s\"} %llu\n", m->routes[i].method, pattern_of(m, i), KINDS[k],
                        n);
        }
}

static bool was_asked(const struct meter_route *row)
{
    for (size_t i = 0; i < METER_BUCKETS; i++)
        if (of(&row->took.buckets[i]) > 0)
            return true;
    return false;
}

static void put_bytes(struct buf *out, const struct meters *m, const char *name, const char *help,
                      size_t offset)
{
    head(out, name, "counter", help);
    for (size_t i = 0; i < METER_ROUTES; i++)
        if (is_used(m, i) && was_asked(&m->routes[i]))
            buf_fmt(out, "%s{method=\"%s\",route=\"%s\"} %llu\n", name, m->routes[i].method,
                    pattern_of(m, i), of((const atomic_ullong *)(const void *)
                                         ((const char *)&m->routes[i] + offset)));
}

static void put_requests(struct buf *out, const struct meters *m)
{
    put_statuses(out, m);
    put_errors(out, m);
    head(out, "larder_http_request_duration_seconds", "histogram", "Time from accept to reply");
    for (size_t i = 0; i < METER_ROUTES; i++) {
        char labels[METER_PATTERN + 64];
        if (!is_used(m, i) || !was_asked(&m->routes[i]))
            continue;
        snprintf(labels, sizeof labels, "method=\"%s\",route=\"%s\"", m->routes[i].method,
                 pattern_of(m, i));
        histogram(out, "larder_http_request_duration_seconds", labels, &m->routes[i].took);
    }
    put_bytes(out, m, "larder_http_request_bytes_total", "Bytes of request bodies",
              offsetof(struct meter_route, bytes_in));
    put_bytes(out, m, "larder_http_response_bytes_total", "Bytes of reply bodies",
              offsetof(struct meter_route, bytes_out));
}

/* ---- the database, and single counts ---- */

static void put_queries(struct buf *out, const struct meters *m, const char *backend)
{
    static const char *const OPS[METER_OPS] = {
        "select", "insert", "update", "delete", "ddl", "tx" };
    static const char *const OUTCOMES[2] = { "ok", "error" };
    head(out, "larder_db_queries_total", "counter", "Statements by kind and outcome");
    for (size_t op = 0; op < METER_OPS; op++)
        for (size_t k = 0; k < 2; k++)
            buf_fmt(out, "larder_db_queries_total{backend=\"%s\",op=\"%s\",outcome=\"%s\"}"
                    " %llu\n", backend, OPS[op], OUTCOMES[k], of(&m->queries[op][k]));
    head(out, "larder_db_query_duration_seconds", "histogram",
         "Time of a statement until its last row was read; of tx, that of the commit");
    for (size_t op = 0; op < METER_OPS; op++) {
        char labels[64];
        snprintf(labels, sizeof labels, "backend=\"%s\",op=\"%s\"", backend, OPS[op]);
        histogram(out, "larder_db_query_duration_seconds", labels, &m->query_took[op]);
    }
}

static void put_counts(struct buf *out, const struct meters *m, const char *backend)
{
    static const struct { const char *name, *labels, *help; } ROWS[] = {
#define METER(symbol, name, labels, help) { name, labels, help },
#include "base/meters.def"
#undef METER
    };
    for (size_t i = 0; i < COUNT(ROWS); i++) {
        const char *dollar = strchr(ROWS[i].labels, '$');
        if (i == 0 || strcmp(ROWS[i].name, ROWS[i - 1].name) != 0)
            head(out, ROWS[i].name, "counter", ROWS[i].help);
        if (dollar == NULL)
            buf_fmt(out, "%s{%s} %llu\n", ROWS[i].name, ROWS[i].labels, of(&m->counts[i]));
        else
            buf_fmt(out, "%s{%.*s%s%s} %llu\n", ROWS[i].name, (int)(dollar - ROWS[i].labels),
                    ROWS[i].labels, backend, dollar + strlen("$backend"), of(&m->counts[i]));
    }
}

/* ---- gauges ---- */

/* Pages of resident memory, the second number of statm. */
static long resident(long long pid)
{
    char path[40];
    long size = 0, pages = 0;
    snprintf(path, sizeof path, "/proc/%lld/statm", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%ld %ld", &size, &pages) != 2)
        pages = 0;
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

enum process_gauge { WORKERS, IN_FLIGHT, RESIDENT, STARTED };

static double value_of(const struct meter_process *p, enum process_gauge which)
{
    switch (which) {
    case WORKERS:   return 1;
    case IN_FLIGHT: return (double)atomic_load(&p->in_flight);
    case RESIDENT:  return (double)resident(atomic_load(&p->pid));
    default:        return (double)p->started_at / 1e6;
    }
}

/* Summed over a program's living processes; of their starts, the first. */
static void put_processes(struct buf *out, const struct meters *m, enum process_gauge which,
                          const char *name, const char *help)
{
    head(out, name, "gauge", help);
    for (size_t i = 0; i < METER_PROCESSES; i++) {
        const struct meter_process *p = &m->processes[i];
        double sum = 0;
        bool is_first = meter_lives(p);
        for (size_t k = 0; k < i && is_first; k++)
            is_first = !meter_lives(&m->processes[k])
                    || strcmp(m->processes[k].program, p->program) != 0;
        for (size_t k = i; k < METER_PROCESSES && is_first; k++) {
            const struct meter_process *other = &m->processes[k];
            if (!meter_lives(other) || strcmp(other->program, p->program) != 0)
                continue;
            double value = value_of(other, which);
            sum = which == STARTED ? (sum == 0 || value < sum ? value : sum) : sum + value;
        }
        if (is_first)
            buf_fmt(out, "%s{program=\"%s\"} %.15g\n", name, p->program, sum);
    }
}

static void put_listeners(struct buf *out, const struct meters *m)
{
    static const char *const NAMES[METER_LISTENERS] = { "ws", "sse", "poll" };
    head(out, "larder_realtime_connections", "gauge", "Connections that wait for events");
    for (size_t i = 0; i < METER_LISTENERS; i++) {
        long long n = 0;
        for (size_t k = 0; k < METER_PROCESSES; k++)
            if (meter_lives(&m->processes[k]))
                n += atomic_load(&m->processes[k].listeners[i]);
        buf_fmt(out, "larder_realtime_connections{transport=\"%s\"} %lld\n", NAMES[i], n);
    }
}

static void gauge(struct buf *out, const char *name, const char *help, double value)
{
    head(out, name, "gauge", help);
    buf_fmt(out, "%s %.15g\n", name, value);
}

static void put_gauges(struct buf *out, const struct cx *cx, const struct gauges *g)
{
    const struct { const char *status; int64_t n; } JOBS[] = {
        { "pending", g->jobs.pending },     { "running", g->jobs.running },
        { "completed", g->jobs.completed }, { "failed", g->jobs.failed },
        { "retrying", g->jobs.retrying },   { "dead", g->jobs.dead },
    };
    int64_t oldest_us = g->outbox_oldest == 0 ? 0 : cx->now - g->outbox_oldest;
    head(out, "larder_jobs", "gauge", "Jobs by status");
    for (size_t i = 0; i < COUNT(JOBS); i++)
        buf_fmt(out, "larder_jobs{status=\"%s\"} %lld\n", JOBS[i].status, (long long)JOBS[i].n);
    gauge(out, "larder_outbox_pending", "Events that no reader has dispatched, at most 10000",
          (double)g->outbox_pending);
    gauge(out, "larder_outbox_oldest_seconds", "How long the oldest of them has waited",
          (double)oldest_us / 1e6);
    gauge(out, "larder_db_size_bytes", "Size of the database", (double)g->db_bytes);
    gauge(out, "larder_sqlite_wal_bytes", "Size of the write-ahead log", (double)g->wal_bytes);
}

/* ---- GET /metrics ---- */

/* A proxy that nobody trusts hides who asks: its own address is no reason to answer. */
static bool may_read(struct cx *cx, const struct request *request)
{
    const struct settings *set = cx->set;
    bool is_direct = set->trusted_proxies.n > 0
                  || str_absent(request_header(request, S("X-Forwarded-For")));
    for (size_t i = 0; i < set->metrics_allow.n && is_direct; i++)
        if (str_eq(set->metrics_allow.at[i], request->ip))
            return true;
    if (admit_by_secret(request, set->metrics_token))
        return true;
    return cx->who->kind == ACTOR_USER && cx->who->is_superadmin;
}

static bool metrics(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    const struct meters *m = cx->keep[KEEP_METERS];
    const char *backend = str_starts(cx->set->database_url, S("postgres")) ? "postgresql"
                                                                          : "sqlite";
    struct gauges gauges;
    struct buf out;
    if (!may_read(cx, reply->request) || m == NULL)
        return fail_detail(cx, E_NOT_FOUND, "Not Found");
    bool is_up = cx->db != NULL && gauges_read(cx, &gauges);
    fail_forget(cx);                    /* a database that is down is told as such */
    buf_init(&out, cx->mem, TEXT_MAX);
    head(&out, "larder_build_info", "gauge", "What is running");
    buf_fmt(&out, "larder_build_info{version=\"%.*s\",backend=\"%s\"} 1\n",
            STR_ARG(cx->set->app_version), backend);
    gauge(&out, "larder_db_up", "Whether the database answers", is_up);
    put_requests(&out, m);
    put_queries(&out, m, backend);
    put_counts(&out, m, backend);
    put_processes(&out, m, WORKERS, "larder_workers", "Processes that serve");
    put_processes(&out, m, IN_FLIGHT, "larder_http_requests_in_flight", "Requests in hand");
    put_listeners(&out, m);
    put_processes(&out, m, RESIDENT, "larder_process_resident_bytes", "Memory, shared pages too");
    put_processes(&out, m, STARTED, "larder_process_start_time_seconds", "Since when (Unix time)");
    if (is_up)
        put_gauges(&out, cx, &gauges);
    return !out.over ? reply_text(reply, TYPE, buf_text(&out)) : broken(cx, "too many metrics");
}

const struct route metrics_routes[] = {
    { GET, "/metrics", NEED_MAYBE, .run = metrics, .db = DB_IF_THERE,
      .title = "Counters of all processes, for Prometheus",
      .about = "For the addresses of metrics_allow (this machine), the bearer token metrics_token"
               " and superadmins; 404 for everybody else." },
    { 0 },
};
