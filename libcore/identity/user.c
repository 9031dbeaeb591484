/* user.c — finds, creates and changes the people of an account. */
#include "identity/user.h"

#include "audit/change.h"
#include "base/ident.h"
#include "db/rows.h"
#include "identity/role.h"

#define USER_COLUMNS \
    "SELECT u.id, u.account_id, u.email, u.password_hash, u.role_id, r.name AS role, u.is_active," \
    " u.email_verified, u.auth_provider, u.auth_provider_name, u.external_id, u.external_email," \
    " u.profile_data, u.created_at, u.updated_at, u.last_login, u.tokens_valid_from" \
    " FROM users u LEFT JOIN roles r ON r.id = u.role_id"
static const struct sql USER_BY_ID = SQL(
    USER_COLUMNS " WHERE u.account_id = :account AND u.id = :user");
static const struct sql USER_BY_EMAIL = SQL(
    USER_COLUMNS " WHERE u.account_id = :account AND u.email = :email");
static const struct sql USER_OF_ACCOUNT = SQL(
    USER_COLUMNS " WHERE u.account_id = :account LIMIT 1");
static const struct col USER_COLS[] = {
    COL(C_TEXT, user, id),            COL(C_TEXT, user, account_id),
    COL(C_TEXT, user, email),         COL(C_TEXT, user, password_hash),
    COL(C_INT, user, role_id),        COL(C_TEXT, user, role),
    COL(C_BOOL, user, is_active),     COL(C_BOOL, user, email_verified),
    COL(C_TEXT, user, auth_provider), COL(C_TEXT, user, auth_provider_name),
    COL(C_TEXT, user, external_id),   COL(C_TEXT, user, external_email),
    COL(C_TEXT, user, profile_data),
    COL(C_TIME, user, created_at),    COL(C_TIME, user, updated_at),
    COL(C_TIME, user, last_login),    COL(C_TIME, user, tokens_valid_from), { 0 },
};

static bool find(struct cx *cx, struct sql sql, struct binds keys, bool *found, struct user *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, sql, keys, &rows));
    *found = rows_next(&rows, USER_COLS, out);
    return *found || rows_done(&rows);
}

bool user_by_id(struct cx *cx, struct str account_id, struct str id, bool *found, struct user *out)
{
    *found = false;
    return !ident_is_uuid(account_id) || !ident_is_uuid(id)
        || find(cx, USER_BY_ID, BIND(p_text("account", account_id), p_text("user", id)),
                found, out);
}

bool user_by_email(struct cx *cx, struct str account_id, struct str email, bool *found,
                   struct user *out)
{
    return find(cx, USER_BY_EMAIL, BIND(p_text("account", account_id), p_text("email", email)),
                found, out);
}

bool user_any(struct cx *cx, struct str account_id, bool *any)
{
    struct user first;
    return find(cx, USER_OF_ACCOUNT, BIND(p_text("account", account_id)), any, &first);
}

bool user_role_missing(struct cx *cx)
{
    return fail_body(cx, E_BROKEN, "Role configuration error",
                     S("{\"error\":\"Internal error\",\"message\":\"Role configuration error\"}"));
}

static bool insert(struct cx *cx, const struct user *user, struct refusal *refusal)
{
    return change_insert(cx, &(struct change){
        .table = S("users"), .account_id = user->account_id, .refusal = refusal,
        .new_values = BIND(
            p_text("id", user->id), p_text("account_id", user->account_id),
            p_text("email", user->email), p_text("password_hash", user->password_hash),
            p_int("role_id", user->role_id), p_bool("is_active", user->is_active),
            p_bool("email_verified", user->email_verified),
            user->email_verified ? p_time("email_verified_at", user->created_at)
                                 : p_null("email_verified_at"),
            p_text("auth_provider", user->auth_provider),
            p_text("auth_provider_name", user->auth_provider_name),
            p_text("external_id", user->external_id),
            p_text("external_email", user->external_email),
            p_text("profile_data", user->profile_data),
            p_time("created_at", user->created_at), p_time("updated_at", user->updated_at),
            p_null("last_login"), p_null("tokens_valid_from")) });
}

/* PostgreSQL names the reference that leads nowhere; SQLite has one writer, who has just looked. */
static bool lost(struct cx *cx, const struct refusal *refusal)
{
    if (refusal->kind != V_REFERENCE)
        return broken(cx, "users refused a row: %.*s", STR_ARG(refusal->constraint));
    return fail_detail(cx, E_NOT_FOUND, str_has(refusal->constraint, S("role"))
                                        ? "Role not found" : "Account not found");
}

bool user_add(struct cx *cx, struct user *user, bool *taken)
{
    struct refusal refusal = { .kind = V_NONE };
    user->id = ident_uuid(cx->mem, cx->now);
    user->created_at = user->updated_at = cx->now;
    TRY(insert(cx, user, &refusal));
    *taken = refusal.kind == V_UNIQUE;
    return *taken || refusal.kind == V_NONE || lost(cx, &refusal);
}

bool user_create(struct cx *cx, struct user *user)
{
    struct role role;
    bool found, taken;
    TRY(role_by_name(cx, user->role, &found, &role));
    if (!found)
        return user_role_missing(cx);
    user->role_id = role.id;
    user->is_active = true;
    user->auth_provider = S("password");
    TRY(user_add(cx, user, &taken));
    return !taken || fail_field(cx, E_CONFLICT, "Conflict", "email",
                                "An account with this email already exists");
}

static bool update(struct cx *cx, const struct user *user, struct binds values)
{
    return change_update(cx, &(struct change){
        .table = S("users"), .account_id = user->account_id, .record_id = user->id,
        .key = BIND(p_text("account_id", user->account_id), p_text("id", user->id)),
        .new_values = values });
}

bool user_verified(struct cx *cx, struct user *user)
{
    if (user->email_verified)
        return true;
    user->email_verified = true;
    user->updated_at = cx->now;
    TRY(update(cx, user, BIND(p_bool("email_verified", true), p_time("email_verified_at", cx->now),
                              p_time("updated_at", cx->now))));
    return db_bump_identities(cx);
}

bool user_set_password(struct cx *cx, struct user *user, struct str hash)
{
    user->password_hash = hash;
    user->updated_at = user->tokens_valid_from = cx->now;
    TRY(update(cx, user, BIND(p_text("password_hash", hash),
                              p_time("tokens_valid_from", cx->now),
                              p_time("updated_at", cx->now))));
    return db_bump_identities(cx);
}

bool user_signed_in(struct cx *cx, struct user *user, struct str better_hash)
{
    struct str checked = user->password_hash;
    user->last_login = cx->now;
    if (!str_absent(better_hash))
        user->password_hash = better_hash;
    return change_update(cx, &(struct change){
        .table = S("users"), .account_id = user->account_id, .record_id = user->id,
        .key = BIND(p_text("account_id", user->account_id), p_text("id", user->id),
                    p_text("password_hash", checked), p_bool("is_active", true)),
        .new_values = BIND(p_time("last_login", cx->now),
                           p_text("password_hash", user->password_hash)) });
}

/* ---- a change of several columns ---- */

enum { MOST_CHANGED = 10 };
struct changed { struct param at[MOST_CHANGED]; size_t n; };

static void set_text(struct changed *changed, const char *column, struct str *now, struct str to)
{
    if (str_absent(to) || str_eq(*now, to))
        return;
    *now = to;
    changed->at[changed->n++] = p_text(column, to);
}

static void set_all(struct cx *cx, struct changed *changed, struct user *user,
                    const struct user_change *to)
{
    set_text(changed, "email", &user->email, to->email);
    set_text(changed, "auth_provider", &user->auth_provider, to->auth_provider);
    set_text(changed, "auth_provider_name", &user->auth_provider_name, to->auth_provider_name);
    set_text(changed, "external_id", &user->external_id, to->external_id);
    set_text(changed, "external_email", &user->external_email, to->external_email);
    set_text(changed, "profile_data", &user->profile_data, to->profile_data);
    if (to->role_id > 0 && to->role_id != user->role_id)
        changed->at[changed->n++] = p_int("role_id", user->role_id = to->role_id);
    if (to->is_active >= 0 && user->is_active != (to->is_active > 0)) {
        user->is_active = to->is_active > 0;
        changed->at[changed->n++] = p_bool("is_active", user->is_active);
        if (!user->is_active)
            changed->at[changed->n++] =
                p_time("tokens_valid_from", user->tokens_valid_from = cx->now);
    }
}

bool user_change(struct cx *cx, struct user *user, const struct user_change *to, bool *taken)
{
    struct changed changed = { .n = 0 };
    struct refusal refusal = { .kind = V_NONE };
    *taken = false;
    set_all(cx, &changed, user, to);
    if (changed.n == 0)
        return true;
    changed.at[changed.n++] = p_time("updated_at", user->updated_at = cx->now);
    TRY(change_update(cx, &(struct change){
        .table = S("users"), .account_id = user->account_id, .record_id = user->id,
        .key = BIND(p_text("account_id", user->account_id), p_text("id", user->id)),
        .new_values = { changed.at, changed.n }, .refusal = &refusal }));
    *taken = refusal.kind == V_UNIQUE;
    if (*taken)
        return true;
    return refusal.kind == V_NONE ? db_bump_identities(cx) : lost(cx, &refusal);
}
