/* idempotent.c — claims a key by inserting its row, and keeps the sealed reply in it. */
#include "http/idempotent.h"

#include "base/base64.h"
#include "base/settings.h"
#include "base/when.h"
#include "crypto/mac.h"
#include "crypto/seal.h"
#include "db/rows.h"

#define KEY_MAX 255
#define KEPT_FOR WHEN_DAY
static const char PURPOSE[] = "reply";

static const struct sql KEY_FORGET = SQL(
    "DELETE FROM idempotency_keys WHERE account_id = :account AND user_id = :user"
    " AND key_hash = :key AND created_at < :oldest");
static const struct sql KEY_CLAIM = SQL(
    "INSERT INTO idempotency_keys (account_id, user_id, key_hash, request_hash, status, created_at)"
    " VALUES (:account, :user, :key, :request, 0, :now)"
    " ON CONFLICT (account_id, user_id, key_hash) DO NOTHING");
static const struct sql KEY_READ = SQL(
    "SELECT request_hash, status, content_type, body FROM idempotency_keys"
    " WHERE account_id = :account AND user_id = :user AND key_hash = :key");
static const struct sql KEY_DROP = SQL(
    "DELETE FROM idempotency_keys"
    " WHERE account_id = :account AND user_id = :user AND key_hash = :key");
static const struct sql KEY_STORE = SQL(
    "UPDATE idempotency_keys SET status = :status, content_type = :type, body = :body"
    " WHERE account_id = :account AND user_id = :user AND key_hash = :key");

struct stored { struct str request_hash; int64_t status; struct str content_type, body; };
static const struct col STORED_COLS[] = {
    COL(C_TEXT, stored, request_hash), COL(C_INT, stored, status),
    COL(C_TEXT, stored, content_type), COL(C_BLOB, stored, body), { 0 },
};

/* Types a stored reply can have; the reply holds a C string that outlives the row. */
static const char *type_of(struct arena *mem, struct str stored)
{
    return str_absent(stored) ? NULL : str_c(mem, stored);
}

bool idempotent_applies(const struct request *r)
{
    return r->method == POST && !str_absent(r->idempotency_key);
}

static struct str key_hash(struct cx *cx, const struct request *r)
{
    return mac_sha256_hex(cx->mem, r->idempotency_key);
}

/* Path, query and body: the parts are kept apart by their lengths. Keyed, since a hash alone would
 * let whoever reads the table try what a short secret in a body may have been. */
static struct str request_hash(struct cx *cx, const struct request *r)
{
    unsigned char mac[MAC_BYTES];
    struct buf b;
    buf_init(&b, cx->mem, SIZE_MAX);
    buf_fmt(&b, "%zu %zu %zu ", r->path.n, r->query.n, r->body.n);
    buf_str(&b, r->path);
    buf_str(&b, r->query);
    buf_str(&b, r->body);
    mac_hmac(cx->set->encryption_key, buf_text(&b), mac);
    return base64_hex(cx->mem, (struct str){ (const char *)mac, sizeof mac });
}

static bool repeat(struct cx *cx, const struct request *r, struct reply *reply)
{
    struct stored stored = { .status = 0 };
    struct rows rows SCOPED(rows_close) = { 0 };
    struct str body;
    TRY(db_query(cx, KEY_READ, BIND(p_text("account", cx->who->account_id),
                                    p_text("user", cx->who->id), p_text("key", key_hash(cx, r))),
                 &rows));
    if (!rows_next(&rows, STORED_COLS, &stored)) {
        TRY(rows_done(&rows));
        return fail(cx, E_BUSY, NULL, "Another request with this Idempotency-Key is at work");
    }
    if (!str_eq(stored.request_hash, request_hash(cx, r)))
        return fail(cx, E_UNPROCESSABLE, "Validation error",
                    "This Idempotency-Key was used for a different request");
    if (!seal_open(cx, PURPOSE, stored.body, &body))        /* another encryption_key by now */
        return fail(cx, E_CONFLICT, "Conflict",
                    "This Idempotency-Key was used; its reply can no longer be read");
    reply->status = (int)stored.status;
    reply->type = type_of(cx->mem, stored.content_type);
    buf_str(&reply->body, body);
    reply_header(reply, "Idempotency-Replayed", S("true"));
    return true;
}

bool idempotent_claim(struct cx *cx, const struct request *r, struct reply *reply, bool *again)
{
    int64_t claimed = 0;
    struct str key = key_hash(cx, r);
    if (r->idempotency_key.n == 0 || r->idempotency_key.n > KEY_MAX)
        return fail(cx, E_INVALID, "Validation error",
                    "Idempotency-Key must have 1 to %d characters", KEY_MAX);
    TRY(db_exec(cx, KEY_FORGET, BIND(p_text("account", cx->who->account_id),
                                     p_text("user", cx->who->id), p_text("key", key),
                                     p_time("oldest", cx->now - KEPT_FOR)), NULL));
    TRY(db_exec(cx, KEY_CLAIM, BIND(p_text("account", cx->who->account_id),
                                    p_text("user", cx->who->id), p_text("key", key),
                                    p_text("request", request_hash(cx, r)),
                                    p_time("now", cx->now)), &claimed));
    *again = claimed == 0;
    return claimed != 0 || repeat(cx, r, reply);
}

bool idempotent_store(struct cx *cx, const struct request *r, const struct reply *reply)
{
    bool is_page = str_starts(str_of(reply->type), S("text/html"));
    if (reply->status >= 400 || is_page)    /* a form shown again: it comes once more, mended    */
        return db_exec(cx, KEY_DROP, BIND(p_text("account", cx->who->account_id),
                                          p_text("user", cx->who->id),
                                          p_text("key", key_hash(cx, r))), NULL);
    return db_exec(cx, KEY_STORE,
                   BIND(p_int("status", reply->status), p_text("type", str_of(reply->type)),
                        p_blob("body", seal_shut(cx, PURPOSE, buf_text(&reply->body))),
                        p_text("account", cx->who->account_id), p_text("user", cx->who->id),
                        p_text("key", key_hash(cx, r))), NULL);
}
