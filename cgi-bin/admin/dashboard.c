/* dashboard.c — the figures that superadmins see first (identity.md §19). */
#include "dashboard.h"

#include <math.h>

#include "auditlogs.h"
#include "app/overview.h"
#include "base/when.h"

struct point { struct str date; int64_t count; };
static const struct output POINT_OUT[] = {
    OUT(O_TEXT, point, date), OUT(O_INT, point, count), { 0 },
};
struct changes { struct str date; struct entries_day on; };
static const struct output CHANGES_OUT[] = {
    OUT(O_TEXT, changes, date), OUT_AS(O_INT, changes, on.create, "create"),
    OUT_AS(O_INT, changes, on.update, "update"), OUT_AS(O_INT, changes, on.delete, "delete"),
    { 0 },
};
struct series { struct out_list accounts_created, users_created, audit_by_operation; };
static const struct output SERIES_OUT[] = {
    OUT(O_LIST, series, accounts_created, .of = POINT_OUT),
    OUT(O_LIST, series, users_created, .of = POINT_OUT),
    OUT(O_LIST, series, audit_by_operation, .of = CHANGES_OUT), { 0 },
};
struct before { int64_t new_accounts, new_users; };
static const struct output BEFORE_OUT[] = {
    OUT(O_INT, before, new_accounts), OUT(O_INT, before, new_users), { 0 },
};

static const struct output PERSON_OUT[] = {
    OUT(O_TEXT, overview_person, id),           OUT(O_TEXT, overview_person, email),
    OUT(O_TEXT, overview_person, account_id),   OUT(O_TEXT, overview_person, account_code),
    OUT(O_TEXT, overview_person, account_name), OUT(O_TIME, overview_person, created_at),
    { 0 },
};
static const struct output RECORDS_OUT[] = {
    OUT(O_TEXT, catalogue_item, name), OUT_AS(O_INT, catalogue_item, record_count, "count"),
    { 0 },
};
struct health { struct str database_status; double storage_usage_mb; };
static const struct output HEALTH_OUT[] = {
    OUT(O_TEXT, health, database_status), OUT(O_REAL, health, storage_usage_mb), { 0 },
};
static const struct output JOBS_OUT[] = {
    OUT(O_INT, queue_counts, pending),   OUT(O_INT, queue_counts, running),
    OUT(O_INT, queue_counts, completed), OUT(O_INT, queue_counts, failed),
    OUT(O_INT, queue_counts, retrying),  OUT(O_INT, queue_counts, dead),
    { 0 },
};

/* Hooks, webhooks, workflows and endpoints have no tables yet: there are none of them. */
struct features {
    int64_t hooks, hooks_enabled, webhooks, webhooks_enabled, workflows, endpoints;
    int64_t macros, api_keys_active, invitations_pending;
};
static const struct output FEATURES_OUT[] = {
    OUT(O_INT, features, hooks),     OUT(O_INT, features, hooks_enabled),
    OUT(O_INT, features, webhooks),  OUT(O_INT, features, webhooks_enabled),
    OUT(O_INT, features, workflows), OUT(O_INT, features, endpoints),
    OUT(O_INT, features, macros),    OUT(O_INT, features, api_keys_active),
    OUT(O_INT, features, invitations_pending), { 0 },
};
struct executions { int64_t success, failed, partial; };
static const struct output EXECUTIONS_OUT[] = {
    OUT(O_INT, executions, success), OUT(O_INT, executions, failed),
    OUT(O_INT, executions, partial), { 0 },
};
struct deliveries { int64_t delivered, failed, pending, retrying; };
static const struct output DELIVERIES_OUT[] = {
    OUT(O_INT, deliveries, delivered), OUT(O_INT, deliveries, failed),
    OUT(O_INT, deliveries, pending), OUT(O_INT, deliveries, retrying), { 0 },
};

struct stats {
    struct overview is;
    struct str range;
    struct before previous_period;
    struct series time_series;
    struct out_list recent_registrations, records_by_collection, recent_audit_logs;
    struct health system_health;
    struct features feature_counts;
    struct executions hook_executions_summary;
    struct deliveries webhook_deliveries_summary;
};
#define OUT_IS(type, member, ...) OUT_AS(type, stats, is.member, __VA_ARGS__)
static const struct output STATS_OUT[] = {
    OUT_IS(O_INT, accounts.total, "total_accounts"),
    OUT_IS(O_INT, users.total, "total_users"),
    OUT_IS(O_INT, collections.total, "total_collections"),
    OUT_IS(O_INT, records, "total_records"),
    OUT_IS(O_INT, accounts.recent, "new_accounts_7d", .about = "in the range, whatever it is"),
    OUT_IS(O_INT, users.recent, "new_users_7d", .about = "in the range, whatever it is"),
    OUT(O_TEXT, stats, range),
    OUT(O_OBJECT, stats, previous_period, .of = BEFORE_OUT),
    OUT(O_OBJECT, stats, time_series, .of = SERIES_OUT),
    OUT(O_LIST, stats, recent_registrations, .of = PERSON_OUT),
    OUT(O_OBJECT, stats, system_health, .of = HEALTH_OUT),
    OUT_IS(O_INT, active_sessions, "active_sessions"),
    OUT_IS(O_INT, public_collections, "public_collections_count"),
    OUT(O_LIST, stats, records_by_collection, .of = RECORDS_OUT),
    OUT(O_OBJECT, stats, feature_counts, .of = FEATURES_OUT),
    OUT_IS(O_OBJECT, jobs, "jobs_by_status", .of = JOBS_OUT),
    OUT(O_OBJECT, stats, hook_executions_summary, .of = EXECUTIONS_OUT),
    OUT(O_OBJECT, stats, webhook_deliveries_summary, .of = DELIVERIES_OUT),
    OUT(O_LIST, stats, recent_audit_logs, .of = auditlogs_row),
    { 0 },
};

static struct str date_of(struct cx *cx, int64_t day)
{
    struct buf text;
    buf_init(&text, cx->mem, 64);
    when_record(&text, day);
    return str_sub(buf_text(&text), 0, 10);
}

static void put_series(struct cx *cx, struct stats *out, size_t days)
{
    struct point *accounts = arena_list(cx->mem, struct point, days);
    struct point *users = arena_list(cx->mem, struct point, days);
    struct changes *changes = arena_list(cx->mem, struct changes, days);
    for (size_t i = 0; i < days; i++) {
        struct str date = date_of(cx, out->is.first_day + (int64_t)i * WHEN_DAY);
        accounts[i] = (struct point){ date, out->is.accounts.per_day[i] };
        users[i] = (struct point){ date, out->is.users.per_day[i] };
        changes[i] = (struct changes){ date, out->is.changes[i] };
    }
    out->time_series = (struct series){ { accounts, days, sizeof *accounts },
                                        { users, days, sizeof *users },
                                        { changes, days, sizeof *changes } };
}

struct stats_in { struct str range; };
static const struct input STATS_IN[] = {
    IN(QUERY, T_TEXT, stats_in, range, .one_of = "7d|30d|90d", .literal = true,
       .about = "7d when left out"),
    { 0 },
};

static bool stats(struct cx *cx, const void *input, struct reply *reply)
{
    const struct stats_in *in = input;
    struct str range = str_absent(in->range) ? S("7d") : in->range;
    size_t days = str_eq(range, S("7d")) ? 7 : str_eq(range, S("30d")) ? 30 : 90;
    struct stats *out = arena_make(cx->mem, struct stats);
    struct overview *is = &out->is;
    TRY(overview_read(cx, days, is));
    out->range = range;
    out->previous_period = (struct before){ is->accounts.previous, is->users.previous };
    put_series(cx, out, days);
    out->recent_registrations = (struct out_list){ is->people, is->people_n, sizeof *is->people };
    out->records_by_collection = (struct out_list){ is->collections.items, is->collections.n,
                                                    sizeof *is->collections.items };
    out->recent_audit_logs = (struct out_list){ is->latest.at, is->latest.n,
                                                sizeof *is->latest.at };
    out->system_health = (struct health){
        S("connected"), round((double)is->storage_bytes / 1048576 * 100) / 100 };
    out->feature_counts = (struct features){ .macros = is->macros,
                                             .api_keys_active = is->api_keys_active,
                                             .invitations_pending = is->invitations_pending };
    return reply_with(reply, STATS_OUT, out);
}

const struct route dashboard_routes[] = {
    { GET, "/api/v1/dashboard/stats", .need = NEED_SUPERADMIN, INPUT(STATS_IN, stats_in),
      .output = STATS_OUT, .run = stats, .title = "Show the place at a glance",
      .about = "Counts over all accounts; growth, series and summaries over the range." },
    { 0 },
};
