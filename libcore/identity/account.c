/* account.c — finds accounts by any of their names and gives new ones their code. */
#include "identity/account.h"

#include <string.h>

#include "audit/change.h"
#include "base/ident.h"
#include "base/settings.h"
#include "db/rows.h"
#include "identity/group.h"
#include "identity/slug.h"

#define ACCOUNT_COLUMNS "SELECT id, account_code, slug, name, created_at, updated_at FROM accounts"
static const struct sql ACCOUNT_BY_ID = SQL(ACCOUNT_COLUMNS " WHERE id = :account");
static const struct sql ACCOUNT_BY_SLUG = SQL(ACCOUNT_COLUMNS " WHERE slug = :slug");
static const struct sql ACCOUNT_BY_CODE = SQL(ACCOUNT_COLUMNS " WHERE account_code = :code");
static const struct sql LAST_CODE = SQL(
    "SELECT max(account_code) AS account_code FROM accounts"
    " WHERE account_code < 'SY' OR account_code >= 'SZ'");
static const struct col ACCOUNT_COLS[] = {
    COL(C_TEXT, account, id),   COL(C_TEXT, account, account_code), COL(C_TEXT, account, slug),
    COL(C_TEXT, account, name), COL(C_TIME, account, created_at), COL(C_TIME, account, updated_at),
    { 0 },
};
static const struct col CODE_COLS[] = { COL(C_TEXT, account, account_code), { 0 } };
enum { TRIES = 50 };

static bool find(struct cx *cx, struct sql sql, struct param key, bool *found, struct account *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, sql, (struct binds){ &key, 1 }, &rows));
    *found = rows_next(&rows, ACCOUNT_COLS, out);
    return *found || rows_done(&rows);
}

bool account_by_id(struct cx *cx, struct str id, bool *found, struct account *out)
{
    *found = false;
    return !ident_is_uuid(id) || find(cx, ACCOUNT_BY_ID, p_text("account", id), found, out);
}

bool account_by_slug(struct cx *cx, struct str slug, bool *found, struct account *out)
{
    return find(cx, ACCOUNT_BY_SLUG, p_text("slug", slug), found, out);
}

static bool is_code(struct str s)
{
    if (s.n != 6)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (i < 2 ? s.p[i] < 'A' || s.p[i] > 'Z' : s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

/* Text that no account can have, and that PostgreSQL would not take. */
static bool is_hopeless(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return true;
    return s.n == 0 || s.n > 64;
}

bool account_resolve(struct cx *cx, struct str identifier, bool *found, struct account *out)
{
    struct str code = str_upper(cx->mem, identifier), slug = str_lower(cx->mem, identifier);
    *found = false;
    if (is_hopeless(identifier))
        return true;
    if (is_code(code))
        TRY(find(cx, ACCOUNT_BY_CODE, p_text("code", code), found, out));
    if (!*found)
        TRY(account_by_slug(cx, slug, found, out));
    if (!*found)
        TRY(account_by_id(cx, slug, found, out));
    return true;
}

bool account_single(struct cx *cx, bool *found, struct account *out)
{
    return account_by_slug(cx, str_lower(cx->mem, cx->set->single_tenant_account), found, out);
}

bool account_next_code(struct str code, char next[7])
{
    memcpy(next, "AA0000", 7);
    if (is_code(code))
        memcpy(next, code.p, 6);
    for (size_t i = 6; i-- > 0; ) {
        char last = i < 2 ? 'Z' : '9';
        if (next[i] != last) {
            next[i]++;
            break;
        }
        if (i == 0)
            return false;
        next[i] = i < 2 ? 'A' : '0';
    }
    if (memcmp(next, "SY", 2) == 0)
        next[1] = 'Z';
    return true;
}

static bool last_code(struct cx *cx, struct str *code)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct account row = { .account_code = NO_STR };
    TRY(db_query(cx, LAST_CODE, NO_BINDS, &rows));
    *code = rows_next(&rows, CODE_COLS, &row) ? row.account_code : NO_STR;
    return rows_done(&rows);
}

static bool insert(struct cx *cx, const struct account *account, struct refusal *refusal)
{
    return change_insert(cx, &(struct change){
        .table = S("accounts"), .account_id = account->id, .refusal = refusal,
        .new_values = BIND(p_text("id", account->id), p_text("account_code", account->account_code),
                           p_text("slug", account->slug), p_text("name", account->name),
                           p_time("created_at", account->created_at),
                           p_time("updated_at", account->updated_at)) });
}

/* *again: somebody else took the code first. */
static bool try_create(struct cx *cx, struct account *account, bool *taken, bool *again)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct refusal refusal = { .kind = V_NONE };
    struct account other;
    struct str last;
    char code[7];
    TRY(tx_begin(cx, &tx));
    TRY(account_by_slug(cx, account->slug, taken, &other));
    if (*taken)
        return true;
    TRY(last_code(cx, &last));
    if (!account_next_code(last, code))
        return broken(cx, "every account code up to ZZ9999 is taken");
    account->account_code = str_copy(cx->mem, str_of(code));
    TRY(insert(cx, account, &refusal));
    *again = refusal.kind != V_NONE;
    return *again || tx_commit(&tx);
}

bool account_create(struct cx *cx, struct account *account, bool *taken)
{
    account->id = ident_uuid(cx->mem, cx->now);
    account->created_at = account->updated_at = cx->now;
    *taken = false;
    for (int i = 0; i < TRIES; i++) {
        bool again = false;
        TRY(try_create(cx, account, taken, &again));
        if (!again || *taken)
            return true;
    }
    return broken(cx, "no account code could be had in %d tries", TRIES);
}

/* The first of slug, slug-1, slug-2 … that is free. */
static bool create_numbered(struct cx *cx, struct account *account)
{
    struct str slug = slug_plain(cx->mem, account->name);
    struct account other;
    bool taken = true;
    for (int n = 0; taken; n++) {
        account->slug = n == 0 ? slug : slug_numbered(cx->mem, slug, n);
        TRY(account_by_slug(cx, account->slug, &taken, &other));
        if (!taken)
            TRY(account_create(cx, account, &taken));
    }
    return true;
}

static bool create_as(struct cx *cx, struct account *account)
{
    bool taken;
    TRY(account_create(cx, account, &taken));
    return !taken || fail_detail(cx, E_UNPROCESSABLE, "Slug '%.*s' already exists",
                                 STR_ARG(account->slug));
}

bool account_open(struct cx *cx, struct account *account)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct group group;
    TRY(tx_begin(cx, &tx));
    TRY(str_absent(account->slug) ? create_numbered(cx, account) : create_as(cx, account));
    TRY(group_create_pii(cx, account->id, &group));
    return tx_commit(&tx);
}

bool account_rename(struct cx *cx, struct account *account, struct str name)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(change_update(cx, &(struct change){
        .table = S("accounts"), .account_id = account->id, .record_id = account->id,
        .key = BIND(p_text("id", account->id)),
        .new_values = BIND(p_text("name", name), p_time("updated_at", cx->now)) }));
    account->name = name;
    account->updated_at = cx->now;
    TRY(db_bump_identities(cx));
    return tx_commit(&tx);
}

bool account_delete(struct cx *cx, const struct account *account)
{
    TRY(change_delete(cx, &(struct change){
        .table = S("accounts"), .account_id = account->id, .record_id = account->id,
        .key = BIND(p_text("id", account->id)) }));
    return db_bump_identities(cx);
}
