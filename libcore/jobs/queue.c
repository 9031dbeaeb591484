/* queue.c — puts jobs into the queue, hands them out, and notes what became of them. */
#include "jobs/queue.h"

#include "audit/change.h"
#include "base/ident.h"
#include "base/settings.h"
#include "base/utf8.h"
#include "base/when.h"
#include "db/rows.h"

enum { TRIES = 3, DELAY_SECONDS = 60, REASON_CHARACTERS = 5000 };
#define LONGEST_WAIT (365 * WHEN_DAY)

bool queue_add(struct cx *cx, const struct queue_job *job, struct str *id)
{
    struct str by = cx->who != NULL && cx->who->kind == ACTOR_USER ? cx->who->id : NO_STR;
    struct str account = str_absent(job->account_id) ? S(SYSTEM_ACCOUNT) : job->account_id;
    struct refusal refusal = { .kind = V_NONE };
    *id = ident_uuid(cx->mem, cx->now);
    cx->keep[KEEP_QUEUE] = cx->keep;        /* anything but NULL */
    TRY(change_insert(cx, &(struct change){
        .table = S("jobs"), .account_id = account, .refusal = &refusal,
        .new_values = BIND(
            p_text("id", *id), p_text("queue", str_of(job->queue != NULL ? job->queue : "default")),
            p_text("handler", str_of(job->handler)), p_text("payload", job->payload),
            p_text("status", S("pending")), p_int("priority", 0),
            job->run_at != 0 ? p_time("run_at", job->run_at) : p_null("run_at"),
            p_int("attempt_number", 0), p_int("max_retries", job->tries != 0 ? job->tries : TRIES),
            p_int("retry_delay_seconds",
                  job->delay_seconds != 0 ? job->delay_seconds : DELAY_SECONDS),
            p_time("created_at", cx->now), p_text("created_by", by),
            p_text("account_id", job->account_id), p_text("dedupe_key", job->dedupe_key)) }));
    if (refusal.kind == V_UNIQUE)
        return fail(cx, E_BUSY, NULL, "The same is being done already");
    return refusal.kind == V_NONE || broken(cx, "a job was refused");
}

bool queue_was_fed(struct cx *cx)
{
    bool fed = cx->keep[KEEP_QUEUE] != NULL;
    cx->keep[KEEP_QUEUE] = NULL;
    return fed;
}

/* --- taking ----------------------------------------------------------------------------------- */

/* One statement each, so that of two workers one gets the job: on SQLite under the writer lock, on
 * PostgreSQL past the rows that others are just taking. */
#define CLAIM "UPDATE jobs SET status = 'running', started_at = :now, locked_by = :holder," \
    " lease_until = :until WHERE id = "
#define CLAIMED " RETURNING id, handler, payload, account_id, locked_by AS holder," \
    " attempt_number, max_retries, retry_delay_seconds"
#define DUE "(SELECT id FROM jobs WHERE status IN ('pending', 'retrying')" \
    " AND (run_at IS NULL OR run_at <= :now) AND (:queue = '' OR queue = :queue)" \
    " ORDER BY priority, created_at, id LIMIT 1"
static const struct sql TAKE_SQLITE = SQL(CLAIM DUE ")" CLAIMED);
static const struct sql TAKE_POSTGRES = SQL(CLAIM DUE " FOR UPDATE SKIP LOCKED)" CLAIMED);
static const struct sql TAKE_ONE = SQL(
    CLAIM ":id AND status IN ('pending', 'retrying', 'failed')" CLAIMED);
static const struct col CLAIM_COLS[] = {
    COL(C_TEXT, queue_claim, id), COL(C_TEXT, queue_claim, handler),
    COL(C_TEXT, queue_claim, payload), COL(C_TEXT, queue_claim, account_id),
    COL(C_TEXT, queue_claim, holder), COL(C_INT, queue_claim, attempt_number),
    COL(C_INT, queue_claim, max_retries), COL(C_INT, queue_claim, retry_delay_seconds), { 0 },
};

/* Jobs are done for all accounts, and looked at by who may see all. */
#define ALL S("*")

static bool take(struct cx *cx, struct sql sql, struct binds binds, bool *found,
                 struct queue_claim *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct rows rows SCOPED(rows_close) = { 0 };
    db_scope(cx, ALL);
    TRY(tx_begin(cx, &tx));
    TRY(db_query(cx, sql, binds, &rows));
    *found = rows_next(&rows, CLAIM_COLS, out);
    TRY(rows_done(&rows));
    rows_close(&rows);
    return tx_commit(&tx);
}

bool queue_take(struct cx *cx, struct str holder, struct str queue, int64_t lease_us, bool *found,
                struct queue_claim *out)
{
    return take(cx, db_is_postgres(cx->db) ? TAKE_POSTGRES : TAKE_SQLITE,
                BIND(p_time("now", cx->now), p_text("holder", holder),
                     p_time("until", cx->now + lease_us),
                     p_text("queue", str_absent(queue) ? S("") : queue)), found, out);
}

bool queue_take_one(struct cx *cx, struct str holder, struct str id, int64_t lease_us, bool *found,
                    struct queue_claim *out)
{
    return take(cx, TAKE_ONE, BIND(p_time("now", cx->now), p_text("holder", holder),
                                   p_time("until", cx->now + lease_us), p_text("id", id)),
                found, out);
}

/* --- giving back ------------------------------------------------------------------------------ */

/* Conditional on who has it and at which attempt: a late finisher cannot overwrite a new run. */
#define OURS " WHERE id = :id AND status = 'running' AND locked_by = :holder" \
    " AND attempt_number = :attempt"
static const struct sql JOB_DONE = SQL(
    "UPDATE jobs SET status = 'completed', completed_at = :now, locked_by = NULL,"
    " lease_until = NULL" OURS);
static const struct sql JOB_AGAIN = SQL(
    "UPDATE jobs SET status = 'retrying', attempt_number = attempt_number + 1, failed_at = :now,"
    " error_message = :why, run_at = :run_at, locked_by = NULL, lease_until = NULL" OURS);
static const struct sql JOB_DEAD = SQL(
    "UPDATE jobs SET status = 'dead', attempt_number = attempt_number + 1, failed_at = :now,"
    " error_message = :why, locked_by = NULL, lease_until = NULL" OURS);

bool queue_done(struct cx *cx, const struct queue_claim *job)
{
    db_scope(cx, ALL);
    return db_exec(cx, JOB_DONE, BIND(p_time("now", cx->now), p_text("id", job->id),
                                      p_text("holder", job->holder),
                                      p_int("attempt", job->attempt_number)), NULL);
}

static int64_t wait_of(const struct queue_claim *job)
{
    int64_t wait = job->retry_delay_seconds;
    for (int64_t i = 0; i < job->attempt_number && wait < LONGEST_WAIT / WHEN_SECOND; i++)
        wait *= 2;
    return wait < LONGEST_WAIT / WHEN_SECOND ? wait * WHEN_SECOND : LONGEST_WAIT;
}

bool queue_failed(struct cx *cx, const struct queue_claim *job, struct str why)
{
    why = utf8_tidy(cx->mem, why, REASON_CHARACTERS);
    db_scope(cx, ALL);
    if (job->attempt_number + 1 >= job->max_retries)
        return db_exec(cx, JOB_DEAD, BIND(p_time("now", cx->now), p_text("why", why),
                                          p_text("id", job->id), p_text("holder", job->holder),
                                          p_int("attempt", job->attempt_number)), NULL);
    return db_exec(cx, JOB_AGAIN, BIND(p_time("now", cx->now), p_text("why", why),
                                       p_time("run_at", cx->now + wait_of(job)),
                                       p_text("id", job->id), p_text("holder", job->holder),
                                       p_int("attempt", job->attempt_number)), NULL);
}

/* --- looking after ---------------------------------------------------------------------------- */

static const struct sql NEXT_DUE = SQL(
    "SELECT MIN(COALESCE(run_at, created_at)) AS at FROM jobs"
    " WHERE status IN ('pending', 'retrying') AND (:queue = '' OR queue = :queue)");
struct due { int64_t at; };
static const struct col DUE_COLS[] = { COL(C_TIME, due, at), { 0 } };

bool queue_due(struct cx *cx, struct str queue, int64_t *at)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct due due = { 0 };
    db_scope(cx, ALL);
    TRY(db_query(cx, NEXT_DUE, BIND(p_text("queue", str_absent(queue) ? S("") : queue)), &rows));
    *at = rows_next(&rows, DUE_COLS, &due) ? due.at : 0;
    return rows_done(&rows);
}

bool queue_stirs(struct cx *cx, uint64_t *seen, bool *stirs)
{
    TRY(db_snapshot(cx));
    uint64_t version = db_data_version(cx);
    db_rest(cx->db);
    *stirs = version == 0 || version != *seen;
    *seen = version;
    return true;
}

/* It has waited for the whole lease already: no longer. */
static const struct sql STALE_DEAD = SQL(
    "UPDATE jobs SET status = 'dead', attempt_number = attempt_number + 1, failed_at = :now,"
    " error_message = :why, locked_by = NULL, lease_until = NULL"
    " WHERE status = 'running' AND lease_until <= :now AND attempt_number + 1 >= max_retries");
static const struct sql STALE_AGAIN = SQL(
    "UPDATE jobs SET status = 'pending', attempt_number = attempt_number + 1, failed_at = :now,"
    " error_message = :why, started_at = NULL, locked_by = NULL, lease_until = NULL"
    " WHERE status = 'running' AND lease_until <= :now");

bool queue_sweep(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct str why = str_fmt(cx->mem, "Job timed out after %llds",
                             (long long)cx->set->job_execution_timeout);
    struct binds binds = BIND(p_time("now", cx->now), p_text("why", why));
    db_scope(cx, ALL);
    TRY(tx_begin(cx, &tx));
    TRY(db_exec(cx, STALE_DEAD, binds, NULL));
    TRY(db_exec(cx, STALE_AGAIN, binds, NULL));
    return tx_commit(&tx);
}

static const struct sql PURGE_DONE = SQL(
    "DELETE FROM jobs WHERE status = 'completed' AND completed_at < :oldest");
static const struct sql PURGE_DEAD = SQL(
    "DELETE FROM jobs WHERE status = 'dead' AND failed_at < :oldest");

bool queue_purge(struct cx *cx)
{
    int64_t done = cx->now - cx->set->job_retention_days * WHEN_DAY;
    int64_t dead = cx->now - cx->set->dead_job_retention_days * WHEN_DAY;
    db_scope(cx, ALL);
    return db_exec(cx, PURGE_DONE, BIND(p_time("oldest", done)), NULL)
        && db_exec(cx, PURGE_DEAD, BIND(p_time("oldest", dead)), NULL);
}

static const struct sql STATE_OF = SQL("SELECT status, error_message FROM jobs WHERE id = :id");
static const struct col STATE_COLS[] = {
    COL(C_TEXT, queue_state, status), COL(C_TEXT, queue_state, error_message), { 0 },
};

bool queue_look(struct cx *cx, struct str id, bool *found, struct queue_state *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    db_scope(cx, ALL);
    TRY(db_query(cx, STATE_OF, BIND(p_text("id", id)), &rows));
    *found = rows_next(&rows, STATE_COLS, out);
    return rows_done(&rows);
}

bool queue_counts(struct cx *cx, struct queue_counts *out)
{
    struct count { struct str status; int64_t n; } row;
    static const struct sql COUNTS = SQL(
        "SELECT status, COUNT(*) AS n FROM jobs GROUP BY status");
    static const struct col COLS[] = { COL(C_TEXT, count, status), COL(C_INT, count, n), { 0 } };
    const struct { struct str status; int64_t *n; } NAMED[] = {
        { S("pending"), &out->pending },     { S("running"), &out->running },
        { S("completed"), &out->completed }, { S("failed"), &out->failed },
        { S("retrying"), &out->retrying },   { S("dead"), &out->dead },
    };
    struct rows rows SCOPED(rows_close) = { 0 };
    *out = (struct queue_counts){ 0 };
    db_scope(cx, ALL);
    TRY(db_query(cx, COUNTS, NO_BINDS, &rows));
    while (rows_next(&rows, COLS, &row))
        for (size_t i = 0; i < COUNT(NAMED); i++)
            if (str_eq(row.status, NAMED[i].status))
                *NAMED[i].n = row.n;
    return rows_done(&rows);
}

static const struct sql KEY_FREE = SQL(
    "UPDATE jobs SET dedupe_key = NULL WHERE dedupe_key = :key AND created_at < :since");
static const struct sql STATE_OF_KEY = SQL(
    "SELECT status, error_message FROM jobs WHERE dedupe_key = :key");

bool queue_keyed(struct cx *cx, struct str dedupe_key, int64_t since, bool *found,
                 struct queue_state *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    db_scope(cx, ALL);
    TRY(db_exec(cx, KEY_FREE, BIND(p_text("key", dedupe_key), p_time("since", since)), NULL));
    TRY(db_query(cx, STATE_OF_KEY, BIND(p_text("key", dedupe_key)), &rows));
    *found = rows_next(&rows, STATE_COLS, out);
    return rows_done(&rows);
}
