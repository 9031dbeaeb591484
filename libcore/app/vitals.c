/* vitals.c — asks each part how it is; one that fails to answer is a row, too. */
#include "app/vitals.h"

#include <limits.h>
#include <string.h>
#include <sys/statvfs.h>

#include "app/knownbugs.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/settings.h"
#include "base/when.h"
#include "config/configuration.h"
#include "crypto/seal.h"
#include "db/migrate.h"
#include "db/rows.h"
#include "events/outbox.h"
#include "jobs/lease.h"
#include "jobs/queue.h"
#include "view/phrase.h"

#define MEGABYTE INT64_C(1048576)
#define LONG_WAIT (10 * WHEN_MINUTE)
enum { MOST_PROGRAMS = 16 };

static struct vital *add(struct cx *cx, struct vitals *out, const char *section, const char *name)
{
    out->at = arena_more(cx->mem, out->at, out->n, sizeof *out->at);
    out->at[out->n] = (struct vital){ .section = section, .name = name };
    return &out->at[out->n++];
}

static struct vital *add_text(struct cx *cx, struct vitals *out, const char *section,
                              const char *name, struct str text)
{
    struct vital *row = add(cx, out, section, name);
    row->text = text;
    return row;
}

static struct vital *add_phrase(struct cx *cx, struct vitals *out, const char *section,
                                const char *name, const char *phrase)
{
    struct vital *row = add_text(cx, out, section, name, str_of(phrase));
    row->kind = VITALS_PHRASE;
    return row;
}

static struct vital *add_number(struct cx *cx, struct vitals *out, const char *section,
                                const char *name, enum vitals_kind kind, int64_t number)
{
    struct vital *row = add(cx, out, section, name);
    row->kind = kind;
    row->number = number;
    return row;
}

static void say(struct vital *row, enum vitals_level level, const char *words)
{
    row->level = level;
    row->words = words;
}

static void add_version(struct cx *cx, struct vitals *out, const char *section, const char *name,
                        enum knownbugs_part part, struct str version)
{
    struct knownbug bugs[KNOWNBUGS_MOST];
    size_t n = knownbugs_of(part, version, cx->now, sizeof(void *) * CHAR_BIT, bugs);
    struct vital *row = NULL;
    for (size_t i = 0; i == 0 || i < n; i++) {
        row = str_absent(version) ? add_phrase(cx, out, section, name, W("version unknown"))
                                  : add_text(cx, out, section, name, version);
        if (i < n)
            say(row, bugs[i].level, bugs[i].words);
    }
}

/* ---- the database ---- */

#define DATABASE W("Database")
static const struct sql SQLITE_VERSION = SQL("SELECT sqlite_version()");
static const struct sql POSTGRES_VERSION = SQL(
    "SELECT setting FROM pg_settings WHERE name = 'server_version'");

static bool add_engine(struct cx *cx, struct vitals *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    bool is_postgres = db_is_postgres(cx->db);
    struct str version = NO_STR;
    TRY(db_query(cx, is_postgres ? POSTGRES_VERSION : SQLITE_VERSION, NO_BINDS, &rows));
    if (rows_step(&rows))
        version = str_copy(cx->mem, rows_text(&rows, 0));
    TRY(rows_done(&rows));
    add_version(cx, out, DATABASE, is_postgres ? "PostgreSQL" : "SQLite",
                is_postgres ? KNOWNBUGS_POSTGRES : KNOWNBUGS_SQLITE, version);
    return true;
}

static bool add_size(struct cx *cx, struct vitals *out)
{
    struct db_size size;
    struct vital *row;
    TRY(db_size(cx, &size));
    add_number(cx, out, DATABASE, W("Size"), VITALS_BYTES, size.bytes);
    if (db_is_postgres(cx->db))
        return true;
    row = add_number(cx, out, DATABASE, W("Write-ahead log"), VITALS_BYTES, size.wal_bytes);
    if (size.wal_bytes > 256 * MEGABYTE)
        say(row, VITALS_NOTE, W("It grows while somebody reads for long: a backup, a long report."
                                " When it stays so, look for a program that hangs."));
    return true;
}

static bool add_schema(struct cx *cx, struct vitals *out)
{
    struct migration *list;
    struct vital *row;
    int64_t pending = 0;
    size_t n;
    TRY(migrate_list(cx, cx->set->schema_dir, &list, &n));
    for (size_t i = 0; i < n; i++)
        pending += list[i].applied_at == 0;
    row = add_text(cx, out, DATABASE, W("Schema"), n > 0 ? list[n - 1].name : S("-"));
    if (pending > 0)
        say(row, VITALS_WARNING, W("It is not the whole schema of these programs: run larder"
                                   " migrate."));
    return true;
}

static const struct sql NEWEST_CHECKPOINT = SQL(
    "SELECT created_at FROM audit_checkpoints ORDER BY number DESC LIMIT 1");

static bool add_checkpoint(struct cx *cx, struct vitals *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    int64_t at = 0;
    TRY(db_query(cx, NEWEST_CHECKPOINT, NO_BINDS, &rows));
    if (rows_step(&rows))
        at = rows_int(&rows, 0);
    TRY(rows_done(&rows));
    add_number(cx, out, DATABASE, W("Last signed checkpoint of the audit trail"), VITALS_TIME, at);
    return true;
}

/* ---- disk ---- */

#define DISK W("Disk")
static const struct sql STORED = SQL(
    "SELECT count(*), COALESCE(sum(size), 0) FROM files");

static void add_free(struct cx *cx, struct vitals *out, const char *name, struct str folder)
{
    struct statvfs disk;
    struct vital *row;
    if (statvfs(str_c(cx->mem, folder), &disk) != 0) {
        say(add_text(cx, out, DISK, name, folder), VITALS_WARNING, W("It cannot be looked at."));
        return;
    }
    int64_t unit = (int64_t)disk.f_frsize, left = (int64_t)disk.f_bavail * unit;
    int64_t whole = (int64_t)disk.f_blocks * unit;
    row = add_number(cx, out, DISK, name, VITALS_BYTES, left);
    if (left < 200 * MEGABYTE || left < whole / 50)
        say(row, VITALS_WARNING, W("Soon nothing can be written any more."));
    else if (left < whole / 10)
        say(row, VITALS_NOTE, W("Less than a tenth is free."));
}

static bool add_disk(struct cx *cx, struct vitals *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    add_free(cx, out, W("Free for the data directory"), cx->set->data_dir);
    TRY(db_query(cx, STORED, NO_BINDS, &rows));
    if (rows_step(&rows)) {
        add_number(cx, out, DISK, W("Files"), VITALS_COUNT, rows_int(&rows, 0));
        add_number(cx, out, DISK, W("Size of all files"), VITALS_BYTES, rows_int(&rows, 1));
    }
    return rows_done(&rows);
}

/* ---- work ---- */

#define WORK W("Work")
static const struct sql OLDEST_DUE = SQL(
    "SELECT min(COALESCE(run_at, created_at)) FROM jobs WHERE status IN ('pending', 'retrying')"
    " AND (run_at IS NULL OR run_at <= :now)");
static const struct sql LAST_DONE = SQL(
    "SELECT completed_at FROM jobs WHERE status = 'completed'"
    " ORDER BY priority DESC, created_at DESC LIMIT 1");

static bool ask_time(struct cx *cx, struct sql sql, struct binds binds, int64_t *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    *out = 0;
    TRY(db_query(cx, sql, binds, &rows));
    if (rows_step(&rows))
        *out = rows_int(&rows, 0);
    return rows_done(&rows);
}

static bool add_worker(struct cx *cx, struct vitals *out)
{
    int64_t oldest, done;
    struct vital *row;
    bool held;
    TRY(lease_is_held(cx, S(LEASE_WORKER), &held));
    TRY(ask_time(cx, OLDEST_DUE, BIND(p_time("now", cx->now)), &oldest));
    TRY(ask_time(cx, LAST_DONE, NO_BINDS, &done));
    row = add_phrase(cx, out, WORK, W("Worker"), held ? W("runs")
                     : cx->set->worker_slice ? W("started by requests") : W("does not run"));
    if (!held && !cx->set->worker_slice)
        say(row, VITALS_WARNING, W("Nobody does the jobs: mail is not sent, files are not swept."
                                   " Run bin/worker, or set WORKER_SLICE."));
    add_number(cx, out, WORK, W("Last job done"), VITALS_TIME, done);
    row = oldest == 0
        ? add_phrase(cx, out, WORK, W("Oldest job that is due"), W("none waits"))
        : add_number(cx, out, WORK, W("Oldest job that is due"), VITALS_TIME, oldest);
    if (oldest > 0 && cx->now - oldest > LONG_WAIT)
        say(row, VITALS_WARNING, W("It waits for more than ten minutes."));
    return true;
}

static bool add_queue(struct cx *cx, struct vitals *out)
{
    struct queue_counts jobs;
    struct vital *row;
    TRY(queue_counts(cx, &jobs));
    add_number(cx, out, WORK, W("Jobs that wait"), VITALS_COUNT, jobs.pending + jobs.retrying);
    add_number(cx, out, WORK, W("Jobs at work"), VITALS_COUNT, jobs.running);
    row = add_number(cx, out, WORK, W("Jobs given up"), VITALS_COUNT, jobs.dead + jobs.failed);
    if (row->number > 0)
        say(row, VITALS_NOTE, W("They failed again and again; their reasons are on the page of"
                                " jobs."));
    return true;
}

static bool add_outbox(struct cx *cx, struct vitals *out)
{
    int64_t waiting, oldest;
    struct vital *row;
    TRY(outbox_waiting(cx, &waiting, &oldest));
    row = add_number(cx, out, WORK, W("Events not passed on yet"), VITALS_COUNT, waiting);
    if (oldest > 0 && cx->now - oldest > LONG_WAIT)
        say(row, VITALS_NOTE, W("The oldest waits for more than ten minutes."));
    return true;
}

/* ---- mail ---- */

#define MAIL W("Mail")
static const struct sql LAST_MAIL = SQL(
    "SELECT status, sent_at FROM email_logs ORDER BY sent_at DESC LIMIT 1");

static bool add_mailer(struct cx *cx, struct vitals *out)
{
    struct configuration mailer;
    bool found;
    TRY(configuration_mailer(cx, S(SYSTEM_ACCOUNT), NO_STR, &found, &mailer));
    if (found)
        add_text(cx, out, MAIL, W("Sent by"), mailer.display_name);
    else
        say(add_phrase(cx, out, MAIL, W("Sent by"), W("nobody")), VITALS_WARNING,
            W("No mail provider is set up and enabled: no invitations, no reset of passwords."));
    return true;
}

static bool add_last_mail(struct cx *cx, struct vitals *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct vital *row;
    TRY(db_query(cx, LAST_MAIL, NO_BINDS, &rows));
    if (rows_step(&rows)) {
        row = add_number(cx, out, MAIL, W("Last mail"), VITALS_TIME, rows_int(&rows, 1));
        if (!str_eq(rows_text(&rows, 0), S("sent")))
            say(row, VITALS_WARNING, W("It could not be sent; the mail log says why."));
    }
    return rows_done(&rows);
}

/* ---- programs ---- */

#define PROGRAMS W("Programs")
struct running { char name[METER_PROGRAM]; int64_t count, since; };

static size_t count_programs(const struct meters *meters, struct running *list,
                             int64_t listeners[METER_LISTENERS])
{
    size_t n = 0;
    for (size_t i = 0; i < METER_PROCESSES; i++) {
        const struct meter_process *process = &meters->processes[i];
        size_t at = 0;
        if (!meter_lives(process))
            continue;
        while (at < n && strncmp(list[at].name, process->program, METER_PROGRAM) != 0)
            at++;
        if (at == n && n == MOST_PROGRAMS)
            continue;
        if (at == n) {
            list[n] = (struct running){ .since = process->started_at };
            memcpy(list[n++].name, process->program, METER_PROGRAM);
        }
        list[at].count++;
        if (process->started_at < list[at].since)
            list[at].since = process->started_at;
        for (size_t k = 0; k < METER_LISTENERS; k++)
            listeners[k] += atomic_load_explicit(&process->listeners[k], memory_order_relaxed);
    }
    return n;
}

static void add_programs(struct cx *cx, struct vitals *out)
{
    static const char *const KINDS[METER_LISTENERS] = {
        [METER_WS] = W("WebSocket connections"), [METER_SSE] = W("Event streams"),
        [METER_POLL] = W("Waiting polls") };
    const struct meters *meters = cx->keep == NULL ? NULL : cx->keep[KEEP_METERS];
    struct running list[MOST_PROGRAMS];
    int64_t listeners[METER_LISTENERS] = { 0 };
    size_t n = meters == NULL ? 0 : count_programs(meters, list, listeners);
    add_text(cx, out, PROGRAMS, W("Version"), cx->set->app_version);
    for (size_t i = 0; i < n; i++) {
        struct vital *row = add_number(cx, out, PROGRAMS, str_c(cx->mem, str_of(list[i].name)),
                                       VITALS_TIME, list[i].since);
        row->text = str_fmt(cx->mem, "%lld", (long long)list[i].count);
    }
    for (size_t k = 0; n > 0 && k < METER_LISTENERS; k++)
        add_number(cx, out, PROGRAMS, KINDS[k], VITALS_COUNT, listeners[k]);
}

/* ---- settings that are no good for long ---- */

#define CARE W("Settings")

static void add_settings(struct cx *cx, struct vitals *out)
{
    const struct settings *set = cx->set;
    if (settings_has_default_key(set))
        say(add_phrase(cx, out, CARE, W("Keys"), W("known to everybody")), VITALS_WARNING,
            W("Set SECRET_KEY, TOKEN_SECRET and ENCRYPTION_KEY to your own."));
    if (!settings_is_production(set))
        say(add_text(cx, out, CARE, "ENVIRONMENT", set->environment), VITALS_NOTE,
            W("Set it to production where other people's data is kept."));
    else if (str_starts_nocase(set->external_url, S("http://")))
        say(add_text(cx, out, CARE, "EXTERNAL_URL", set->external_url), VITALS_WARNING,
            W("Without https passwords and tokens can be read on their way."));
    if (!str_eq_nocase(set->durability, S("full")))
        say(add_text(cx, out, CARE, "DURABILITY", set->durability), VITALS_NOTE,
            W("A power cut may take back what was confirmed last."));
    if (!set->audit_logging_enabled)
        say(add_phrase(cx, out, CARE, "AUDIT_LOGGING_ENABLED", W("off")), VITALS_WARNING,
            W("What is changed leaves no trace."));
}

/* ---- all of it ---- */

/* What it could not say is a row. */
static void part(struct cx *cx, struct vitals *out, const char *section, bool well)
{
    if (well)
        return;
    say(add_phrase(cx, out, section, W("Not known"), W("could not be asked")), VITALS_WARNING,
        W("The log says why."));
    log_failure(cx);
    fail_forget(cx);
}

bool vitals_read(struct cx *cx, struct str server_software, struct vitals *out)
{
    *out = (struct vitals){ .n = 0 };
    if (!cx->who->is_superadmin)
        return fail_detail(cx, E_FORBIDDEN, "Superadmin access required");
    part(cx, out, DATABASE, add_engine(cx, out) && add_size(cx, out));
    part(cx, out, DATABASE, add_schema(cx, out));
    part(cx, out, DATABASE, add_checkpoint(cx, out));
    part(cx, out, DISK, add_disk(cx, out));
    part(cx, out, WORK, add_worker(cx, out) && add_queue(cx, out) && add_outbox(cx, out));
    part(cx, out, MAIL, add_mailer(cx, out));
    part(cx, out, MAIL, add_last_mail(cx, out));
    add_programs(cx, out);
    add_version(cx, out, PROGRAMS, "libsodium", KNOWNBUGS_SODIUM, str_of(seal_library()));
    add_version(cx, out, PROGRAMS, "libfcgi", KNOWNBUGS_FASTCGI, NO_STR);
    if (!str_absent(server_software) && server_software.n > 0)
        add_version(cx, out, PROGRAMS, W("Web server"), KNOWNBUGS_LIGHTTPD, server_software);
    add_settings(cx, out);
    for (size_t i = 0; i < out->n; i++) {
        out->notes += out->at[i].level == VITALS_NOTE;
        out->warnings += out->at[i].level == VITALS_WARNING;
    }
    return true;
}
