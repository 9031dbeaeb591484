/* housekeeping.c — deletes what has expired. */
#include "app/housekeeping.h"

#include "audit/change.h"
#include "base/when.h"
#include "db/rows.h"
#include "events/eventkeep.h"
#include "files/filesweep.h"
#include "jobs/lease.h"
#include "jobs/queue.h"

enum { AT_ONCE = 500 };
#define REPLIES_KEPT WHEN_DAY

/* Without history (audit/trail.c). */
static const struct sql SESSIONS = SQL("DELETE FROM refresh_tokens WHERE expires_at < :oldest");
static const struct sql BLACKLIST = SQL("DELETE FROM token_blacklist WHERE expires_at < :oldest");
static const struct sql REPLIES = SQL("DELETE FROM idempotency_keys WHERE created_at < :oldest");

static const struct sql VERIFICATIONS = SQL(
    "SELECT account_id, id FROM email_verification_tokens WHERE expires_at < :oldest LIMIT 500");
static const struct sql RESETS = SQL(
    "SELECT account_id, id FROM password_reset_tokens WHERE expires_at < :oldest LIMIT 500");
struct expired { struct str account_id, id; };
static const struct col EXPIRED_COLS[] = {
    COL(C_TEXT, expired, account_id), COL(C_TEXT, expired, id), { 0 },
};

static bool list(struct cx *cx, struct sql sql, struct expired *found, size_t *n)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    *n = 0;
    TRY(db_query(cx, sql, BIND(p_time("oldest", cx->now)), &rows));
    while (*n < AT_ONCE && rows_next(&rows, EXPIRED_COLS, &found[*n]))
        (*n)++;
    return rows_done(&rows);
}

/* So many in a transaction, that nobody waits long for it. */
static bool links(struct cx *cx, struct str table, struct sql sql)
{
    struct expired *found = arena_list(cx->mem, struct expired, AT_ONCE);
    size_t n = AT_ONCE;
    while (n == AT_ONCE) {
        struct tx tx SCOPED(tx_end) = { 0 };
        TRY(tx_begin(cx, &tx));
        TRY(list(cx, sql, found, &n));
        for (size_t i = 0; i < n; i++)
            TRY(change_delete(cx, &(struct change){
                .table = table, .account_id = found[i].account_id, .record_id = found[i].id,
                .key = BIND(p_text("account_id", found[i].account_id),
                            p_text("id", found[i].id)) }));
        TRY(tx_commit(&tx));
    }
    return true;
}

/* A lease that nobody gives back, each time under another name: whoever gets it has the day. */
static bool take_turn(struct cx *cx, struct str what, struct str name, int64_t us, bool *ours)
{
    struct str once = str_fmt(cx->mem, "%.*s@%lld", STR_ARG(name), (long long)cx->now);
    return lease_take(cx, what, once, us, ours);
}

bool housekeeping_hourly(struct cx *cx, struct str name)
{
    bool ours = false;
    TRY(take_turn(cx, S("housekeeping_events"), name, 60 * WHEN_MINUTE, &ours));
    return !ours || eventkeep_hourly(cx);
}

bool housekeeping_daily(struct cx *cx, struct str name)
{
    bool ours = false;
    TRY(take_turn(cx, S("housekeeping"), name, WHEN_DAY, &ours));
    if (!ours)
        return true;
    db_scope(cx, S("*"));
    return db_exec(cx, SESSIONS, BIND(p_time("oldest", cx->now)), NULL)
        && db_exec(cx, BLACKLIST, BIND(p_time("oldest", cx->now)), NULL)
        && db_exec(cx, REPLIES, BIND(p_time("oldest", cx->now - REPLIES_KEPT)), NULL)
        && links(cx, S("email_verification_tokens"), VERIFICATIONS)
        && links(cx, S("password_reset_tokens"), RESETS)
        && queue_purge(cx)
        && filesweep_queue(cx);
}
