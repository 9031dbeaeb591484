/* sessionlist.c — reads the live refresh tokens of a person: one for each session. */
#include "identity/sessionlist.h"

#include "db/rows.h"

static const struct sql LIVE = SQL(
    "SELECT family_id, ip_address, user_agent, created_at, expires_at FROM refresh_tokens"
    " WHERE account_id = :account AND user_id = :user AND is_revoked = :no AND expires_at > :now"
    " ORDER BY created_at DESC, id LIMIT 50");
static const struct col LIVE_COLS[] = {
    COL(C_TEXT, sessionlist_item, id),         COL(C_TEXT, sessionlist_item, ip_address),
    COL(C_TEXT, sessionlist_item, user_agent), COL(C_TIME, sessionlist_item, created_at),
    COL(C_TIME, sessionlist_item, expires_at), { 0 },
};

bool sessionlist_read(struct cx *cx, struct str account_id, struct str user_id,
                      struct sessionlist *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct sessionlist_item item;
    *out = (struct sessionlist){ 0 };
    TRY(db_query(cx, LIVE, BIND(p_text("account", account_id), p_text("user", user_id),
                                p_bool("no", false), p_time("now", cx->now)), &rows));
    while (rows_next(&rows, LIVE_COLS, &item)) {
        out->at = arena_more(cx->mem, out->at, out->n, sizeof item);
        out->at[out->n++] = item;
    }
    return rows_done(&rows);
}
