/* manage.c — makes, changes, verifies and deactivates people on behalf of administrators. */
#include "identity/manage.h"

#include "base/random.h"
#include "crypto/turn.h"
#include "db/tx.h"
#include "identity/account.h"
#include "identity/attempts.h"
#include "identity/member.h"
#include "identity/onetime.h"
#include "identity/policy.h"
#include "identity/reset.h"
#include "identity/role.h"
#include "identity/session.h"
#include "identity/verify.h"

/* ---- what the caller may ---- */

/* Other roles may be allowed more than an account's admin is: superadmins give them. */
static bool is_everyday(struct str role)
{
    return str_eq(role, S("admin")) || str_eq(role, S("user"));
}

static bool may_grant(struct cx *cx, const struct role *role)
{
    return cx->who->is_superadmin || is_everyday(role->name)
        || fail_detail(cx, E_FORBIDDEN, "Cannot grant this role");
}

/* Who sets a person's password or address can act as that person. */
static bool may_impersonate(struct cx *cx, const struct user *user)
{
    return cx->who->is_superadmin || is_everyday(user->role)
        || fail_detail(cx, E_FORBIDDEN,
                       "Cannot change the credentials of a user with this role");
}

/* Whoever signs in with the identity becomes this person, from wherever they come. */
static bool may_link(struct cx *cx)
{
    return cx->who->is_superadmin
        || fail_detail(cx, E_FORBIDDEN, "Cannot set an external identity");
}

static bool is_self(const struct cx *cx, struct str id)
{
    return cx->who->kind == ACTOR_USER && str_eq(cx->who->id, id);
}

/* The person, if the caller may know of them. */
static bool find(struct cx *cx, struct str id, struct user *out)
{
    struct member member;
    bool found;
    TRY(member_find(cx, id, &found, &member));
    if (found)
        TRY(user_by_id(cx, member.account_id, id, &found, out));
    return found || fail_detail(cx, E_NOT_FOUND, "User not found");
}

static bool is_taken(struct cx *cx)
{
    return fail_detail(cx, E_CONFLICT, "A user with this email already exists in the account");
}

static bool find_free(struct cx *cx, struct str account_id, struct str email)
{
    struct user other;
    bool taken;
    TRY(user_by_email(cx, account_id, email, &taken, &other));
    return !taken || is_taken(cx);
}

static bool find_role(struct cx *cx, struct str name, int64_t id, struct role *out)
{
    bool found;
    TRY(id > 0 ? role_by_id(cx, id, &found, out) : role_by_name(cx, name, &found, out));
    return found || fail_detail(cx, E_NOT_FOUND, "Role not found");
}

/* ---- passwords ---- */

static bool check_policy(struct cx *cx, struct str password)
{
    policy_check(cx, password);
    return fail_items(cx, E_INVALID, SHAPE_ITEMS_IN_DETAIL, "Validation error");
}

/* ---- making ---- */

static bool has_password(const struct user *user)
{
    return str_eq(user->auth_provider, S("password"));
}

static bool is_linked(const struct user *user)
{
    return !has_password(user) || !str_absent(user->auth_provider_name)
        || !str_absent(user->external_id) || !str_absent(user->external_email);
}

static bool check_new_password(struct cx *cx, const struct user *user, struct str password)
{
    if (!has_password(user))
        return true;
    if (str_absent(password))
        return fail_detail(cx, E_INVALID,
                           "Password is required for password-based authentication");
    return check_policy(cx, password);
}

static bool check_place(struct cx *cx, const struct user *user)
{
    struct account account;
    struct role role;
    bool found;
    TRY(account_by_id(cx, user->account_id, &found, &account));
    if (!found)
        return fail_detail(cx, E_NOT_FOUND, "Account not found");
    TRY(find_role(cx, NO_STR, user->role_id, &role));
    TRY(may_grant(cx, &role));
    return find_free(cx, user->account_id, user->email);
}

static bool add(struct cx *cx, struct user *user)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    bool taken;
    TRY(tx_begin(cx, &tx));
    TRY(check_place(cx, user));
    TRY(user_add(cx, user, &taken));
    return taken ? is_taken(cx) : tx_commit(&tx);
}

/* People of an outside provider have a password, too, which nobody knows. */
bool manage_create(struct cx *cx, struct user *user, struct str password)
{
    if (!cx->who->is_superadmin && !str_eq(user->account_id, cx->who->account_id))
        return fail_detail(cx, E_FORBIDDEN, "Cannot create users in another account");
    if (is_linked(user))
        TRY(may_link(cx));
    TRY(check_new_password(cx, user, password));
    TRY(check_place(cx, user));
    TRY(turn_hash(cx, has_password(user) ? password : random_token(cx->mem, 32),
                      &user->password_hash));
    return add(cx, user);
}

/* ---- changing ---- */

static bool differs(struct str was, struct str to)
{
    return !str_absent(to) && !str_eq(was, to);
}

static bool relinks(const struct user *was, const struct user_change *to)
{
    return differs(was->auth_provider, to->auth_provider)
        || differs(was->auth_provider_name, to->auth_provider_name)
        || differs(was->external_id, to->external_id)
        || differs(was->external_email, to->external_email);
}

/* The role that is asked for; to->role_id stays 0 when none is. */
static bool choose_role(struct cx *cx, const struct user *user, struct str name,
                        struct user_change *to)
{
    struct role role;
    if (to->role_id == 0 && str_absent(name))
        return true;
    TRY(find_role(cx, name, to->role_id, &role));
    to->role_id = role.id;
    return role.id == user->role_id || may_grant(cx, &role);
}

/* A new address makes links that went to the old one worthless; an inactive person is out. */
static bool apply(struct cx *cx, struct user *user, const struct user_change *to)
{
    struct str email = user->email;
    bool was_active = user->is_active, taken;
    TRY(user_change(cx, user, to, &taken));
    if (taken)
        return is_taken(cx);
    if (!str_eq(user->email, email))
        TRY(onetime_drop(cx, ONETIME_RESET, user));
    return user->is_active || !was_active || session_end_all(cx, user->account_id, user->id);
}

bool manage_change(struct cx *cx, struct str id, struct str role, const struct user_change *to)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct user_change change = *to;
    struct user user;
    if (is_self(cx, id))
        return fail_detail(cx, E_FORBIDDEN,
                           "Cannot modify your own account through this endpoint");
    TRY(tx_begin(cx, &tx));
    TRY(find(cx, id, &user));
    TRY(reset_demo(cx, &user));
    if (relinks(&user, to))
        TRY(may_link(cx));
    if (differs(user.email, to->email)) {
        TRY(may_impersonate(cx, &user));
        TRY(find_free(cx, user.account_id, to->email));
    }
    TRY(choose_role(cx, &user, role, &change));
    TRY(apply(cx, &user, &change));
    return tx_commit(&tx);
}

bool manage_deactivate(struct cx *cx, struct str id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct user user;
    if (is_self(cx, id))
        return fail_detail(cx, E_FORBIDDEN, "Cannot deactivate your own account");
    TRY(tx_begin(cx, &tx));
    TRY(find(cx, id, &user));
    TRY(reset_demo(cx, &user));
    TRY(apply(cx, &user, &(struct user_change){ .is_active = 0 }));
    return tx_commit(&tx);
}

bool manage_end_sessions(struct cx *cx, struct str id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct user user;
    TRY(tx_begin(cx, &tx));
    TRY(find(cx, id, &user));
    TRY(session_end_all(cx, user.account_id, user.id));
    return tx_commit(&tx);
}

bool manage_unlock(struct cx *cx, struct str id)
{
    struct user user;
    TRY(find(cx, id, &user));
    attempts_forgive(cx, user.account_id, user.email);
    return true;
}

/* ---- passwords of others ---- */

static bool find_for_password(struct cx *cx, struct str id, struct user *user)
{
    TRY(find(cx, id, user));
    return reset_demo(cx, user);
}

bool manage_set_password(struct cx *cx, struct str id, struct str password)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct user user;
    struct str hash;
    TRY(find_for_password(cx, id, &user));
    TRY(may_impersonate(cx, &user));
    TRY(check_policy(cx, password));
    TRY(turn_hash(cx, password, &hash));
    TRY(tx_begin(cx, &tx));
    TRY(find_for_password(cx, id, &user));
    TRY(may_impersonate(cx, &user));
    TRY(reset_password(cx, &user, hash));
    return tx_commit(&tx);
}

bool manage_send_reset(struct cx *cx, struct str id, struct str *email)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct user user;
    TRY(tx_begin(cx, &tx));
    TRY(find_for_password(cx, id, &user));
    TRY(session_end_all(cx, user.account_id, user.id));
    TRY(reset_send(cx, &user, NO_STR));
    *email = user.email;
    return tx_commit(&tx);
}

/* ---- addresses of others ---- */

bool manage_verify(struct cx *cx, struct str id, bool *was)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct user user;
    TRY(tx_begin(cx, &tx));
    TRY(find(cx, id, &user));
    *was = user.email_verified;
    TRY(user_verified(cx, &user));
    return tx_commit(&tx);
}

bool manage_resend(struct cx *cx, struct str id, struct str *email)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct user user;
    TRY(tx_begin(cx, &tx));
    TRY(find(cx, id, &user));
    if (user.email_verified)
        return fail_detail(cx, E_INVALID, "User email is already verified");
    TRY(verify_send(cx, &user, user.email));
    *email = user.email;
    return tx_commit(&tx);
}
