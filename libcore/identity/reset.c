/* reset.c — mails the link that stands for a forgotten password, and sets the new one. */
#include "identity/reset.h"

#include "base/js.h"
#include "base/jv.h"
#include "base/settings.h"
#include "config/configuration.h"
#include "crypto/turn.h"
#include "db/tx.h"
#include "events/event.h"
#include "identity/attempts.h"
#include "identity/login.h"
#include "identity/policy.h"
#include "identity/session.h"
#include "jobs/queue.h"
#include "mail/message.h"

enum { PAYLOAD_MAX = 8192 };

/* ---- asking for a link ---- */

bool reset_ask(struct cx *cx, struct str email, struct str account, struct str ip)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct buf payload;
    struct js js;
    struct str id;
    TRY(login_has_account(cx, account));
    TRY(attempts_mail(cx, str_lower(cx->mem, str_trim(account)), email));
    buf_init(&payload, cx->mem, PAYLOAD_MAX);
    js_init(&js, &payload);
    js_object(&js, NULL);
    js_text(&js, "email", email);
    js_text(&js, "account", str_sub(account, 0, 255));
    js_text(&js, "ip", ip);
    js_end(&js);
    if (!js_done(&js) || payload.over)
        return broken(cx, "a forgotten password does not fit into a job");
    TRY(tx_begin(cx, &tx));
    TRY(queue_add(cx, &(struct queue_job){
        .handler = "forgot_password", .payload = buf_text(&payload) }, &id));
    return tx_commit(&tx);
}

/* Sent or not, the row is there: a mail that cannot be sent is in the log of mails. */
static bool queue_link(struct cx *cx, const struct user *user, struct str ip)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct str token, link, job;
    int64_t expires_at;
    TRY(tx_begin(cx, &tx));
    TRY(onetime_issue(cx, ONETIME_RESET, user, user->email, &token, &expires_at));
    TRY(onetime_link(cx, user->account_id, "reset-password", token, &link));
    TRY(message_enqueue(cx, &(struct message){
        .template_type = S("password_reset"), .account_id = user->account_id,
        .recipient = user->email,
        .values = MESSAGE_VALUES({ S("reset_url"), link, true },
                                 { S("token"), token, true },
                                 { S("email"), user->email, false },
                                 { S("user_email"), user->email, false },
                                 { S("ip_address"), ip, false },
                                 { S("expires_at"), onetime_end(cx, expires_at), false }) },
        &job));
    return tx_commit(&tx);
}

/* Who has a password, and is not put out. */
static bool may_reset(const struct user *user)
{
    return user->is_active && str_eq(user->auth_provider, S("password"));
}

bool reset_run(struct cx *cx, struct str payload)
{
    struct jv body;
    struct jv_fault fault;
    struct account account;
    struct user user;
    bool found;
    if (!jv_parse(cx, payload, &body, &fault))
        return broken(cx, "the payload of a forgotten password is no JSON");
    TRY(login_find_account(cx, jv_text(jv_get(body, S("account"))), &found, &account));
    if (!found)
        return true;
    db_scope(cx, account.id);
    TRY(user_by_email(cx, account.id, jv_text(jv_get(body, S("email"))), &found, &user));
    return !found || !may_reset(&user)
        || queue_link(cx, &user, jv_text(jv_get(body, S("ip"))));
}

bool reset_send(struct cx *cx, const struct user *user, struct str ip)
{
    struct configuration mailer;
    bool found;
    TRY(configuration_mailer(cx, user->account_id, NO_STR, &found, &mailer));
    if (!found)
        return fail_detail(cx, E_BROKEN, "Failed to send password reset email");
    return queue_link(cx, user, ip);
}

/* ---- using it ---- */

/* A link serves its owner as long as they may use it and have the address it was mailed to. */
static bool find_owner(struct cx *cx, struct str token, bool *found, struct onetime *link,
                       struct user *user)
{
    TRY(onetime_look(cx, ONETIME_RESET, token, found, link));
    if (!*found)
        return true;
    TRY(user_by_id(cx, link->account_id, link->user_id, found, user));
    *found = *found && may_reset(user) && str_eq(user->email, link->email);
    return true;
}

bool reset_look(struct cx *cx, struct str token, bool *found, struct onetime *out)
{
    struct user owner;
    return find_owner(cx, token, found, out, &owner);
}

bool reset_demo(struct cx *cx, const struct user *user)
{
    return !cx->set->is_demo || !str_eq(user->account_id, S(SYSTEM_ACCOUNT))
        || fail_detail(cx, E_FORBIDDEN, "Demo mode: superadmin credentials cannot be modified");
}

bool reset_password(struct cx *cx, struct user *user, struct str hash)
{
    TRY(user_set_password(cx, user, hash));
    TRY(onetime_drop(cx, ONETIME_RESET, user));
    return session_end_all(cx, user->account_id, user->id);
}

static bool refuse(struct cx *cx)
{
    return fail_detail(cx, E_INVALID, "Invalid, expired, or already used reset token");
}

static bool check_password(struct cx *cx, struct str password)
{
    policy_check(cx, password);
    return fail_items(cx, E_INVALID, SHAPE_ITEMS_IN_DETAIL, "Validation error");
}

static bool redeem(struct cx *cx, struct str token, struct str hash)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct onetime link;
    struct user user;
    bool found, won;
    TRY(tx_begin(cx, &tx));
    TRY(find_owner(cx, token, &found, &link, &user));
    if (!found)
        return refuse(cx);
    TRY(onetime_spend(cx, ONETIME_RESET, &link, &won));
    if (!won)
        return refuse(cx);
    TRY(reset_password(cx, &user, hash));
    TRY(event_emit(cx, &(struct event){
        .kind = AUTH_PASSWORD_RESET, .account_id = user.account_id, .record_id = user.id,
        .record = login_event(cx, &user, "password", false) }));
    return tx_commit(&tx);
}

bool reset_redeem(struct cx *cx, struct str token, struct str password)
{
    struct onetime link;
    struct user user;
    struct str hash;
    bool found;
    TRY(check_password(cx, password));
    TRY(find_owner(cx, token, &found, &link, &user));
    if (!found)
        return refuse(cx);
    TRY(reset_demo(cx, &user));
    TRY(turn_hash(cx, password, &hash));
    return redeem(cx, token, hash);
}
