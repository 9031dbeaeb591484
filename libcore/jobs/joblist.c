/* joblist.c — reads the queue for people, and lets them step in. */
#include "jobs/joblist.h"

#include "audit/change.h"
#include "db/rows.h"

/* Of one state an index finds them, by when they were put in; of all, their ids tell as much. */
#define OF_KIND " AND (:handler = '' OR handler = :handler)"
#define OF_STATE " FROM jobs WHERE status = :status" OF_KIND
#define OF_ANY " FROM jobs WHERE :status = ''" OF_KIND
#define JOB "SELECT id, queue, handler, status, error_message, created_by, account_id, locked_by," \
    " attempt_number, max_retries, run_at, created_at, started_at, completed_at, failed_at," \
    " lease_until"
#define SLICE " LIMIT :limit OFFSET :skip"
#define TOTAL_OF(which) SQL("SELECT count(*) FROM (SELECT 1" which " LIMIT 10001) x")
static const struct sql PAGE = SQL(JOB OF_ANY " ORDER BY id DESC" SLICE);
static const struct sql PAGE_OF_STATE = SQL(
    JOB OF_STATE " ORDER BY priority DESC, created_at DESC" SLICE);
static const struct sql TOTAL = TOTAL_OF(OF_ANY);
static const struct sql TOTAL_OF_STATE = TOTAL_OF(OF_STATE);
static const struct sql BY_ID = SQL(JOB " FROM jobs WHERE id = :id");
static const struct sql HANDLERS = SQL(
    "SELECT DISTINCT handler FROM (SELECT handler FROM jobs ORDER BY id DESC LIMIT 1000) x"
    " ORDER BY handler");
static const struct col COLS[] = {
    COL(C_TEXT, joblist_job, id),           COL(C_TEXT, joblist_job, queue),
    COL(C_TEXT, joblist_job, handler),      COL(C_TEXT, joblist_job, status),
    COL(C_TEXT, joblist_job, error_message), COL(C_TEXT, joblist_job, created_by),
    COL(C_TEXT, joblist_job, account_id),   COL(C_TEXT, joblist_job, locked_by),
    COL(C_INT, joblist_job, attempt_number), COL(C_INT, joblist_job, max_retries),
    COL(C_TIME, joblist_job, run_at),       COL(C_TIME, joblist_job, created_at),
    COL(C_TIME, joblist_job, started_at),   COL(C_TIME, joblist_job, completed_at),
    COL(C_TIME, joblist_job, failed_at),    COL(C_TIME, joblist_job, lease_until), { 0 },
};

static bool superadmins_only(struct cx *cx)
{
    return cx->who->is_superadmin || fail_detail(cx, E_FORBIDDEN, "Superadmin access required");
}

static struct str or_any(struct str text)
{
    return str_absent(text) ? S("") : text;
}

static bool has_state(const struct joblist_query *query)
{
    return or_any(query->status).n > 0;
}

static bool count(struct cx *cx, const struct joblist_query *query, struct joblist_page *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, has_state(query) ? TOTAL_OF_STATE : TOTAL,
                 BIND(p_text("status", or_any(query->status)),
                      p_text("handler", or_any(query->handler))), &rows));
    out->total = rows_step(&rows) ? rows_int(&rows, 0) : 0;
    out->is_more = out->total > JOBLIST_COUNTED;
    out->total -= out->is_more;
    return rows_done(&rows);
}

bool joblist_read(struct cx *cx, const struct joblist_query *query, struct joblist_page *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct joblist_job job;
    *out = (struct joblist_page){ .n = 0 };
    TRY(superadmins_only(cx));
    TRY(count(cx, query, out));
    TRY(db_query(cx, has_state(query) ? PAGE_OF_STATE : PAGE,
                 BIND(p_text("status", or_any(query->status)),
                      p_text("handler", or_any(query->handler)), p_int("limit", query->limit),
                      p_int("skip", query->skip)), &rows));
    while (rows_next(&rows, COLS, &job)) {
        out->at = arena_more(cx->mem, out->at, out->n, sizeof *out->at);
        out->at[out->n++] = job;
    }
    return rows_done(&rows);
}

bool joblist_find(struct cx *cx, struct str id, struct joblist_job *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(superadmins_only(cx));
    TRY(db_query(cx, BY_ID, BIND(p_text("id", id)), &rows));
    if (rows_next(&rows, COLS, out))
        return true;
    TRY(rows_done(&rows));
    return fail_detail(cx, E_NOT_FOUND, "Job not found");
}

bool joblist_handlers(struct cx *cx, struct str **out, size_t *n)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    *out = NULL;
    *n = 0;
    TRY(superadmins_only(cx));
    TRY(db_query(cx, HANDLERS, NO_BINDS, &rows));
    while (rows_step(&rows)) {
        *out = arena_more(cx->mem, *out, *n, sizeof **out);
        (*out)[(*n)++] = str_copy(cx->mem, rows_text(&rows, 0));
    }
    return rows_done(&rows);
}

/* ---- stepping in ---- */

static bool is(const struct joblist_job *job, const char *status)
{
    return str_eq(job->status, str_of(status));
}

bool joblist_may_retry(const struct joblist_job *job)
{
    return is(job, "failed") || is(job, "dead") || is(job, "retrying");
}

bool joblist_may_cancel(const struct joblist_job *job)
{
    return is(job, "pending") || is(job, "retrying");
}

/* Unless it is no longer what it was: a worker may have taken it. */
static bool change(struct cx *cx, const struct joblist_job *job, struct binds values)
{
    struct str account = str_absent(job->account_id) ? S(SYSTEM_ACCOUNT) : job->account_id;
    return change_update(cx, &(struct change){
        .table = S("jobs"), .account_id = account, .record_id = job->id, .is_told = true,
        .key = BIND(p_text("id", job->id), p_text("status", job->status)),
        .new_values = values });
}

static bool is_none(struct cx *cx, const struct joblist_job *job, const char *what)
{
    return fail_detail(cx, E_CONFLICT, "A job that is %.*s cannot be %s", STR_ARG(job->status),
                       what);
}

bool joblist_retry(struct cx *cx, struct str id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct joblist_job job;
    TRY(tx_begin(cx, &tx));
    TRY(joblist_find(cx, id, &job));
    if (!joblist_may_retry(&job))
        return is_none(cx, &job, "tried anew");
    TRY(change(cx, &job, BIND(p_text("status", S("pending")), p_int("attempt_number", 0),
                              p_null("run_at"), p_null("failed_at"), p_null("error_message"))));
    cx->keep[KEEP_QUEUE] = cx->keep;        /* anything but NULL: queue_was_fed */
    return tx_commit(&tx);
}

bool joblist_cancel(struct cx *cx, struct str id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct joblist_job job;
    TRY(tx_begin(cx, &tx));
    TRY(joblist_find(cx, id, &job));
    if (!joblist_may_cancel(&job))
        return is_none(cx, &job, "called off");
    TRY(change(cx, &job, BIND(
        p_text("status", S("dead")), p_time("failed_at", cx->now), p_null("dedupe_key"),
        p_text("error_message", str_fmt(cx->mem, "Called off by %.*s",
                                        STR_ARG(cx->who->email))))));
    return tx_commit(&tx);
}
