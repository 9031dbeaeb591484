/* session.c — opens, rotates and ends sessions. */
#include "identity/session.h"

#include "audit/change.h"
#include "base/ident.h"
#include "base/js.h"
#include "base/meter.h"
#include "base/settings.h"
#include "base/utf8.h"
#include "base/when.h"
#include "crypto/jwt.h"
#include "crypto/mac.h"
#include "db/rows.h"

enum { AGENT_CHARACTERS = 500, ADDRESS_CHARACTERS = 45, CLAIMS_MAX = 8192 };

struct refresh {
    struct str id, account_id, user_id, family_id, token_hash;
    int64_t expires_at, rotated_at;
    bool is_revoked;
};
#define REFRESH_COLUMNS \
    "SELECT id, account_id, user_id, family_id, token_hash, expires_at, rotated_at, is_revoked" \
    " FROM refresh_tokens WHERE account_id = :account"
static const struct sql REFRESH_BY_ID = SQL(REFRESH_COLUMNS " AND id = :id");
static const struct sql LIVE_OF_FAMILY = SQL(
    REFRESH_COLUMNS " AND family_id = :family AND is_revoked = :no");
static const struct sql LIVE_OF_USER = SQL(
    REFRESH_COLUMNS " AND user_id = :user AND is_revoked = :no");
static const struct sql BLACKLISTED = SQL(
    "SELECT id FROM token_blacklist WHERE id = :token OR id = :session");
static const struct col REFRESH_COLS[] = {
    COL(C_TEXT, refresh, id),         COL(C_TEXT, refresh, account_id),
    COL(C_TEXT, refresh, user_id),    COL(C_TEXT, refresh, family_id),
    COL(C_TEXT, refresh, token_hash), COL(C_TIME, refresh, expires_at),
    COL(C_TIME, refresh, rotated_at), COL(C_BOOL, refresh, is_revoked), { 0 },
};

static bool refused(struct cx *cx)
{
    meter_add(cx, METER_REFRESH_FAILED, 1);
    return fail(cx, E_UNAUTHENTICATED, "Authentication failed", "Invalid or expired refresh token");
}

/* ---- opening ---- */

static void begin_claims(struct js *js, struct buf *out, struct cx *cx, const struct user *user,
                         int64_t seconds)
{
    int64_t now = cx->now / WHEN_SECOND;
    buf_init(out, cx->mem, CLAIMS_MAX);
    js_init(js, out);
    js_object(js, NULL);
    js_text(js, "iss", S("snackbase"));
    js_text(js, "sub", user->id);
    js_int(js, "iat", now);
    js_int(js, "exp", now + seconds);
}

static bool sign(struct cx *cx, struct js *js, const struct buf *claims, struct str *token)
{
    js_end(js);
    if (!js_done(js) || claims->over)
        return broken(cx, "the claims of a token do not fit");
    *token = jwt_sign(cx->mem, cx->set->secret_key, buf_text(claims));
    return true;
}

static bool sign_access(struct cx *cx, const struct user *user, struct session *out)
{
    struct buf claims;
    struct js js;
    out->expires_in = cx->set->access_token_expire_minutes * 60;
    begin_claims(&js, &claims, cx, user, out->expires_in);
    js_text(&js, "user_id", user->id);
    js_text(&js, "account_id", user->account_id);
    js_text(&js, "email", user->email);
    js_text(&js, "role", user->role);
    js_text(&js, "type", S("access"));
    js_text(&js, "jti", ident_uuid(cx->mem, cx->now));
    js_text(&js, "sid", out->id);
    return sign(cx, &js, &claims, &out->access_token);
}

static bool sign_refresh(struct cx *cx, const struct user *user, struct str id, struct session *out)
{
    struct buf claims;
    struct js js;
    begin_claims(&js, &claims, cx, user, cx->set->refresh_token_expire_days * 86400);
    js_text(&js, "jti", id);
    js_text(&js, "user_id", user->id);
    js_text(&js, "account_id", user->account_id);
    js_text(&js, "type", S("refresh"));
    return sign(cx, &js, &claims, &out->refresh_token);
}

/* Both tokens for the family out->id, and the row of the refresh token. */
static bool issue(struct cx *cx, const struct user *user, struct session *out)
{
    struct str id = ident_uuid(cx->mem, cx->now);
    struct str ip = cx->who != NULL ? cx->who->ip : NO_STR;
    struct str agent = cx->who != NULL ? cx->who->user_agent : NO_STR;
    int64_t expires = cx->now + cx->set->refresh_token_expire_days * WHEN_DAY;
    TRY(sign_access(cx, user, out));
    TRY(sign_refresh(cx, user, id, out));
    return change_insert(cx, &(struct change){
        .table = S("refresh_tokens"), .account_id = user->account_id,
        .new_values = BIND(
            p_text("id", id), p_text("account_id", user->account_id), p_text("user_id", user->id),
            p_text("family_id", out->id),
            p_text("token_hash", mac_sha256_hex(cx->mem, out->refresh_token)),
            p_time("expires_at", expires), p_bool("is_revoked", false), p_null("rotated_at"),
            p_text("ip_address", utf8_tidy(cx->mem, ip, ADDRESS_CHARACTERS)),
            p_text("user_agent", utf8_tidy(cx->mem, agent, AGENT_CHARACTERS)),
            p_time("created_at", cx->now)) });
}

bool session_open(struct cx *cx, const struct user *user, struct session *out)
{
    *out = (struct session){ .id = ident_uuid(cx->mem, cx->now) };
    return issue(cx, user, out);
}

/* A session's id is the id of its first moment. */
bool session_renew(struct cx *cx, bool *lives, struct str *access_token)
{
    const struct actor *who = cx->who;
    const struct user user = { .id = who->id, .account_id = cx_home(cx), .email = who->email,
                               .role = who->role };
    struct session session = { .id = who->session_id };
    int64_t began = ident_time(who->session_id);
    *lives = began > 0
          && cx->now - began < cx->set->refresh_token_expire_days * WHEN_DAY;
    if (*lives)
        TRY(sign_access(cx, &user, &session));
    *access_token = session.access_token;
    return true;
}

/* ---- ending ---- */

/* A row that is still live; *done: this call is the one that revoked it. */
static bool revoke_row(struct cx *cx, const struct refresh *row, bool rotated, bool *done)
{
    struct param how[] = { p_bool("is_revoked", true), p_time("rotated_at", cx->now) };
    struct param was[] = { p_bool("is_revoked", false), p_null("rotated_at") };
    size_t n = rotated ? 2 : 1;
    *done = change_update(cx, &(struct change){
        .table = S("refresh_tokens"), .account_id = row->account_id, .record_id = row->id,
        .key = BIND(p_text("account_id", row->account_id), p_text("id", row->id),
                    p_bool("is_revoked", false)),
        .old_values = { was, n }, .new_values = { how, n } });
    if (!*done && cx->err.kind == E_NOT_FOUND)      /* somebody else was first */
        fail_forget(cx);
    return cx->err.kind == E_NONE;
}

bool session_blacklist(struct cx *cx, struct str account_id, struct str id, const char *type,
                       const char *reason, int64_t expires_at)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct refusal refusal = { .kind = V_NONE };
    bool revoked;
    TRY(session_is_revoked(cx, id, NO_STR, &revoked));
    if (revoked)
        return true;
    TRY(tx_begin(cx, &tx));             /* so that losing a race for the row undoes nothing else */
    TRY(change_insert(cx, &(struct change){
        .table = S("token_blacklist"), .account_id = account_id, .refusal = &refusal,
        .new_values = BIND(p_text("id", id), p_text("token_type", str_of(type)),
                           p_time("revoked_at", cx->now), p_text("reason", str_of(reason)),
                           expires_at != 0 ? p_time("expires_at", expires_at)
                                            : p_null("expires_at")) }));
    if (refusal.kind == V_UNIQUE)
        return true;
    return refusal.kind == V_NONE ? tx_commit(&tx) : broken(cx, "the blacklist refused a row");
}

/* For as long as any of its tokens can live: one may be on its way out while the session ends. */
static bool blacklist_session(struct cx *cx, struct str account_id, struct str family_id)
{
    int64_t until = cx->now + cx->set->access_token_expire_minutes * WHEN_MINUTE
                  + cx->set->refresh_token_expire_days * WHEN_DAY;
    return session_blacklist(cx, account_id, family_id, "session", "Session ended", until);
}

static bool revoke_rows(struct cx *cx, struct sql sql, struct binds keys)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct refresh *list = NULL;
    size_t n = 0;
    bool done;
    struct refresh row;
    TRY(db_query(cx, sql, keys, &rows));
    while (rows_next(&rows, REFRESH_COLS, &row)) {
        list = arena_more(cx->mem, list, n, sizeof *list);
        list[n++] = row;
    }
    TRY(rows_done(&rows));
    rows_close(&rows);
    for (size_t i = 0; i < n; i++) {
        TRY(revoke_row(cx, &list[i], false, &done));
        TRY(blacklist_session(cx, list[i].account_id, list[i].family_id));
    }
    return true;
}

bool session_end_family(struct cx *cx, struct str account_id, struct str family_id)
{
    TRY(revoke_rows(cx, LIVE_OF_FAMILY, BIND(p_text("account", account_id),
                                             p_text("family", family_id), p_bool("no", false))));
    TRY(blacklist_session(cx, account_id, family_id));
    return db_bump_identities(cx);
}

bool session_end_all(struct cx *cx, struct str account_id, struct str user_id)
{
    TRY(revoke_rows(cx, LIVE_OF_USER, BIND(p_text("account", account_id), p_text("user", user_id),
                                           p_bool("no", false))));
    return db_bump_identities(cx);
}

/* ---- refresh tokens that come back ---- */

/* What a refresh token says of itself once its signature holds. False with no failure: nothing. */
static bool read_refresh(struct cx *cx, struct str token, struct refresh *out)
{
    struct jv claims;
    if (!jwt_verify(cx, cx->set->secret_key, token, &claims))
        return false;
    struct jv expires = jv_get(claims, S("exp"));
    out->id = jv_text(jv_get(claims, S("jti")));
    out->account_id = jv_text(jv_get(claims, S("account_id")));
    out->user_id = jv_text(jv_get(claims, S("user_id")));
    return str_eq(jv_text(jv_get(claims, S("type"))), S("refresh"))
        && str_eq(jv_text(jv_get(claims, S("iss"))), S("snackbase"))
        && expires.kind == JV_INT && jv_int(expires) > cx->now / WHEN_SECOND
        && ident_is_uuid(out->id) && ident_is_uuid(out->account_id) && ident_is_uuid(out->user_id);
}

/* The row of a token that was issued, whatever became of it. */
static bool find_refresh(struct cx *cx, struct str token, bool *found, struct refresh *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct refresh claimed = { .id = NO_STR };
    *found = false;
    if (!read_refresh(cx, token, &claimed)) {
        fail_forget(cx);
        return true;
    }
    db_scope(cx, claimed.account_id);
    TRY(db_query(cx, REFRESH_BY_ID, BIND(p_text("account", claimed.account_id),
                                         p_text("id", claimed.id)), &rows));
    if (!rows_next(&rows, REFRESH_COLS, out))
        return rows_done(&rows);
    *found = mac_equal(out->token_hash, mac_sha256_hex(cx->mem, token))
          && str_eq(out->user_id, claimed.user_id) && out->expires_at > cx->now;
    return true;
}

/* A token that was good once: an accident shortly after its rotation, a theft later on. */
static bool meet_reuse(struct cx *cx, struct tx *tx, const struct refresh *row)
{
    int64_t grace = cx->set->session_reuse_grace_seconds * WHEN_SECOND;
    if (row->rotated_at != 0 && cx->now - row->rotated_at > grace) {
        TRY(session_end_family(cx, row->account_id, row->family_id));
        TRY(tx_commit(tx));
    }
    return refused(cx);
}

bool session_rotate(struct cx *cx, struct str refresh_token, struct session *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct refresh row;
    struct user user;
    bool found, rotated, revoked;
    TRY(tx_begin(cx, &tx));
    TRY(find_refresh(cx, refresh_token, &found, &row));
    if (!found)
        return refused(cx);
    if (row.is_revoked)
        return meet_reuse(cx, &tx, &row);
    TRY(session_is_revoked(cx, row.id, row.family_id, &revoked));
    TRY(user_by_id(cx, row.account_id, row.user_id, &found, &user));
    if (revoked || !found || !user.is_active || str_absent(user.role))
        return refused(cx);
    TRY(revoke_row(cx, &row, true, &rotated));
    if (!rotated)
        return refused(cx);
    *out = (struct session){ .id = row.family_id };
    TRY(issue(cx, &user, out));
    meter_add(cx, METER_REFRESH, 1);
    return tx_commit(&tx);
}

static bool end_access(struct cx *cx, const struct actor *who)
{
    if (!str_absent(who->session_id))
        TRY(session_end_family(cx, who->account_id, who->session_id));
    if (!str_absent(who->token_id))
        TRY(session_blacklist(cx, who->account_id, who->token_id, "access", "Logged out",
                              who->token_expires_at));
    return db_bump_identities(cx);
}

bool session_end(struct cx *cx, struct str refresh_token, bool all, struct session_owner *ended)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    const struct actor *who = cx->who;
    bool signed_in = who->kind == ACTOR_USER
                  && (!str_absent(who->session_id) || !str_absent(who->token_id));
    bool found = false;
    struct refresh row;
    *ended = (struct session_owner){ NO_STR, NO_STR };
    TRY(tx_begin(cx, &tx));
    if (signed_in) {
        TRY(end_access(cx, who));
        *ended = (struct session_owner){ who->account_id, who->id };
    }
    if (!str_absent(refresh_token))
        TRY(find_refresh(cx, refresh_token, &found, &row));
    if (found) {
        TRY(session_end_family(cx, row.account_id, row.family_id));
        if (!signed_in)
            *ended = (struct session_owner){ row.account_id, row.user_id };
    }
    if (signed_in && found)
        db_scope(cx, who->is_superadmin ? S("*") : who->account_id);
    if (all && !str_absent(ended->user_id))
        TRY(session_end_all(cx, ended->account_id, ended->user_id));
    return tx_commit(&tx);
}

bool session_is_revoked(struct cx *cx, struct str token_id, struct str session_id, bool *revoked)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct refresh row;
    static const struct col ID_COLS[] = { COL(C_TEXT, refresh, id), { 0 } };
    TRY(db_query(cx, BLACKLISTED, BIND(p_text("token", token_id), p_text("session", session_id)),
                 &rows));
    *revoked = rows_next(&rows, ID_COLS, &row);
    return *revoked || rows_done(&rows);
}
