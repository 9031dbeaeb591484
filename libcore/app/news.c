/* news.c — a few counts, cheap enough to be asked for again and again. */
#include "app/news.h"

#include "db/rows.h"
#include "jobs/queue.h"

static const struct sql NEWEST = SQL(
    "SELECT max(id) FROM audit_log WHERE account_id = :account");
static const struct sql NEWEST_OF_ALL = SQL("SELECT max(id) FROM audit_log WHERE id > 0");
static const struct sql SINCE = SQL(
    "SELECT count(*) FROM (SELECT 1 FROM audit_log WHERE account_id = :account AND id > :id"
    " LIMIT 1001) x");
static const struct sql SINCE_OF_ALL = SQL(
    "SELECT count(*) FROM (SELECT 1 FROM audit_log WHERE id > :id LIMIT 1001) x");
static const struct sql SESSIONS = SQL(
    "SELECT count(*) FROM (SELECT 1 FROM refresh_tokens WHERE account_id = :account"
    " AND is_revoked = :no AND expires_at > :now LIMIT 1001) x");

static bool ask(struct cx *cx, struct sql sql, struct binds binds, int64_t *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, sql, binds, &rows));
    *out = rows_step(&rows) ? rows_int(&rows, 0) : 0;
    if (*out > NEWS_MOST && sql.text != NEWEST.text && sql.text != NEWEST_OF_ALL.text)
        *out = NEWS_MOST;
    return rows_done(&rows);
}

static bool of_all(struct cx *cx, int64_t since, struct news *out)
{
    struct queue_counts jobs;
    TRY(ask(cx, NEWEST_OF_ALL, NO_BINDS, &out->newest));
    if (since >= 0)
        TRY(ask(cx, SINCE_OF_ALL, BIND(p_int("id", since)), &out->entries));
    TRY(queue_counts(cx, &jobs));
    out->jobs = jobs.pending + jobs.retrying;
    return true;
}

bool news_read(struct cx *cx, int64_t since, struct news *out)
{
    struct param account = p_text("account", cx->who->account_id);
    *out = (struct news){ .jobs = -1, .sessions = -1 };
    if (cx->who->is_superadmin)
        return of_all(cx, since, out);
    TRY(ask(cx, NEWEST, BIND(account), &out->newest));
    if (since >= 0)
        TRY(ask(cx, SINCE, BIND(account, p_int("id", since)), &out->entries));
    return ask(cx, SESSIONS, BIND(account, p_bool("no", false), p_time("now", cx->now)),
               &out->sessions);
}
