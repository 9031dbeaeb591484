/* 26-apikey.c — keys that act for an account: who calls with one, what is kept of it, how it ends. */
#include "dbtest.h"

#include "audit/change.h"
#include "base/jv.h"
#include "base/settings.h"
#include "db/rows.h"
#include "identity/account.h"
#include "identity/actor.h"
#include "identity/apikey.h"
#include "identity/user.h"

static struct settings set = {
    .audit_logging_enabled = true, .token_secret = S_INIT("test-secret"), .api_key_max_per_user = 2,
};
static void *keep[2][KEEP_COUNT];
static struct actor root, nobody;
static struct account acme;

static struct cx at(const struct cx *cx, int64_t seconds, const struct actor *who)
{
    struct cx later = *cx;
    later.now += seconds * WHEN_SECOND;
    later.who = who;
    later.err = (struct err){ .kind = E_NONE };
    db_rest(cx->db);
    db_scope(&later, S("*"));
    return later;
}

static bool make_people(const struct cx *base)
{
    struct cx cx = at(base, 0, &nobody);
    struct user user = { .account_id = S(SYSTEM_ACCOUNT), .email = S("root@b.co"), .role = S("admin"),
                         .password_hash = S("x"), .email_verified = true };
    struct tx tx SCOPED(tx_end) = { 0 };
    bool taken;
    acme = (struct account){ .slug = S("acme"), .name = S("Acme") };
    TRY(tx_begin(&cx, &tx) && user_create(&cx, &user) && account_create(&cx, &acme, &taken));
    root = (struct actor){ .kind = ACTOR_USER, .is_superadmin = true, .id = user.id, .email = user.email,
                           .role = S("admin"), .account_id = S(SYSTEM_ACCOUNT) };
    return tx_commit(&tx);
}

static const char *make(const struct cx *base, const char *scopes, struct apikey *key, struct str *text)
{
    struct cx cx = at(base, 0, &root);
    struct apikey_wish wish = { .name = S("Import"), .account_id = acme.id };
    struct jv_fault fault;
    if (scopes != NULL && !jv_parse(&cx, str_of(scopes), &wish.scopes, &fault))
        return "no JSON";
    return apikey_create(&cx, &wish, key, text) ? "" : cx.err.message;
}

static const char *call(const struct cx *base, int64_t seconds, struct str text, struct actor *who)
{
    struct cx cx = at(base, seconds, &nobody);
    struct credentials given = { .api_key = text };
    *who = (struct actor){ .ip = S("10.0.0.1") };
    return actor_identify(&cx, &given, who) ? "" : cx.err.message;
}

static bool is_acmes(const struct actor *who, const struct apikey *key, const char *role)
{
    const struct cx cx = { .who = who };
    return who->is_service && !who->is_superadmin && !who->sees_pii && who->group_count == 0
        && who->kind == ACTOR_USER && str_eq(who->id, key->id) && str_eq(who->account_id, acme.id)
        && str_eq(who->account_name, S("Acme")) && str_eq(who->email, S("key:Import"))
        && str_eq(who->role, str_of(role)) && str_eq(who->ip, S("10.0.0.1"))
        && cx_has_scope(&cx, S("records:secrets:read")) && !cx_has_scope(&cx, S("records"));
}

static int64_t used_at(const struct cx *base, struct str id)
{
    struct cx cx = at(base, 0, &root);
    struct apikey key = { .last_used_at = -1 };
    return apikey_get(&cx, id, &key) ? key.last_used_at : -1;
}

static void test_service(const struct cx *base)
{
    struct apikey key, other;
    struct str text, second;
    struct actor who;
    is_text(str_of(make(base, "[\"records\"]", &key, &text)),
            "Input should be 'admin' or 'records:secrets:read'", "an unknown scope is refused");
    is_text(str_of(make(base, "[\"records:secrets:read\"]", &key, &text)), "", "a key for an account");
    is_text(str_of(call(base, 0, text, &who)), "", "is good");
    ok(is_acmes(&who, &key, "user"), "for a service of that account");
    is_text(str_of(call(base, 1, text, &who)), "", "and while it is kept");
    ok(is_acmes(&who, &key, "user"), "still for that one");
    is_int(used_at(base, key.id), base->now, "its use is stamped");
    is_text(str_of(call(base, 59, text, &who)), "", "used again within the minute");
    is_int(used_at(base, key.id), base->now, "it is not");
    is_text(str_of(call(base, 61, text, &who)), "", "and after it");
    is_int(used_at(base, key.id), base->now + 61 * WHEN_SECOND, "it is again, kept or not");
    is_text(str_of(make(base, "[\"admin\",\"records:secrets:read\"]", &other, &second)), "", "another");
    is_text(str_of(call(base, 0, second, &who)), "", "with the scope admin");
    ok(is_acmes(&who, &other, "admin"), "has that role, and is a service all the same");
    is_text(str_of(make(base, NULL, &key, &text)), "Maximum number of API keys reached (2)",
            "a third is refused");
    struct cx cx = at(base, 70, &root);
    ok(apikey_revoke(&cx, other.id) && apikey_revoke(&cx, other.id), "one is revoked, twice");
    is_text(str_of(call(base, 71, second, &who)), "Token has been revoked", "and at its end");
    is_text(str_of(make(base, NULL, &key, &text)), "", "there is room again");
}

/* The maker's password is changed: their tokens are called back, and what they vouch for. */
static void test_maker(const struct cx *base)
{
    struct apikey_page page;
    struct cx cx = at(base, 80, &root);
    struct tx tx = { 0 };
    struct actor who;
    struct apikey key;
    struct str text;
    ok(apikey_list(&cx, 0, 0, &page) && page.n == 3 && page.total == 3, "three keys were made");
    ok(apikey_revoke(&cx, page.at[0].id), "one is revoked");
    is_text(str_of(make(base, "[\"records:secrets:read\"]", &key, &text)), "", "one is new");
    is_text(str_of(call(base, 80, text, &who)), "", "and good");
    cx = at(base, 81, &nobody);
    ok(tx_begin(&cx, &tx) && change_update(&cx, &(struct change){
        .table = S("users"), .account_id = root.account_id, .record_id = root.id,
        .key = BIND(p_text("account_id", root.account_id), p_text("id", root.id)),
        .new_values = BIND(p_time("tokens_valid_from", cx.now)) })
       && db_bump_identities(&cx) && tx_commit(&tx), "the maker's password is changed");
    is_text(str_of(call(base, 82, text, &who)), "Token has been revoked",
            "so nobody keeps what a thief has made");
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan((int)(26 * engines));
    actor_nobody(&nobody);
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        cx.set = &set;
        cx.keep = keep[engine];
        cx.now -= cx.now % WHEN_SECOND;
        ok(make_people(&cx), "a superadmin and an account");
        test_service(&cx);
        test_maker(&cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
