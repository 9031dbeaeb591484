/* 24-account.c — codes in order, names of accounts found, people made: on both engines. */
#include "dbtest.h"

#include <sys/wait.h>

#include "base/settings.h"
#include "db/tx.h"
#include "identity/account.h"
#include "identity/actor.h"
#include "identity/bootstrap.h"
#include "identity/group.h"
#include "identity/role.h"

static struct settings set = { .audit_logging_enabled = true, .argon2_memory_kib = 8192,
                               .argon2_passes = 1, .templates_dir = S_INIT("templates") };
static void *keep[2][KEEP_COUNT];      /* of each engine */
static struct actor system_actor;

static const char *after(const char *code)
{
    static char next[7];
    return account_next_code(str_of(code), next) ? next : "none";
}

static void test_codes(void)
{
    is_text(str_of(after(NULL)), "AA0001", "the first code");
    is_text(str_of(after("AA0001")), "AA0002", "the next one");
    is_text(str_of(after("AA9999")), "AB0000", "a carry into the letters");
    is_text(str_of(after("AZ9999")), "BA0000", "and into the first letter");
    is_text(str_of(after("SX9999")), "SZ0000", "the system's block is skipped");
    is_text(str_of(after("ZZ9999")), "none", "after the last there is none");
    is_text(str_of(after("junk")), "AA0001", "what is no code starts over");
}

static bool add(struct cx *cx, const char *slug, struct account *out, bool *taken)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    *out = (struct account){ .slug = str_of(slug), .name = S("Name") };
    TRY(tx_begin(cx, &tx));
    TRY(account_create(cx, out, taken));
    return *taken || tx_commit(&tx);
}

static bool found_as(struct cx *cx, const char *identifier, const struct account *wanted)
{
    struct account found;
    bool is_there = false;
    if (!account_resolve(cx, str_of(identifier), &is_there, &found))
        printf("# %s\n", cx->err.cause);
    return is_there && str_eq(found.id, wanted->id);
}

static void test_accounts(struct cx *cx)
{
    static const char *const STRANGE[] = { "", " ", "nobody", "AA9999", "acme\n", "\xff\xfe", "%",
        "00000000-0000-0000-0000-00000000000", "'; DROP TABLE accounts; --" };
    struct account one, two, found;
    bool taken, any = false;
    size_t strange = 0;
    ok(add(cx, "acme", &one, &taken) && !taken, "an account is made");
    is_text(one.account_code, "AA0001", "with the first code");
    ok(add(cx, "other", &two, &taken) && str_eq(two.account_code, S("AA0002")), "another, the second");
    ok(add(cx, "acme", &two, &taken) && taken, "a slug is had once");
    ok(add(cx, "aa0001", &two, &taken) && str_eq(two.account_code, S("AA0003")),
       "no code is lost to a refusal");
    ok(found_as(cx, "acme", &one) && found_as(cx, "ACME", &one), "found by its slug, in any case");
    ok(found_as(cx, "AA0001", &one) && found_as(cx, "aa0001", &one), "by its code before any slug");
    ok(found_as(cx, one.id.p, &one), "by its id");
    for (size_t i = 0; i < COUNT(STRANGE); i++)
        if (account_resolve(cx, str_of(STRANGE[i]), &any, &found))
            strange += !any;
    is_int(strange, COUNT(STRANGE), "other texts find nothing and break nothing");
    ok(account_resolve(cx, (struct str){ "acme\0x", 6 }, &any, &found) && !any, "nor does a NUL");
    set.single_tenant_account = S("ACME");
    ok(account_single(cx, &any, &found) && any && str_eq(found.id, one.id), "the only account");
}

static bool make(struct cx *cx, struct user *user)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(user_create(cx, user));
    return tx_commit(&tx);
}

static void test_people(struct cx *cx)
{
    struct account acme, other;
    struct user user, again, found;
    struct group group = { .name = S("staff"), .account_id = NO_STR };
    struct group_names names;
    bool is_there, taken;
    struct tx tx = { 0 };
    ok(account_by_slug(cx, S("acme"), &is_there, &acme) && add(cx, "second", &other, &taken), "two accounts");
    user = (struct user){ .account_id = acme.id, .email = S("a@b.co"), .password_hash = S("x"),
                          .role = S("admin") };
    ok(make(cx, &user) && user.is_active && !user.email_verified, "a person");
    again = user;
    ok(!make(cx, &again) && cx->err.kind == E_CONFLICT, "an address is had once in an account");
    is_text(str_of(cx->err.message), "An account with this email already exists", "which is said");
    fail_forget(cx);
    again.account_id = other.id;
    ok(make(cx, &again), "and once in another");
    again.role = S("emperor");
    again.email = S("c@b.co");
    ok(!make(cx, &again) && cx->err.kind == E_BROKEN && cx->err.shape == SHAPE_BODY,
       "a role that is not there is our fault");
    fail_forget(cx);
    ok(user_by_email(cx, acme.id, S("a@b.co"), &is_there, &found) && is_there
       && str_eq(found.id, user.id) && str_eq(found.role, S("admin")), "found by address");
    ok(user_by_email(cx, acme.id, S("A@b.co"), &is_there, &found) && !is_there,
       "addresses are compared as they are");
    ok(user_by_id(cx, other.id, user.id, &is_there, &found) && !is_there,
       "nobody is found in another account");
    ok(user_by_id(cx, S("nonsense"), S("u'1"), &is_there, &found) && !is_there, "nor by nonsense");
    group.account_id = acme.id;
    bool well = tx_begin(cx, &tx) && group_create(cx, &group) && group_add(cx, &group, user.id)
             && tx_commit(&tx);
    ok(well && group_names_of(cx, acme.id, user.id, &names) && names.n == 1
       && str_eq(names.at[0], S("staff")), "a group of theirs");
    ok(group_names_of(cx, other.id, user.id, &names) && names.n == 0, "which another account has not");
    tx = (struct tx){ 0 };
    group.account_id = other.id;
    well = tx_begin(cx, &tx) && group_create(cx, &group) && group_add(cx, &group, user.id)
        && tx_commit(&tx);      /* PostgreSQL may tell it there */
    tx_end(&tx);
    ok(!well, "nobody joins a group of another account");
    fail_forget(cx);
}

static void test_bootstrap(struct cx *cx)
{
    struct user user;
    bool has = true, made = true, is_there = false;
    struct account acme;
    ok(bootstrap_has_superadmin(cx, &has) && !has, "at first there is no superadmin");
    ok(bootstrap_seed(cx, &made) && !made, "and none is made without being told");
    ok(!bootstrap_superadmin(cx, S("root"), S("Correct-Horse-1"), &user), "an address is needed");
    fail_forget(cx);
    ok(!bootstrap_superadmin(cx, S("root@b.co"), S("weak"), &user), "and a password");
    is_text(str_of(cx->err.message), "Password validation failed:"
            " password: Password must be at least 12 characters;"
            " password: Password must contain at least one uppercase letter;"
            " password: Password must contain at least one digit;"
            " password: Password must contain at least one special character", "that is a good one");
    fail_forget(cx);
    set.superadmin_email = S(" root@B.CO ");
    set.superadmin_password = S("weak");
    ok(bootstrap_seed(cx, &made) && !made && cx->err.kind == E_NONE, "a weak one stops nothing else");
    set.superadmin_password = S("Correct-Horse-1");
    ok(bootstrap_seed(cx, &made) && made && bootstrap_has_superadmin(cx, &has) && has,
       "the settings name the first");
    ok(bootstrap_seed(cx, &made) && !made, "once");
    ok(user_by_email(cx, S(SYSTEM_ACCOUNT), S("root@b.co"), &is_there, &user) && is_there
       && user.email_verified && str_eq(user.role, S("admin")), "an admin of the system account");
    ok(!bootstrap_superadmin(cx, S("root@b.co"), S("Correct-Horse-1"), &user), "not twice");
    is_text(str_of(cx->err.message), "A superadmin with email 'root@b.co' already exists", "it says why");
    fail_forget(cx);
    set.single_tenant_mode = true;
    set.single_tenant_account = S("Solo");
    ok(bootstrap_seed(cx, &made) && account_single(cx, &is_there, &acme) && is_there
       && str_eq(acme.name, S("solo")) && str_eq(acme.slug, S("solo")), "the only account is made");
    ok(bootstrap_seed(cx, &made), "once");
    set.single_tenant_mode = false;
    ok(bootstrap_verify(cx, S("acme"), S("a@b.co")) && account_by_slug(cx, S("acme"), &is_there, &acme)
       && user_by_email(cx, acme.id, S("a@b.co"), &is_there, &user) && user.email_verified,
       "a member's address is verified");
    ok(!bootstrap_verify(cx, S("acme"), S("nobody@b.co")), "nobody's is not");
    fail_forget(cx);
    ok(!bootstrap_verify(cx, S("nowhere"), S("a@b.co")), "nor in no account");
    fail_forget(cx);
    ok(cx->who == &system_actor, "whoever called is who they were");
}

enum { WRITERS = 6, TURNS = 5 };
static int add_many(const struct dbtest *t, int number)
{
    void *own[KEEP_COUNT] = { NULL };
    struct cx cx = { .mem = arena_new(0, NULL, NULL), .set = &set, .keep = own, .now = when_now(),
                     .who = &system_actor };
    cx.db = db_open(&cx, t->where, DB_SERVE);
    for (int i = 0; i < TURNS; i++) {
        struct account made;
        bool taken = false;
        db_scope(&cx, S("*"));
        if (cx.db == NULL || !add(&cx, str_fmt(cx.mem, "many-%d-%d", number, i).p, &made, &taken) || taken) {
            printf("# %s\n", cx.err.cause != NULL ? cx.err.cause : cx.err.message);
            return 1;
        }
    }
    db_close(cx.db);
    return 0;
}

static void test_race(const struct dbtest *t, struct cx *cx)
{
    pid_t pids[WRITERS];
    int failed = 0, status;
    struct account last;
    bool taken;
    db_rest(cx->db);
    fflush(stdout);
    for (int i = 0; i < WRITERS; i++)
        if ((pids[i] = fork()) == 0)
            _exit(add_many(t, i));
    for (int i = 0; i < WRITERS; i++)
        failed += waitpid(pids[i], &status, 0) < 0 || status != 0;
    is_int(failed, 0, "six processes register at once");
    db_scope(cx, S("*"));
    ok(add(cx, "the-last", &last, &taken), "and one after them");
    is_text(last.account_code, str_fmt(cx->mem, "AA%04d", 5 + WRITERS * TURNS + 1).p,
            "each had a code of its own, without gaps");
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan((int)(7 + 45 * engines));
    actor_system(&system_actor);
    test_codes();
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        set.superadmin_email = set.superadmin_password = S("");
        set.single_tenant_account = set.single_tenant_account_name = S("");
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        cx.set = &set;
        cx.keep = keep[engine];
        cx.who = &system_actor;
        db_scope(&cx, S("*"));
        test_accounts(&cx);
        test_people(&cx);
        test_bootstrap(&cx);
        test_race(&t, &cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
