/* login.c — checks a password in the contract's order, at one cost; opens a session. */
#include "identity/login.h"

#include "base/js.h"
#include "base/meter.h"
#include "base/settings.h"
#include "crypto/password.h"
#include "crypto/turn.h"
#include "db/tx.h"
#include "events/event.h"
#include "identity/attempts.h"

static bool refuse(struct cx *cx)
{
    return fail(cx, E_UNAUTHENTICATED, "Authentication failed", "Invalid credentials");
}

bool login_has_account(struct cx *cx, struct str identifier)
{
    if (!str_absent(identifier) || cx->set->single_tenant_mode)
        return true;
    fail_add_item(cx, S("account"), S("required"), "Account is required in multi-tenant mode");
    return fail_items(cx, E_INVALID, SHAPE_ITEMS, "Validation error");
}

bool login_find_account(struct cx *cx, struct str identifier, bool *found, struct account *out)
{
    *found = false;
    TRY(login_has_account(cx, identifier));
    return str_absent(identifier) ? account_single(cx, found, out)
                                  : account_resolve(cx, str_trim(identifier), found, out);
}

/* People of an outside provider are sent there, whatever password they typed. */
static bool wrong_method(struct cx *cx, const struct user *user)
{
    bool oauth = str_eq(user->auth_provider, S("oauth"));
    bool saml = str_eq(user->auth_provider, S("saml"));
    struct str name = !str_absent(user->auth_provider_name) ? user->auth_provider_name
                                                            : user->auth_provider;
    struct str url = NO_STR, message;
    struct buf body;
    struct js js;
    if (oauth) {
        message = S("This account uses OAuth authentication. Please use the OAuth login flow.");
        url = str_fmt(cx->mem, "/api/v1/auth/oauth/%.*s/authorize", STR_ARG(name));
    } else if (saml) {
        message = S("This account uses SAML authentication. Please use the SAML SSO flow.");
        url = str_fmt(cx->mem, "/api/v1/auth/saml/%.*s/login", STR_ARG(name));
    } else {
        message = str_fmt(cx->mem, "This account uses %.*s authentication."
                          " Please use the correct login method.", STR_ARG(user->auth_provider));
    }
    buf_init(&body, cx->mem, 8192);
    js_init(&js, &body);
    js_object(&js, NULL);
    js_text(&js, "error", S("Wrong authentication method"));
    js_text(&js, "message", message);
    js_text(&js, "auth_provider", user->auth_provider);
    js_text(&js, "provider_name", user->auth_provider_name);
    js_text(&js, "redirect_url", url);
    js_end(&js);
    return fail_body(cx, E_INVALID, str_c(cx->mem, message), buf_text(&body));
}

struct str login_event(struct cx *cx, const struct user *user, const char *method, bool is_new)
{
    struct buf out;
    struct js js;
    buf_init(&out, cx->mem, 8192);
    js_init(&js, &out);
    js_object(&js, NULL);
    js_text(&js, "user_id", user->id);
    js_text(&js, "email", user->email);
    js_text(&js, "account_id", user->account_id);
    js_text(&js, "role", user->role);
    js_text(&js, "provider", !str_absent(user->auth_provider_name) ? user->auth_provider_name
                                                                   : user->auth_provider);
    js_text(&js, "method", str_of(method));
    js_bool(&js, "is_new_user", is_new);
    js_end(&js);
    return buf_text(&out);
}

/* Another password was set, or they were put out, while this one was being checked. */
static bool refuse_late(struct cx *cx)
{
    fail_forget(cx);
    return refuse(cx);
}

/* Everything about the person that does not depend on the password but must not show before it. */
static bool check_person(struct cx *cx, const struct user *user)
{
    if (!user->is_active)
        return refuse(cx);
    if (!user->email_verified && cx->set->require_email_verification)
        return fail(cx, E_UNAUTHENTICATED, "Authentication failed",
                    "Email not verified. Please check your email inbox.");
    return !str_absent(user->role) || user_role_missing(cx);
}

/* The password was right a moment ago; the row is read again where nobody else can change it. */
static bool open_session(struct cx *cx, struct str better_hash, struct login *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct str checked = out->user.password_hash;
    bool found;
    TRY(tx_begin(cx, &tx));
    TRY(user_by_id(cx, out->account.id, out->user.id, &found, &out->user));
    if (!found || !str_eq(out->user.password_hash, checked))
        return refuse(cx);
    TRY(check_person(cx, &out->user));
    if (!user_signed_in(cx, &out->user, better_hash))
        return cx->err.kind == E_NOT_FOUND ? refuse_late(cx) : false;
    TRY(session_open(cx, &out->user, &out->session));
    TRY(group_names_of(cx, out->account.id, out->user.id, &out->groups));
    TRY(event_emit(cx, &(struct event){
        .kind = AUTH_LOGIN, .account_id = out->account.id, .record_id = out->user.id,
        .record = login_event(cx, &out->user, "password", false) }));
    return tx_commit(&tx);
}

/* Whether they know the password, at one cost for everybody; and how it should be kept, unless
 * better is NULL. */
static bool knows_password(struct cx *cx, const struct user *user, bool known, struct str password,
                           struct str *better)
{
    if (!known || !str_eq(user->auth_provider, S("password"))) {
        password_waste(cx, password);
        return known ? wrong_method(cx, user) : refuse(cx);
    }
    if (!password_matches(user->password_hash, password))
        return refuse(cx);
    TRY(check_person(cx, user));
    return better == NULL || !password_outdated(cx->set, user->password_hash)
        || password_hash(cx, password, better);
}

/* When the turn comes, those before it have been counted. */
static bool check_password(struct cx *cx, struct str account, struct str email,
                           const struct user *user, bool known, struct str password,
                           struct str *better)
{
    struct turn turn SCOPED(turn_end) = { .fd = -1 };
    turn_take_for(cx, &turn, known ? password_memory_kib(user->password_hash) : 0);
    TRY(attempts_sign_in(cx, account, email));
    if (knows_password(cx, user, known, password, better))
        return true;
    if (cx->err.kind == E_UNAUTHENTICATED || cx->err.kind == E_INVALID)
        attempts_sign_in_failed(cx, account, email);
    meter_add(cx, METER_LOGIN_FAILED, 1);
    return false;
}

bool login_confirm(struct cx *cx, const struct user *user, struct str password)
{
    return check_password(cx, user->account_id, user->email, user, true, password, NULL);
}

bool login_run(struct cx *cx, struct str email, struct str password, struct str account,
               struct login *out)
{
    struct str better = NO_STR;
    bool found, known = false;
    TRY(login_find_account(cx, account, &found, &out->account));
    if (found) {
        db_scope(cx, out->account.id);
        TRY(user_by_email(cx, out->account.id, email, &known, &out->user));
    }
    struct str key = found ? out->account.id : str_lower(cx->mem, str_trim(account));
    TRY(check_password(cx, key, email, &out->user, known, password, &better));

    const struct actor *caller = cx->who;
    struct actor self = {
        .kind = ACTOR_USER, .id = out->user.id, .email = out->user.email, .role = out->user.role,
        .account_id = out->account.id, .account_name = out->account.name, .auth_method = "jwt",
        .ip = caller != NULL ? caller->ip : NO_STR,
        .user_agent = caller != NULL ? caller->user_agent : NO_STR };
    cx->who = &self;
    bool well = open_session(cx, better, out);
    cx->who = caller;
    meter_add(cx, well ? METER_LOGIN : METER_LOGIN_FAILED, 1);
    return well;
}
