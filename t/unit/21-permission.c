/* 21-permission.c — the grants of a role: its own and those for every collection, current at once. */
#include "dbtest.h"

#include "audit/change.h"
#include "base/settings.h"
#include "identity/actor.h"
#include "identity/permission.h"

static struct settings set = { .audit_logging_enabled = true };
static void *keep[2][KEEP_COUNT];
static struct actor system_actor;

static bool insert(struct cx *cx, int64_t role, const char *collection, const char *operation,
                   const char *rule, int64_t *id)
{
    return change_insert(cx, &(struct change){
        .table = S("permissions"), .account_id = S(SYSTEM_ACCOUNT), .generated_id = id,
        .new_values = BIND(p_int("role_id", role), p_text("collection", str_of(collection)),
                           p_text("operation", str_of(operation)), p_text("rule", str_of(rule)),
                           p_text("fields", S("*")), p_time("created_at", cx->now),
                           p_time("updated_at", cx->now)) });
}

static bool grant(struct cx *cx, int64_t role, const char *collection, const char *operation,
                  const char *rule, int64_t *id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(insert(cx, role, collection, operation, rule, id));
    TRY(db_bump_definitions(cx));
    return tx_commit(&tx);
}

static bool slip_in(struct cx *cx, int64_t *id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(insert(cx, 2, "posts", "read", "true", id));
    return tx_commit(&tx);
}

static bool revoke(struct cx *cx, int64_t id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(change_delete(cx, &(struct change){
        .table = S("permissions"), .account_id = S(SYSTEM_ACCOUNT),
        .record_id = str_fmt(cx->mem, "%lld", (long long)id), .key = BIND(p_int("id", id)) }));
    TRY(db_bump_definitions(cx));
    return tx_commit(&tx);
}

/* The rules that hold, separated by commas. */
static struct str held(struct cx *cx, const char *role, const char *collection,
                       enum permission_operation operation)
{
    struct grants grants;
    struct buf out;
    buf_init(&out, cx->mem, 1000);
    db_rest(cx->db);
    db_scope(cx, S("*"));
    if (!permission_grants(cx, str_of(role), str_of(collection), operation, &grants))
        return S("failed");
    for (size_t i = 0; i < grants.n; i++)
        buf_fmt(&out, "%s%.*s", i > 0 ? "," : "", STR_ARG(grants.at[i].rule));
    return buf_text(&out);
}

static void test(struct cx *cx)
{
    int64_t one = 0, two = 0, three = 0;
    is_text(held(cx, "user", "posts", PERMISSION_READ), "", "at first nothing is granted");
    ok(grant(cx, 2, "posts", "read", "true", &one) && grant(cx, 2, "*", "read", "public", &two)
       && grant(cx, 2, "posts", "update", "mine", &three), "three grants");
    is_text(held(cx, "user", "posts", PERMISSION_READ), "true,public", "the collection's and that of all");
    is_text(held(cx, "user", "POSTS", PERMISSION_READ), "true,public", "collections have no case");
    is_text(held(cx, "user", "others", PERMISSION_READ), "public", "another has the one of all");
    is_text(held(cx, "user", "posts", PERMISSION_UPDATE), "mine", "each operation has its own");
    is_text(held(cx, "user", "posts", PERMISSION_DELETE), "", "or none");
    is_text(held(cx, "admin", "posts", PERMISSION_READ), "", "another role has none of it");
    is_text(held(cx, "", "posts", PERMISSION_READ), "", "nor has nobody's");
    ok(revoke(cx, two), "one is revoked");
    is_text(held(cx, "user", "posts", PERMISSION_READ), "true", "and gone at once");
    ok(revoke(cx, one) && revoke(cx, three), "the others too");
    is_text(held(cx, "user", "posts", PERMISSION_READ), "", "nothing is left");
    ok(slip_in(cx, &one), "a row of which nobody tells");
    is_text(held(cx, "user", "posts", PERMISSION_READ), "", "is not seen");
    cx->now += 5 * WHEN_MINUTE;
    is_text(held(cx, "user", "posts", PERMISSION_READ), "true", "for five minutes");
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan((int)(17 * engines));
    actor_system(&system_actor);
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        cx.set = &set;
        cx.keep = keep[engine];
        cx.who = &system_actor;
        db_scope(&cx, S("*"));
        test(&cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
