/* apikey.c — makes, lists and revokes keys, and finds the one that somebody calls with. */
#include "identity/apikey.h"

#include "audit/change.h"
#include "base/ident.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/when.h"
#include "crypto/mac.h"
#include "db/rows.h"
#include "identity/account.h"
#include "identity/actor.h"
#include "identity/session.h"
#include "identity/token.h"
#include "identity/user.h"

#define KEY_COLUMNS \
    "SELECT k.id, k.account_id, k.user_id, u.email AS maker, k.name, k.key_hash, k.token_type," \
    " k.acts_for, k.scopes, k.is_active, k.expires_at, k.last_used_at, k.created_at, k.updated_at" \
    " FROM api_keys k LEFT JOIN users u ON u.account_id = k.account_id AND u.id = k.user_id"
#define OF_CALLER \
    " WHERE k.account_id = :account AND k.user_id = :user AND k.token_type = 'api_key'"
static const struct sql KEYS_OF_CALLER = SQL(
    KEY_COLUMNS OF_CALLER " ORDER BY k.created_at DESC, k.id DESC LIMIT :limit OFFSET :offset");
static const struct sql KEY_OF_CALLER = SQL(KEY_COLUMNS OF_CALLER " AND k.id = :id");
static const struct sql KEY_COUNTS = SQL(
    "SELECT count(*) AS total, COALESCE(sum(CASE WHEN k.is_active = :yes THEN 1 ELSE 0 END), 0)"
    " AS active FROM api_keys k" OF_CALLER);
static const struct sql KEY_BY_HASH = SQL(KEY_COLUMNS " WHERE k.key_hash = :hash");
static const struct sql KEY_BY_ID = SQL(KEY_COLUMNS " WHERE k.id = :id");
static const struct col KEY_COLS[] = {
    COL(C_TEXT, apikey, id),         COL(C_TEXT, apikey, account_id),
    COL(C_TEXT, apikey, user_id),    COL(C_TEXT, apikey, maker),
    COL(C_TEXT, apikey, name),       COL(C_TEXT, apikey, key_hash),
    COL(C_TEXT, apikey, token_type), COL(C_TEXT, apikey, acts_for),
    COL(C_TEXT, apikey, scopes),     COL(C_BOOL, apikey, is_active),
    COL(C_TIME, apikey, expires_at), COL(C_TIME, apikey, last_used_at),
    COL(C_TIME, apikey, created_at), COL(C_TIME, apikey, updated_at), { 0 },
};
struct counts { int64_t total, active; };
static const struct col COUNTS_COLS[] = {
    COL(C_INT, counts, total), COL(C_INT, counts, active), { 0 },
};

static bool find(struct cx *cx, struct sql sql, struct binds keys, bool *found, struct apikey *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, sql, keys, &rows));
    *found = rows_next(&rows, KEY_COLS, out);
    return *found || rows_done(&rows);
}

/* ---- the caller's keys ---- */

static bool count(struct cx *cx, struct counts *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, KEY_COUNTS, BIND(p_bool("yes", true), p_text("account", cx->who->account_id),
                                      p_text("user", cx->who->id)), &rows));
    return rows_next(&rows, COUNTS_COLS, out) || broken(cx, "keys cannot be counted");
}

bool apikey_list(struct cx *cx, int64_t limit, int64_t offset, struct apikey_page *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct counts counts;
    struct apikey *list = NULL;
    size_t n = 0;
    TRY(count(cx, &counts));
    TRY(db_query(cx, KEYS_OF_CALLER, BIND(
        p_text("account", cx->who->account_id), p_text("user", cx->who->id),
        p_int("limit", limit != 0 ? limit : INT64_MAX), p_int("offset", offset)), &rows));
    for (struct apikey key; rows_next(&rows, KEY_COLS, &key);) {
        list = arena_more(cx->mem, list, n, sizeof *list);
        list[n++] = key;
    }
    *out = (struct apikey_page){ list, n, counts.total };
    return rows_done(&rows);
}

bool apikey_get(struct cx *cx, struct str id, struct apikey *out)
{
    bool found = false;
    if (ident_is_uuid(id))
        TRY(find(cx, KEY_OF_CALLER, BIND(p_text("account", cx->who->account_id),
                                         p_text("user", cx->who->id), p_text("id", id)),
                 &found, out));
    return found || fail_detail(cx, E_NOT_FOUND, "API key not found");
}

/* ---- scopes ---- */

static const struct str SCOPE_ADMIN = S_INIT("admin");
static const struct str SCOPES[] = { S_INIT("admin"), S_INIT("records:secrets:read") };
#define SCOPES_NAMED "'admin' or 'records:secrets:read'"

static bool is_scope(struct str name)
{
    for (size_t i = 0; i < COUNT(SCOPES); i++)
        if (str_eq(SCOPES[i], name))
            return true;
    return false;
}

static bool check_scopes(struct cx *cx, struct jv scopes)
{
    for (size_t i = 0; i < jv_count(scopes); i++) {
        struct jv scope = jv_at(scopes, i);
        if (is_scope(jv_text(scope)))
            continue;
        fail_add_field(cx, &(struct err_field){
            .type = "literal_error", .msg = S("Input should be " SCOPES_NAMED),
            .loc = str_fmt(cx->mem, "[\"body\",\"scopes\",%zu]", i),
            .input = jv_print(cx->mem, scope),
            .ctx = S("{\"expected\":\"" SCOPES_NAMED "\"}") });
    }
    return fail_fields(cx);
}

bool apikey_scopes(struct cx *cx, const struct apikey *key, struct apikey_scopes *out)
{
    struct jv list;
    struct jv_fault fault;
    *out = (struct apikey_scopes){ NULL, 0 };
    if (str_absent(key->scopes))
        return true;
    if (!jv_parse(cx, key->scopes, &list, &fault))
        return broken(cx, "the scopes of key %.*s are no JSON", STR_ARG(key->id));
    struct str *names = arena_list(cx->mem, struct str, jv_count(list));
    for (size_t i = 0; i < jv_count(list); i++)
        names[i] = jv_text(jv_at(list, i));
    *out = (struct apikey_scopes){ names, jv_count(list) };
    return true;
}

struct str apikey_role(const struct apikey_scopes *scopes)
{
    for (size_t i = 0; i < scopes->n; i++)
        if (str_eq(scopes->at[i], SCOPE_ADMIN))
            return S("admin");
    return S("user");
}

/* No address, so that no rule that names one takes a key for its person. */
struct str apikey_email(struct cx *cx, const struct apikey *key)
{
    return str_fmt(cx->mem, "key:%.*s", STR_ARG(key->name));
}

/* ---- making ---- */

static bool insert(struct cx *cx, const struct apikey *key)
{
    return change_insert(cx, &(struct change){
        .table = S("api_keys"), .account_id = key->account_id,
        .new_values = BIND(
            p_text("id", key->id), p_text("account_id", key->account_id),
            p_text("user_id", key->user_id), p_text("key_hash", key->key_hash),
            p_text("name", key->name), p_text("scopes", key->scopes),
            key->expires_at != 0 ? p_time("expires_at", key->expires_at) : p_null("expires_at"),
            p_bool("is_active", true), p_null("last_used_at"),
            p_time("created_at", key->created_at), p_time("updated_at", key->updated_at),
            p_text("acts_for", key->acts_for), p_text("token_type", key->token_type)) });
}

/* Its text: what it says of its owner, signed. */
static struct str write_text(struct cx *cx, const struct apikey *key, struct str role,
                             const struct apikey_scopes *scopes)
{
    bool service = !str_absent(key->acts_for);
    int64_t until = key->expires_at / WHEN_SECOND;
    if (until == 0 && key->expires_at != 0)
        until = 1;                      /* within a second of 1970: long ago, not never */
    return token_write(cx, &(struct token){
        .type = str_c(cx->mem, key->token_type),
        .user_id = service ? key->id : key->user_id,
        .email = service ? apikey_email(cx, key) : key->maker,
        .account_id = service ? key->acts_for : key->account_id,
        .role = service ? apikey_role(scopes) : role, .token_id = key->id,
        .issued_at = key->created_at / WHEN_SECOND,
        .expires_at = until, .permissions = scopes->at,
        .permission_count = scopes->n });
}

/* Fills in the rest and writes it down. */
static bool make(struct cx *cx, struct apikey *key, struct str role, struct str *text)
{
    struct apikey_scopes scopes;
    TRY(apikey_scopes(cx, key, &scopes));
    key->id = ident_uuid(cx->mem, cx->now);
    key->is_active = true;
    key->created_at = key->updated_at = cx->now;
    *text = write_text(cx, key, role, &scopes);
    key->key_hash = mac_sha256_hex(cx->mem, *text);
    return insert(cx, key);
}

static bool check_account(struct cx *cx, struct str id)
{
    struct account account;
    bool found;
    if (str_absent(id))
        return true;
    if (str_eq(id, S(SYSTEM_ACCOUNT)))
        return fail_detail(cx, E_INVALID, "A key cannot act for the system account");
    TRY(account_by_id(cx, id, &found, &account));
    return found || fail_detail(cx, E_NOT_FOUND, "Account not found");
}

bool apikey_create(struct cx *cx, const struct apikey_wish *wish, struct apikey *out,
                   struct str *text)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct counts counts;
    const struct actor *who = cx->who;
    int64_t most = cx->set->api_key_max_per_user;
    TRY(check_scopes(cx, wish->scopes));
    TRY(check_account(cx, wish->account_id));
    TRY(tx_begin(cx, &tx));
    TRY(tx_lock(cx, str_fmt(cx->mem, "api_keys of %.*s", STR_ARG(who->id))));
    TRY(count(cx, &counts));
    if (counts.active >= most)
        return fail_detail(cx, E_INVALID, "Maximum number of API keys reached (%lld)",
                           (long long)most);
    *out = (struct apikey){
        .name = wish->name, .token_type = S("api_key"), .account_id = who->account_id,
        .user_id = who->id, .maker = who->email, .acts_for = wish->account_id,
        .scopes = wish->scopes.kind == JV_ARRAY ? jv_print(cx->mem, wish->scopes) : S("[]"),
        .expires_at = wish->expires_at };
    TRY(make(cx, out, who->role, text));
    return tx_commit(&tx);
}

bool apikey_personal(struct cx *cx, const struct user *user, struct apikey *key, struct str *text)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    if (!user->is_active)
        return fail(cx, E_INVALID, "Invalid", "User '%.*s' is not active", STR_ARG(user->email));
    key->token_type = S("personal_token");
    key->account_id = user->account_id;
    key->user_id = user->id;
    key->maker = user->email;
    TRY(tx_begin(cx, &tx));
    TRY(make(cx, key, str_absent(user->role) ? S("") : user->role, text));
    return tx_commit(&tx);
}

/* ---- ending ---- */

static bool revoke(struct cx *cx, const struct apikey *key)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    const char *reason = str_fmt(cx->mem, "Revoked by user %.*s", STR_ARG(cx->who->id)).p;
    TRY(tx_begin(cx, &tx));
    if (key->is_active)
        TRY(change_update(cx, &(struct change){
            .table = S("api_keys"), .account_id = key->account_id, .record_id = key->id,
            .key = BIND(p_text("account_id", key->account_id), p_text("id", key->id)),
            .new_values = BIND(p_bool("is_active", false), p_time("updated_at", cx->now)) }));
    TRY(session_blacklist(cx, key->account_id, key->id, str_c(cx->mem, key->token_type), reason,
                          key->expires_at));
    TRY(db_bump_identities(cx));
    return tx_commit(&tx);
}

bool apikey_revoke(struct cx *cx, struct str id)
{
    struct apikey key;
    TRY(apikey_get(cx, id, &key));
    return revoke(cx, &key);
}

bool apikey_end(struct cx *cx, struct str id)
{
    struct apikey key;
    bool found = false;
    if (ident_is_uuid(id))
        TRY(find(cx, KEY_BY_ID, BIND(p_text("id", id)), &found, &key));
    if (!found)
        return fail(cx, E_NOT_FOUND, "Not found", "No token or key has the id '%.*s'", STR_ARG(id));
    return revoke(cx, &key);
}

/* ---- being used ---- */

bool apikey_by_text(struct cx *cx, struct str text, bool *found, struct apikey *out)
{
    db_scope(cx, S("*"));               /* its account is not known yet */
    return find(cx, KEY_BY_HASH, BIND(p_text("hash", mac_sha256_hex(cx->mem, text))), found, out);
}

static bool write_stamp(struct cx *cx, const struct apikey *key)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(change_update(cx, &(struct change){
        .table = S("api_keys"), .account_id = key->account_id, .record_id = key->id,
        .key = BIND(p_text("account_id", key->account_id), p_text("id", key->id)),
        .new_values = BIND(p_time("last_used_at", cx->now)) }));
    return tx_commit(&tx);
}

bool apikey_stamp(struct cx *cx, const struct apikey *key)
{
    struct actor *system = arena_make(cx->mem, struct actor);
    const struct actor *who = cx->who;
    if (cx->now - key->last_used_at < WHEN_MINUTE)
        return true;
    actor_system(system);
    cx->who = system;
    bool well = write_stamp(cx, key);
    cx->who = who;
    if (well || db_moved(cx) || cx->err.kind == E_BROKEN)
        return well;
    log_failure(cx);                    /* a full disk, a long lock: they stop no reader */
    fail_forget(cx);
    return true;
}
