/* 25-member.c — people with their groups, in pages, as far as the caller may see; and their changes. */
#include "dbtest.h"

#include "base/settings.h"
#include "db/rows.h"
#include "db/tx.h"
#include "identity/account.h"
#include "identity/actor.h"
#include "identity/member.h"
#include "identity/role.h"
#include "identity/user.h"

static struct settings set = { .audit_logging_enabled = true };
static void *keep[2][KEEP_COUNT];      /* of each engine */
static struct actor root, admin;
static struct account acme, other;
static struct user people[4];

static bool add_person(struct cx *cx, struct user *user, const char *email, size_t groups)
{
    *user = (struct user){ .account_id = acme.id, .email = str_of(email), .role = S("user"),
                           .password_hash = S("x") };
    cx->now++;
    TRY(user_create(cx, user));
    for (size_t i = 0; i < groups; i++) {
        struct group group = { .account_id = acme.id, .name = str_fmt(cx->mem, "%s %zu", email, i) };
        TRY(group_create(cx, &group));
        TRY(group_add(cx, &group, user->id));
    }
    return true;
}

static bool make(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    bool taken;
    TRY(tx_begin(cx, &tx));
    acme = (struct account){ .slug = S("acme"), .name = S("Acme") };
    other = (struct account){ .slug = S("other"), .name = S("Other") };
    TRY(account_create(cx, &acme, &taken) && account_create(cx, &other, &taken));
    TRY(add_person(cx, &people[0], "a@b.co", 0));
    TRY(add_person(cx, &people[1], "b@b.co", 9));
    TRY(add_person(cx, &people[2], "c@b.co", 1));
    people[3] = (struct user){ .account_id = other.id, .email = S("a@b.co"), .role = S("admin") };
    people[3].password_hash = S("x");
    TRY(user_create(cx, &people[3]));
    return tx_commit(&tx);
}

/* The addresses of a list with the number of groups, and the total. */
static const char *list(struct cx *cx, const struct member_query *query)
{
    struct members found;
    struct buf out;
    buf_init(&out, cx->mem, 1000);
    if (!member_list(cx, query, &found))
        return cx->err.cause;
    for (size_t i = 0; i < found.n; i++)
        buf_fmt(&out, "%.1s%zu ", found.at[i].email.p, found.at[i].groups.n);
    buf_fmt(&out, "of %d", (int)found.total);
    return str_c(cx->mem, buf_text(&out));
}

static void test_lists(struct cx *cx)
{
    struct member_query query = { .role_id = MEMBER_ANY, .is_active = MEMBER_ANY, .sort = S("email"),
                                  .account_id = acme.id, .limit = 2 };
    struct member one;
    bool found = false;
    is_text(str_of(list(cx, &query)), "a0 b9 of 3", "a limit counts people, not their groups");
    query.skip = 1;
    is_text(str_of(list(cx, &query)), "b9 c1 of 3", "so does a start");
    query.sort = S("-created_at");
    query.limit = query.skip = 0;
    is_text(str_of(list(cx, &query)), "c1 b9 a0 of 3", "without a limit all of them");
    query.account_id = NO_STR;
    query.search = S("A@B");
    is_text(str_of(list(cx, &query)), "a0 a0 of 2", "of every account, for superadmins");
    ok(member_find(cx, people[1].id, &found, &one) && found && one.groups.n == 9
       && str_eq(one.groups.at[0], S("b@b.co 0")) && str_eq(one.groups.at[8], S("b@b.co 8")),
       "one, with the groups by name");
    is_text(one.account_name, "Acme", "and the account");
}

static void test_seen(struct cx *cx)
{
    struct member_query query = { .role_id = MEMBER_ANY, .is_active = MEMBER_ANY, .sort = S("email") };
    struct member one;
    bool found = true;
    admin = (struct actor){ .kind = ACTOR_USER, .id = people[0].id, .account_id = acme.id };
    cx->who = &admin;           /* the scope stays "*": the statement must do it alone */
    is_text(str_of(list(cx, &query)), "a0 b9 c1 of 3", "others see their own account");
    query.account_id = other.id;
    is_text(str_of(list(cx, &query)), "of 0", "whichever they ask for");
    ok(member_find(cx, people[3].id, &found, &one) && !found, "and find nobody elsewhere");
    ok(member_find(cx, people[2].id, &found, &one) && found, "but at home");
    cx->who = &root;
}

static int64_t history(struct cx *cx)
{
    int64_t n = -1;
    static const struct sql COUNT_ROWS = SQL("SELECT count(*) AS n FROM audit_log WHERE account_id = :account");
    struct rows rows SCOPED(rows_close) = { 0 };
    if (db_query(cx, COUNT_ROWS, BIND(p_text("account", acme.id)), &rows) && rows_step(&rows))
        n = rows_int(&rows, 0);
    return n;
}

static bool change(struct cx *cx, struct user *user, const struct user_change *to, bool *taken)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(user_change(cx, user, to, taken));
    return *taken || tx_commit(&tx);
}

static void test_changes(struct cx *cx)
{
    int64_t before = history(cx);
    struct user found;
    bool taken, is_there = false;
    ok(change(cx, &people[0], &(struct user_change){ .email = S("a@b.co"), .role_id = people[0].role_id,
       .is_active = 1 }, &taken) && !taken && history(cx) == before, "what is the same leaves no history");
    ok(change(cx, &people[0], &(struct user_change){ .email = S("b@b.co"), .is_active = -1 }, &taken) && taken,
       "an address is had once");
    people[0].email = S("a@b.co");
    ok(change(cx, &people[0], &(struct user_change){ .email = S("z@b.co"), .is_active = 0,
       .profile_data = S("{}") }, &taken) && !taken, "everything at once");
    is_int(history(cx) - before, 5, "three columns, the end of tokens, the time");
    ok(user_by_id(cx, acme.id, people[0].id, &is_there, &found) && is_there && !found.is_active
       && str_eq(found.email, S("z@b.co")) && str_eq(found.profile_data, S("{}"))
       && found.tokens_valid_from == cx->now, "as it is kept");
    ok(change(cx, &people[0], &(struct user_change){ .is_active = 1 }, &taken)
       && user_by_id(cx, acme.id, people[0].id, &is_there, &found) && found.is_active
       && found.tokens_valid_from == cx->now, "coming back revives no token");
}

static void test_lost(struct cx *cx)
{
    struct user user = { .account_id = acme.id, .email = S("lost@b.co"), .role_id = 4711,
                         .password_hash = S("x"), .auth_provider = S("password") };
    struct tx tx SCOPED(tx_end) = { 0 };
    bool taken = false;
    ok(tx_begin(cx, &tx) && !(user_add(cx, &user, &taken) && tx_commit(&tx)), "a role that went is no role");
    fail_forget(cx);
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan((int)(18 * engines));
    actor_system(&root);
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        cx.set = &set;
        cx.keep = keep[engine];
        cx.who = &root;
        db_scope(&cx, S("*"));
        if (!make(&cx))
            printf("# %s\n", cx.err.cause);
        test_lists(&cx);
        test_seen(&cx);
        test_changes(&cx);
        test_lost(&cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
