/* acceptance.c — lets in who was invited. */
#include "identity/acceptance.h"

#include "base/jv.h"
#include "base/settings.h"
#include "crypto/turn.h"
#include "db/tx.h"
#include "events/event.h"
#include "identity/invitation.h"
#include "identity/policy.h"
#include "identity/role.h"

/* compat: the same texts as for looking at it, but all of them as 404. */
static bool find(struct cx *cx, struct str token, struct invitation *out)
{
    if (invitation_look(cx, token, out))
        return true;
    if (cx->err.kind != E_INVALID)
        return false;
    const char *message = cx->err.message;
    fail_forget(cx);
    return fail(cx, E_NOT_FOUND, "Not found", "%s", message);
}

static bool hash_password(struct cx *cx, struct str password, struct str *hash)
{
    policy_check(cx, password);
    TRY(fail_items(cx, E_INVALID, SHAPE_ITEMS, "Validation error"));
    return turn_hash(cx, password, hash);
}

static bool choose_role(struct cx *cx, int64_t id, struct str *name)
{
    struct role role;
    bool found;
    TRY(role_by_id(cx, id, &found, &role));
    *name = found ? role.name : S("user");
    return true;
}

static bool join_groups(struct cx *cx, const struct invitation *it, struct str user_id)
{
    struct jv ids;
    struct jv_fault fault;
    if (!jv_parse(cx, it->groups, &ids, &fault))
        return broken(cx, "the groups of an invitation are no JSON");
    for (size_t i = 0; i < jv_count(ids); i++) {
        struct group group = { .id = jv_text(jv_at(ids, i)), .account_id = it->account_id };
        if (group_add(cx, &group, user_id))
            continue;
        if (cx->err.kind != E_NOT_FOUND)
            return false;
        fail_forget(cx);                /* a group that is gone */
    }
    return true;
}

static bool emit(struct cx *cx, enum event_kind kind, const struct user *user)
{
    return event_emit(cx, &(struct event){
        .kind = kind, .account_id = user->account_id, .record_id = user->id,
        .record = login_event(cx, user, "invitation", true) });
}

/* They are somebody now: what follows is theirs. */
static bool sign_in(struct cx *cx, struct login *out)
{
    TRY(user_signed_in(cx, &out->user, NO_STR));
    TRY(session_open(cx, &out->user, &out->session));
    TRY(group_names_of(cx, out->account.id, out->user.id, &out->groups));
    TRY(emit(cx, AUTH_REGISTER, &out->user));
    return emit(cx, AUTH_LOGIN, &out->user);
}

static bool sign_in_as(struct cx *cx, struct login *out)
{
    const struct actor *caller = cx->who;
    struct actor self = {
        .kind = ACTOR_USER, .id = out->user.id, .email = out->user.email, .role = out->user.role,
        .account_id = out->account.id, .account_name = out->account.name, .auth_method = "jwt",
        .ip = caller != NULL ? caller->ip : NO_STR,
        .user_agent = caller != NULL ? caller->user_agent : NO_STR };
    cx->who = &self;
    bool well = sign_in(cx, out);
    cx->who = caller;
    return well;
}

/* The invitation was good a moment ago; it is read again where nobody else can take it. */
static bool join(struct cx *cx, struct str token, struct invitation *it, struct login *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    bool found;
    TRY(tx_begin(cx, &tx));
    TRY(invitation_lock(cx, it->account_id, it->email));
    TRY(find(cx, token, it));
    TRY(account_by_id(cx, it->account_id, &found, &out->account));
    if (!found)
        return broken(cx, "an invitation without an account");
    TRY(choose_role(cx, it->role_id, &out->user.role));
    db_scope(cx, it->account_id);
    out->user.account_id = it->account_id;
    out->user.email = it->email;
    out->user.email_verified = true;
    TRY(user_create(cx, &out->user));
    TRY(join_groups(cx, it, out->user.id));
    TRY(invitation_spend(cx, it));
    TRY(sign_in_as(cx, out));
    return tx_commit(&tx);
}

bool acceptance_run(struct cx *cx, struct str token, struct str password, struct login *out)
{
    struct invitation it;
    *out = (struct login){ .user.role_id = 0 };
    db_scope(cx, S("*"));               /* the token tells the account */
    TRY(find(cx, token, &it));
    TRY(hash_password(cx, password, &out->user.password_hash));
    return join(cx, token, &it, out);
}
