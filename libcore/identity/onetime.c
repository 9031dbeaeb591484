/* onetime.c — makes, finds and spends the tokens of mailed links. */
#include "identity/onetime.h"

#include "audit/change.h"
#include "base/ident.h"
#include "base/random.h"
#include "base/url.h"
#include "base/when.h"
#include "config/configuration.h"
#include "crypto/mac.h"
#include "db/rows.h"

enum { TOKEN_BYTES = 32, TOKEN_CHARACTERS = 43, TRIES = 5, LINK_MAX = 4096 };
#define LIFETIME (60 * WHEN_MINUTE)

/* Both tables have the same columns. */
#define ONETIME_COLUMNS "SELECT id, account_id, user_id, email, expires_at FROM "
#define ALIVE " WHERE token_hash = :hash AND used_at IS NULL AND expires_at > :now"
#define FOR_ADDRESS " WHERE account_id = :account AND user_id = :user AND email = :email"
#define UNUSED_OF " WHERE account_id = :account AND user_id = :user AND used_at IS NULL"
static const struct {
    struct str table;
    struct sql by_hash, for_address, unused_of;
} KINDS[] = {
    [ONETIME_VERIFICATION] = { S_INIT("email_verification_tokens"),
        SQL(ONETIME_COLUMNS "email_verification_tokens" ALIVE),
        SQL(ONETIME_COLUMNS "email_verification_tokens" FOR_ADDRESS),
        SQL(ONETIME_COLUMNS "email_verification_tokens" UNUSED_OF) },
    [ONETIME_RESET] = { S_INIT("password_reset_tokens"),
        SQL(ONETIME_COLUMNS "password_reset_tokens" ALIVE),
        SQL(ONETIME_COLUMNS "password_reset_tokens" FOR_ADDRESS),
        SQL(ONETIME_COLUMNS "password_reset_tokens" UNUSED_OF) },
};
static const struct col ONETIME_COLS[] = {
    COL(C_TEXT, onetime, id),    COL(C_TEXT, onetime, account_id), COL(C_TEXT, onetime, user_id),
    COL(C_TEXT, onetime, email), COL(C_TIME, onetime, expires_at), { 0 },
};

static bool delete_row(struct cx *cx, enum onetime_use use, const struct onetime *row)
{
    bool done = change_delete(cx, &(struct change){
        .table = KINDS[use].table, .account_id = row->account_id, .record_id = row->id,
        .key = BIND(p_text("account_id", row->account_id), p_text("id", row->id)) });
    if (!done && cx->err.kind == E_NOT_FOUND)       /* so somebody else has */
        fail_forget(cx);
    return cx->err.kind == E_NONE;
}

static bool delete_rows(struct cx *cx, enum onetime_use use, struct sql sql, struct binds keys)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct onetime *list = NULL;
    size_t n = 0;
    struct onetime row;
    TRY(db_query(cx, sql, keys, &rows));
    while (rows_next(&rows, ONETIME_COLS, &row)) {
        list = arena_more(cx->mem, list, n, sizeof *list);
        list[n++] = row;
    }
    TRY(rows_done(&rows));
    rows_close(&rows);
    for (size_t i = 0; i < n; i++)
        TRY(delete_row(cx, use, &list[i]));
    return true;
}

bool onetime_drop(struct cx *cx, enum onetime_use use, const struct user *user)
{
    return delete_rows(cx, use, KINDS[use].unused_of,
                       BIND(p_text("account", user->account_id), p_text("user", user->id)));
}

/* ---- issuing ---- */

static bool insert(struct cx *cx, enum onetime_use use, const struct onetime *row, struct str hash,
                   struct refusal *refusal)
{
    return change_insert(cx, &(struct change){
        .table = KINDS[use].table, .account_id = row->account_id, .refusal = refusal,
        .new_values = BIND(
            p_text("id", row->id), p_text("account_id", row->account_id),
            p_text("user_id", row->user_id), p_text("email", row->email),
            p_text("token_hash", hash), p_time("expires_at", row->expires_at),
            p_null("used_at"), p_time("created_at", cx->now)) });
}

/* *again: another request put its own in between. */
static bool try_issue(struct cx *cx, enum onetime_use use, const struct user *user,
                      struct str email, struct str token, bool *again)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct refusal refusal = { .kind = V_NONE };
    struct onetime row = { .id = ident_uuid(cx->mem, cx->now), .account_id = user->account_id,
                           .user_id = user->id, .email = email, .expires_at = cx->now + LIFETIME };
    TRY(tx_begin(cx, &tx));
    TRY(delete_rows(cx, use, KINDS[use].for_address,
                    BIND(p_text("account", user->account_id), p_text("user", user->id),
                         p_text("email", email))));
    TRY(insert(cx, use, &row, mac_sha256_hex(cx->mem, token), &refusal));
    *again = refusal.kind == V_UNIQUE;
    if (refusal.kind == V_NONE)
        return tx_commit(&tx);
    return *again || broken(cx, "%s refused a row", KINDS[use].table.p);
}

bool onetime_issue(struct cx *cx, enum onetime_use use, const struct user *user, struct str email,
                   struct str *token, int64_t *expires_at)
{
    bool again = true;
    *token = random_token(cx->mem, TOKEN_BYTES);
    *expires_at = cx->now + LIFETIME;
    for (int i = 0; again && i < TRIES; i++)
        TRY(try_issue(cx, use, user, email, *token, &again));
    return !again || fail(cx, E_BUSY, NULL, "Too many links are asked for at once");
}

/* ---- redeeming ---- */

bool onetime_look(struct cx *cx, enum onetime_use use, struct str token, bool *found,
                  struct onetime *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    *found = false;
    if (token.n != TOKEN_CHARACTERS)
        return true;
    db_scope(cx, S("*"));               /* whose it is, only the row knows */
    TRY(db_query(cx, KINDS[use].by_hash, BIND(p_text("hash", mac_sha256_hex(cx->mem, token)),
                                              p_time("now", cx->now)), &rows));
    *found = rows_next(&rows, ONETIME_COLS, out);
    if (!*found)
        return rows_done(&rows);
    db_scope(cx, out->account_id);
    return true;
}

bool onetime_spend(struct cx *cx, enum onetime_use use, const struct onetime *row, bool *won)
{
    *won = change_update(cx, &(struct change){
        .table = KINDS[use].table, .account_id = row->account_id, .record_id = row->id,
        .key = BIND(p_text("account_id", row->account_id), p_text("id", row->id),
                    p_null("used_at")),
        .new_values = BIND(p_time("used_at", cx->now)) });
    if (!*won && cx->err.kind == E_NOT_FOUND)       /* somebody else was first */
        fail_forget(cx);
    return cx->err.kind == E_NONE;
}

/* ---- what mails say ---- */

bool onetime_link(struct cx *cx, struct str account_id, const char *page, struct str token,
                  struct str *link)
{
    struct configuration_product product;
    struct buf out;
    TRY(configuration_product(cx, account_id, &product));
    buf_init(&out, cx->mem, LINK_MAX);
    buf_fmt(&out, "%.*s/%s?token=", STR_ARG(product.app_url), page);
    url_part(&out, token);
    *link = buf_text(&out);
    return !out.over || broken(cx, "a link does not fit into a mail");
}

struct str onetime_end(struct cx *cx, int64_t expires_at)
{
    struct buf out;
    buf_init(&out, cx->mem, 64);
    when_naive(&out, expires_at - expires_at % WHEN_SECOND);
    struct str date = buf_text(&out), day, time = date;
    if (!str_cut(&time, 'T', &day))
        return date;
    return str_fmt(cx->mem, "%.*s %.*s UTC", STR_ARG(day), STR_ARG(time));
}
