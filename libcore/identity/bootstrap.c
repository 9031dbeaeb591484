/* bootstrap.c — makes the first superadmin and the only account, and helps people by hand. */
#include "identity/bootstrap.h"

#include "base/log.h"
#include "base/settings.h"
#include "base/utf8.h"
#include "config/configchange.h"
#include "crypto/password.h"
#include "db/tx.h"
#include "identity/account.h"
#include "identity/policy.h"
#include "identity/reset.h"
#include "identity/slug.h"
#include "mail/mailtpl.h"

/* Everything here is done by the system, wherever it was typed. */
struct guise { struct actor system; const struct actor *was; };

static void put_on(struct cx *cx, struct guise *guise)
{
    guise->was = cx->who;
    guise->system = (struct actor){
        .kind = ACTOR_SYSTEM, .is_superadmin = true, .id = S("system"), .email = S("system"),
        .role = S("admin"), .account_id = S(SYSTEM_ACCOUNT), .auth_method = "system" };
    cx->who = &guise->system;
    db_scope(cx, S("*"));
}

/* An address as the API would have it: trimmed, the domain in lower case (§1.4). */
static bool read_address(struct cx *cx, struct str text, struct str *out)
{
    struct str address = str_trim(text), rest = address, local;
    bool well = utf8_valid(address, NULL) && address.n <= 254 && str_cut(&rest, '@', &local)
             && local.n > 0 && local.n <= 64 && rest.p != NULL && str_has(rest, S("."))
             && !str_has(rest, S("@")) && !str_has(address, S(" "));
    for (size_t i = 0; i < address.n; i++)
        well &= address.p[i] > ' ' || address.p[i] < 0;
    if (!well)
        return fail(cx, E_INVALID, "Invalid", "Invalid email address: '%.*s'", STR_ARG(text));
    *out = str_fmt(cx->mem, "%.*s@%.*s", STR_ARG(local), STR_ARG(str_lower(cx->mem, rest)));
    return true;
}

static bool check_password(struct cx *cx, struct str password)
{
    struct buf all;
    policy_check(cx, password);
    if (cx->err.item_count == 0)
        return true;
    buf_init(&all, cx->mem, 4096);
    for (size_t i = 0; i < cx->err.item_count; i++)
        buf_fmt(&all, "%spassword: %.*s", i > 0 ? "; " : "", STR_ARG(cx->err.items[i].message));
    fail_forget(cx);
    return fail(cx, E_INVALID, "Invalid", "Password validation failed: %.*s",
                STR_ARG(buf_text(&all)));
}

bool bootstrap_has_superadmin(struct cx *cx, bool *has)
{
    db_scope(cx, S("*"));
    return user_any(cx, S(SYSTEM_ACCOUNT), has);
}

static bool exists_already(struct cx *cx, struct str email)
{
    return fail(cx, E_CONFLICT, "Conflict", "A superadmin with email '%.*s' already exists",
                STR_ARG(email));
}

static bool create(struct cx *cx, struct user *user)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(user_create(cx, user));
    return tx_commit(&tx);
}

static bool make_superadmin(struct cx *cx, struct str email, struct str password, struct user *out)
{
    bool found;
    *out = (struct user){ .account_id = S(SYSTEM_ACCOUNT), .role = S("admin"),
                          .email_verified = true };
    TRY(read_address(cx, email, &out->email));
    TRY(check_password(cx, password));
    TRY(user_by_email(cx, out->account_id, out->email, &found, &(struct user){ 0 }));
    if (found)
        return exists_already(cx, out->email);
    TRY(password_hash(cx, password, &out->password_hash));
    if (create(cx, out))
        return true;
    if (cx->err.kind == E_CONFLICT) {
        fail_forget(cx);
        return exists_already(cx, out->email);
    }
    if (cx->err.shape == SHAPE_BODY) {          /* the role */
        fail_forget(cx);
        return fail(cx, E_BROKEN, "Internal error", "Admin role not found in database");
    }
    return false;
}

bool bootstrap_superadmin(struct cx *cx, struct str email, struct str password, struct user *out)
{
    struct guise guise;
    put_on(cx, &guise);
    bool well = make_superadmin(cx, email, password, out);
    cx->who = guise.was;
    return well;
}

static bool seed_account(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct str slug = str_lower(cx->mem, cx->set->single_tenant_account);
    struct str name = cx->set->single_tenant_account_name;
    struct account account = { .slug = slug, .name = name.n > 0 ? name : slug };
    bool found;
    if (!cx->set->single_tenant_mode)
        return true;
    if (!slug_is(slug))
        return fail(cx, E_INVALID, "Invalid",
                    "SNACKBASE_SINGLE_TENANT_ACCOUNT must be a slug of 3 to 32 characters");
    TRY(tx_begin(cx, &tx));
    TRY(account_create(cx, &account, &found));
    return found || tx_commit(&tx);
}

static bool seed(struct cx *cx, bool *made)
{
    bool has;
    struct user user;
    struct str email = cx->set->superadmin_email, password = cx->set->superadmin_password;
    *made = false;
    TRY(seed_account(cx));
    TRY(configchange_seed(cx) && mailtpl_seed(cx));
    if (email.n == 0 || password.n == 0)
        return true;
    TRY(bootstrap_has_superadmin(cx, &has));
    if (has)
        return true;
    *made = make_superadmin(cx, email, password, &user);
    if (*made || cx->err.kind != E_INVALID)
        return *made;
    log_failure(cx);                    /* a bad setting stops nobody else (§21.2) */
    fail_forget(cx);
    return true;
}

bool bootstrap_seed(struct cx *cx, bool *made)
{
    struct guise guise;
    put_on(cx, &guise);
    bool well = seed(cx, made);
    cx->who = guise.was;
    return well;
}

bool bootstrap_person(struct cx *cx, struct str account, struct str email, struct user *out)
{
    struct account home;
    struct str address;
    bool found;
    TRY(read_address(cx, email, &address));
    db_scope(cx, S("*"));
    TRY(account_resolve(cx, account, &found, &home));
    if (!found)
        return fail(cx, E_NOT_FOUND, "Not found", "Account '%.*s' not found", STR_ARG(account));
    TRY(user_by_email(cx, home.id, address, &found, out));
    return found
        || fail(cx, E_NOT_FOUND, "Not found", "Account '%.*s' has no user with email '%.*s'",
                STR_ARG(account), STR_ARG(address));
}

static bool verify(struct cx *cx, struct str account, struct str email)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct user user;
    TRY(tx_begin(cx, &tx));
    TRY(bootstrap_person(cx, account, email, &user));
    TRY(user_verified(cx, &user));
    return tx_commit(&tx);
}

bool bootstrap_verify(struct cx *cx, struct str account, struct str email)
{
    struct guise guise;
    put_on(cx, &guise);
    bool well = verify(cx, account, email);
    cx->who = guise.was;
    return well;
}

static bool set_password(struct cx *cx, struct str account, struct str email, struct str password)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct user user;
    struct str hash;
    TRY(bootstrap_person(cx, account, email, &user));
    TRY(check_password(cx, password));
    TRY(password_hash(cx, password, &hash));
    TRY(tx_begin(cx, &tx));
    TRY(bootstrap_person(cx, account, email, &user));
    TRY(reset_password(cx, &user, hash));
    return tx_commit(&tx);
}

bool bootstrap_set_password(struct cx *cx, struct str account, struct str email,
                            struct str password)
{
    struct guise guise;
    put_on(cx, &guise);
    bool well = set_password(cx, account, email, password);
    cx->who = guise.was;
    return well;
}
