/* signup.c — makes an account and its first person, or a member of the only account. */
#include "identity/signup.h"

#include "base/settings.h"
#include "crypto/turn.h"
#include "db/tx.h"
#include "events/event.h"
#include "identity/login.h"
#include "identity/policy.h"
#include "identity/slug.h"
#include "identity/verify.h"

static bool check_password(struct cx *cx, struct str password)
{
    policy_check(cx, password);
    return fail_items(cx, E_INVALID, SHAPE_ITEMS, "Validation error");
}

static bool choose_names(struct cx *cx, struct str name, struct str slug, struct account *out)
{
    if (str_trim(name).n == 0) {
        fail_add_item(cx, S("account_name"), S("required"), "Account name is required");
        return fail_items(cx, E_INVALID, SHAPE_ITEMS, "Validation error");
    }
    out->name = name;
    out->slug = str_lower(cx->mem, str_absent(slug) ? slug_from(cx->mem, name) : slug);
    slug_check(cx, out->slug);
    return fail_items(cx, E_INVALID, SHAPE_ITEMS, "Validation error");
}

static bool slug_taken(struct cx *cx)
{
    return fail_field(cx, E_CONFLICT, "Conflict", "account_slug",
                      "An account with this slug already exists");
}

/* They are told where to prove their address, and others that they are there. */
static bool announce(struct cx *cx, const struct user *user)
{
    TRY(verify_queue(cx, user, user->email));
    return event_emit(cx, &(struct event){
        .kind = AUTH_REGISTER, .account_id = user->account_id, .record_id = user->id,
        .record = login_event(cx, user, "password", true) });
}

static bool create_account(struct cx *cx, struct signup *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct group group;
    bool taken;
    TRY(tx_begin(cx, &tx));
    TRY(account_create(cx, &out->account, &taken));
    if (taken)
        return slug_taken(cx);
    out->user.account_id = out->account.id;
    db_scope(cx, out->account.id);
    TRY(user_create(cx, &out->user));
    TRY(group_create_pii(cx, out->account.id, &group));
    TRY(group_add(cx, &group, out->user.id));
    TRY(group_names_of(cx, out->account.id, out->user.id, &out->groups));
    TRY(announce(cx, &out->user));
    return tx_commit(&tx);
}

static bool register_account(struct cx *cx, struct str password, struct str name, struct str slug,
                             struct signup *out)
{
    struct account other;
    bool taken;
    TRY(choose_names(cx, name, slug, &out->account));
    TRY(account_by_slug(cx, out->account.slug, &taken, &other));
    if (taken)
        return slug_taken(cx);
    TRY(turn_hash(cx, password, &out->user.password_hash));
    out->user.role = S("admin");
    return create_account(cx, out);
}

static bool join(struct cx *cx, struct signup *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(user_create(cx, &out->user));
    TRY(announce(cx, &out->user));
    return tx_commit(&tx);
}

static bool register_member(struct cx *cx, struct str password, struct signup *out)
{
    struct user other;
    bool found;
    TRY(account_single(cx, &found, &out->account));
    if (!found)
        return fail(cx, E_NOT_FOUND, "Not found",
                    "Configured single-tenant account not found. Contact administrator.");
    db_scope(cx, out->account.id);
    TRY(user_by_email(cx, out->account.id, out->user.email, &found, &other));
    if (found)
        return fail_field(cx, E_CONFLICT, "Conflict", "email",
                          "An account with this email already exists");
    TRY(turn_hash(cx, password, &out->user.password_hash));
    out->user.account_id = out->account.id;
    out->user.role = S("user");
    return join(cx, out);
}

bool signup_run(struct cx *cx, struct str email, struct str password, struct str account_name,
                struct str account_slug, struct signup *out)
{
    *out = (struct signup){ .user.email = email };
    TRY(check_password(cx, password));
    return cx->set->single_tenant_mode
        ? register_member(cx, password, out)
        : register_account(cx, password, account_name, account_slug, out);
}
