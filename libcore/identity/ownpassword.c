/* ownpassword.c — checks the old password, sets the new one, keeps its owner signed in. */
#include "identity/ownpassword.h"

#include "crypto/turn.h"
#include "db/tx.h"
#include "events/event.h"
#include "identity/login.h"
#include "identity/policy.h"
#include "identity/reset.h"

static bool find_self(struct cx *cx, struct user *out)
{
    bool found = false;
    if (cx->who->kind == ACTOR_USER && !cx->who->is_service)
        TRY(user_by_id(cx, cx_home(cx), cx->who->id, &found, out));
    return found || fail_detail(cx, E_NOT_FOUND, "User not found");
}

static bool store(struct cx *cx, struct str checked, struct str hash, struct session *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct user user;
    TRY(tx_begin(cx, &tx));
    TRY(find_self(cx, &user));
    if (!user.is_active || !str_eq(user.password_hash, checked))    /* in the meantime */
        return fail(cx, E_UNAUTHENTICATED, "Authentication failed", "Invalid credentials");
    TRY(reset_password(cx, &user, hash));
    TRY(session_open(cx, &user, out));
    TRY(event_emit(cx, &(struct event){
        .kind = AUTH_PASSWORD_RESET, .account_id = user.account_id, .record_id = user.id,
        .record = login_event(cx, &user, "password", false) }));
    return tx_commit(&tx);
}

bool ownpassword_change(struct cx *cx, struct str current, struct str wanted, struct session *out)
{
    struct user user;
    struct str hash;
    TRY(find_self(cx, &user));
    TRY(reset_demo(cx, &user));
    policy_check(cx, wanted);
    TRY(fail_items(cx, E_INVALID, SHAPE_ITEMS, "Validation error"));
    TRY(login_confirm(cx, &user, current));
    TRY(turn_hash(cx, wanted, &hash));
    return store(cx, user.password_hash, hash, out);
}
