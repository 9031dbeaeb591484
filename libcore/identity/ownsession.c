/* ownsession.c — lists and ends the sessions of one person. */
#include "identity/ownsession.h"

#include "base/ident.h"
#include "db/rows.h"
#include "db/tx.h"
#include "identity/session.h"

#define LIVE_SESSIONS \
    "SELECT family_id AS id, created_at AS renewed_at, expires_at, ip_address AS ip, user_agent" \
    " FROM refresh_tokens WHERE account_id = :account AND user_id = :user" \
    " AND is_revoked = :no AND expires_at > :now"
static const struct sql SESSIONS_OF_USER = SQL(
    LIVE_SESSIONS " ORDER BY created_at DESC, id LIMIT 100");
static const struct sql SESSION_OF_USER = SQL(LIVE_SESSIONS " AND family_id = :family");
static const struct sql OTHERS_OF_USER = SQL(LIVE_SESSIONS " AND family_id <> :family");
static const struct col SESSION_COLS[] = {
    COL(C_TEXT, ownsession, id),         COL(C_TIME, ownsession, renewed_at),
    COL(C_TIME, ownsession, expires_at), COL(C_TEXT, ownsession, ip),
    COL(C_TEXT, ownsession, user_agent), { 0 },
};

static bool read_list(struct cx *cx, struct sql sql, struct binds keys, struct ownsession_list *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct ownsession row = { .id = NO_STR };
    *out = (struct ownsession_list){ NULL, 0 };
    TRY(db_query(cx, sql, keys, &rows));
    while (rows_next(&rows, SESSION_COLS, &row)) {
        row.began_at = ident_time(row.id);
        out->at = arena_more(cx->mem, out->at, out->n, sizeof *out->at);
        out->at[out->n++] = row;
    }
    return rows_done(&rows);
}

bool ownsession_list(struct cx *cx, struct str account_id, struct str user_id,
                     struct ownsession_list *out)
{
    return read_list(cx, SESSIONS_OF_USER,
                     BIND(p_text("account", account_id), p_text("user", user_id),
                          p_bool("no", false), p_time("now", cx->now)), out);
}

static bool end_those(struct cx *cx, struct sql sql, struct str account_id, struct str user_id,
                      struct str family, size_t *n)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct ownsession_list list;
    TRY(tx_begin(cx, &tx));
    TRY(read_list(cx, sql, BIND(p_text("account", account_id), p_text("user", user_id),
                                p_bool("no", false), p_time("now", cx->now),
                                p_text("family", family)), &list));
    for (size_t i = 0; i < list.n; i++)
        TRY(session_end_family(cx, account_id, list.at[i].id));
    *n = list.n;
    return tx_commit(&tx);
}

bool ownsession_end(struct cx *cx, struct str account_id, struct str user_id, struct str id)
{
    size_t n;
    TRY(end_those(cx, SESSION_OF_USER, account_id, user_id, id, &n));
    return n > 0 || fail(cx, E_NOT_FOUND, "Not found", "Session not found");
}

bool ownsession_end_others(struct cx *cx, struct str account_id, struct str user_id, struct str id)
{
    size_t n;
    return end_those(cx, OTHERS_OF_USER, account_id, user_id, str_absent(id) ? S("") : id, &n);
}
