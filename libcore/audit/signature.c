/* signature.c — puts spent signatures on the list of tokens that are good no more. */
#include "audit/signature.h"

#include "db/rows.h"

static const struct sql SPEND = SQL(
    "INSERT INTO token_blacklist (id, token_type, revoked_at, reason, expires_at)"
    " VALUES (:id, 'signature', :now, :request, :expires) ON CONFLICT (id) DO NOTHING");
static const struct sql SPENT_BY = SQL("SELECT reason FROM token_blacklist WHERE id = :id");
struct spent { struct str request_id; };
static const struct col SPENT_COLS[] = { COL(C_TEXT, spent, request_id), { 0 } };

bool signature_refused(struct cx *cx, const char *why)
{
    return fail(cx, E_INVALID, "Invalid signature", "%s", why);
}

static bool is_ours(struct cx *cx, const struct signature *signature, bool *ours)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct spent row;
    TRY(db_query(cx, SPENT_BY, BIND(p_text("id", signature->id)), &rows));
    *ours = rows_next(&rows, SPENT_COLS, &row) && str_eq(row.request_id, cx->request_id);
    return *ours || rows_done(&rows);
}

bool signature_spend(struct cx *cx, const struct signature *signature)
{
    int64_t spent = 0;
    bool ours = true;
    TRY(db_exec(cx, SPEND, BIND(p_text("id", signature->id), p_time("now", cx->now),
                                p_text("request", cx->request_id),
                                p_time("expires", signature->expires_at)), &spent));
    if (spent == 0)
        TRY(is_ours(cx, signature, &ours));
    return ours || signature_refused(cx, "This signature has been used");
}
