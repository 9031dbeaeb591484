/* 26-consequences.c — what goes with what is deleted is told before, bounded, and to who may know. */
#include "dbtest.h"

#include "app/consequencesdata.h"
#include "base/settings.h"
#include "data/define.h"
#include "data/record.h"
#include "data/storedmacro.h"
#include "db/tx.h"
#include "identity/account.h"
#include "identity/group.h"
#include "identity/role.h"
#include "identity/user.h"

enum { TESTS = 49 };

static struct settings set = { .audit_logging_enabled = true, .max_expand_depth = 3,
                               .batch_max_size = 5 };
static void *keep[2][KEEP_COUNT];
static struct actor root, admin;
static struct db *connection;
static size_t engine;
static struct cx cx;
static struct account acme, other;
static struct user ann, ben, eve;
static struct group staff;
static struct role editor;

/* A request of its own, so that definitions are read anew. */
static void ask(const struct actor *who)
{
    static int64_t now = INT64_C(1767323045678901);
    if (cx.mem != NULL && cx.mem != tap_mem())
        arena_free(cx.mem);
    db_rest(connection);
    cx = (struct cx){ .mem = arena_new(0, NULL, NULL), .db = connection, .set = &set, .who = who,
                      .now = now += 1000, .request_id = S("hk_0123456789ab"),
                      .keep = keep[engine] };
    db_scope(&cx, who->is_superadmin ? S("*") : who->account_id);
}

static struct jv json(const char *text)
{
    struct jv value = { 0 };
    struct jv_fault fault;
    if (!jv_parse(&cx, str_of(text), &value, &fault))
        printf("# bad JSON in the test: %s\n", text);
    return value;
}

static struct str define(const char *text)
{
    struct define_in in = { 0 };
    struct collection made;
    ask(&root);
    in.body = json(text);
    in.name = jv_text(jv_get(in.body, S("name")));
    in.fields = jv_get(in.body, S("fields"));
    in.type = jv_text(jv_get(in.body, S("type")));
    in.query = jv_text(jv_get(in.body, S("query")));
    for (int op = 0; op < OP_COUNT; op++)
        in.rules.rules[op] = jv_get(in.body, str_of(collectionrules_keys[op]));
    if (define_create(&cx, &in, &made))
        return str_copy(tap_mem(), made.id);
    printf("# %s: %.*s\n", cx.err.message, STR_ARG(cx.err.body));
    return NO_STR;
}

#define BODY(...) str_fmt(tap_mem(), __VA_ARGS__).p
static struct str record(const char *collection, const char *body)
{
    struct str id = NO_STR;
    struct buf out;
    struct js js;
    ask(&admin);
    buf_init(&out, cx.mem, 100000);
    js_init(&js, &out);
    if (!record_create(&cx, str_of(collection), json(body), &js, &id))
        printf("# %s: %s %.*s\n", collection, cx.err.message, STR_ARG(cx.err.body));
    return str_copy(tap_mem(), id);
}

/* "stops it: Users=2 (a@b.co b@b.co); …", examples without what looks like an id. */
static const char *told(bool well, const struct consequences *list)
{
    struct buf out;
    if (!well)
        return cx.err.message;
    buf_init(&out, tap_mem(), 100000);
    for (size_t i = 0; i < list->n; i++) {
        const struct consequence *c = &list->at[i];
        buf_fmt(&out, "%s%s: %s", i > 0 ? "; " : "", consequences_effect_words(c->effect),
                c->what);
        if (!str_absent(c->name))
            buf_fmt(&out, "/%.*s", STR_ARG(c->name));
        buf_fmt(&out, "=%d%s", (int)c->count, c->is_more ? "+" : "");
        for (size_t e = 0; e < c->some_n; e++)
            if (!str_absent(c->some[e].text) && c->some[e].text.n < 36)
                buf_fmt(&out, "%s%.*s", e == 0 ? " " : ",", STR_ARG(c->some[e].text));
    }
    if (list->stops)
        buf_fmt(&out, " !");
    return str_c(tap_mem(), buf_text(&out));
}

/* ---- people ---- */

static bool person(struct user *user, struct str account, const char *email, const char *role)
{
    *user = (struct user){ .account_id = account, .email = str_of(email), .role = str_of(role),
                           .password_hash = S("x") };
    cx.now++;
    return user_create(&cx, user);
}

static const struct sql SESSION_ADD = SQL(
    "INSERT INTO refresh_tokens (id, account_id, user_id, family_id, token_hash, expires_at,"
    " is_revoked, user_agent, created_at) VALUES (:id, :account, :user, :id, :id, :until, :no,"
    " 'curl', 1)");
static const struct sql INVITATION_ADD = SQL(
    "INSERT INTO invitations (id, account_id, email, token_hash, token_enc, role_id, groups,"
    " inviter_account_id, invited_by, expires_at, email_sent, created_at, updated_at)"
    " VALUES (:id, :account, 'x@y.co', :id, '', :role, :groups, :by, :user, :until, :no, 1, 1)");
static const struct sql KEY_ADD = SQL(
    "INSERT INTO api_keys (id, account_id, user_id, key_hash, name, is_active, created_at,"
    " updated_at) VALUES (:id, :account, :user, :id, :name, :yes, 1, 1)");

static bool session(const char *id, const struct user *user, int64_t until)
{
    return db_exec(&cx, SESSION_ADD, BIND(p_text("id", str_of(id)), p_bool("no", false),
                   p_text("account", user->account_id), p_text("user", user->id),
                   p_time("until", until)), NULL);
}

static bool invitation(const char *id, struct str account, const struct user *by, int64_t role)
{
    return db_exec(&cx, INVITATION_ADD, BIND(p_text("id", str_of(id)), p_bool("no", false),
                   p_text("account", account), role == 0 ? p_null("role") : p_int("role", role),
                   p_text("groups", str_fmt(cx.mem, "[\"%.*s\"]", STR_ARG(staff.id))),
                   p_text("by", by->account_id), p_text("user", by->id),
                   p_time("until", cx.now + WHEN_DAY)), NULL);
}

static bool make_people(void)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    bool taken;
    ask(&root);
    acme = (struct account){ .slug = S("acme"), .name = S("Acme") };
    other = (struct account){ .slug = S("other"), .name = S("Other") };
    editor = (struct role){ .name = S("editor") };
    TRY(role_create(&cx, &editor));
    TRY(tx_begin(&cx, &tx));
    TRY(account_create(&cx, &acme, &taken) && account_create(&cx, &other, &taken));
    TRY(person(&ann, acme.id, "ann@a.co", "editor") && person(&ben, acme.id, "ben@a.co", "user"));
    TRY(person(&eve, other.id, "eve@o.co", "editor"));
    staff = (struct group){ .account_id = acme.id, .name = S("staff") };
    TRY(group_create(&cx, &staff) && group_add(&cx, &staff, ann.id));
    TRY(session("s1", &ann, cx.now + WHEN_DAY) && session("s2", &ann, 1)
        && session("s3", &eve, cx.now + WHEN_DAY));
    TRY(invitation("i1", acme.id, &ann, editor.id) && invitation("i2", other.id, &ann, 0));
    TRY(db_exec(&cx, KEY_ADD, BIND(p_text("id", S("k1")), p_text("account", acme.id),
        p_text("user", ann.id), p_text("name", S("CI")), p_bool("yes", true)), NULL));
    TRY(tx_commit(&tx));
    struct str *kept[] = { &acme.id, &other.id, &ann.id, &ben.id, &eve.id, &staff.id,
                           &staff.name, &acme.account_code };
    for (size_t i = 0; i < COUNT(kept); i++)
        *kept[i] = str_copy(tap_mem(), *kept[i]);
    return true;
}

static void test_user(void)
{
    struct consequences list;
    ask(&admin);
    is_text(str_of(told(consequences_user(&cx, acme.id, ann.id, &list), &list)),
            "goes with it: Sessions=1 curl; stays: API keys and personal tokens, refused while the"
            " user is inactive=1 CI; stays: Groups the user is in=1 staff; stays: Invitations the"
            " user sent=1 x@y.co",
            "a user: the sessions go, the rest stays (and of other accounts nothing is told)");
    ask(&admin);
    is_text(str_of(told(consequences_user(&cx, acme.id, ben.id, &list), &list)),
            "stops it: Nobody deactivates themselves=1 !", "not oneself");
    ask(&admin);
    is_text(str_of(told(consequences_user(&cx, other.id, eve.id, &list), &list)),
            "User not found", "nobody of another account");
    ask(&admin);
    is_text(str_of(told(consequences_user(&cx, acme.id, eve.id, &list), &list)),
            "User not found", "nor under the own one");
    ask(&root);
    is_text(str_of(told(consequences_user(&cx, other.id, eve.id, &list), &list)),
            "goes with it: Sessions=1 curl", "superadmins see everybody");
}

static void test_role(void)
{
    struct consequences list;
    ask(&admin);
    is_text(str_of(told(consequences_role(&cx, editor.id, &list), &list)),
            "Superadmin access required", "roles are everybody's");
    ask(&root);
    is_text(str_of(told(consequences_role(&cx, editor.id, &list), &list)),
            "stops it: Users who have the role=2 ann@a.co,eve@o.co; no longer names it:"
            " Invitations that give the role=1 x@y.co !", "a role with people stays");
    ask(&root);
    ok(consequences_role(&cx, 1, &list) && list.stops
       && str_eq(str_of(list.at[0].what), S("The roles admin and user are never deleted")),
       "nor go those of the start");
    ask(&root);
    ok(!consequences_role(&cx, 4711, &list) && cx.err.kind == E_NOT_FOUND, "an unknown one is 404");
}

static void test_group(void)
{
    struct consequences list;
    ask(&admin);
    is_text(str_of(told(consequences_group(&cx, staff.id, &list), &list)),
            "goes with it: Memberships=1 ann@a.co; stays: Invitations into the group=1 x@y.co",
            "a group: memberships end");
    ask(&(struct actor){ .kind = ACTOR_USER, .id = eve.id, .role = S("admin"),
                         .account_id = other.id });
    ok(!consequences_group(&cx, staff.id, &list) && cx.err.kind == E_NOT_FOUND,
       "of another account it is not there");
}

/* ---- data ---- */

#define OPEN "\"list_rule\":\"\",\"view_rule\":\"\",\"create_rule\":\"\",\"update_rule\":\"\"," \
    "\"delete_rule\":\"\""
#define REFERENCE(name, to, what) \
    "{\"name\":\"" name "\",\"type\":\"reference\",\"collection\":\"" to "\",\"on_delete\":\"" \
    what "\"}"

static struct str towns, houses;

static void make_collections(void)
{
    houses = define("{\"name\":\"houses\",\"fields\":[" REFERENCE("town", "towns", "cascade") "],"
                    OPEN "}");
    define("{\"name\":\"rooms\",\"fields\":[" REFERENCE("house", "houses", "cascade") "," REFERENCE(
           "beside", "rooms", "cascade") "]," OPEN "}");
    define("{\"name\":\"visits\",\"fields\":[" REFERENCE("town", "towns", "set_null") ","
           "{\"name\":\"tour\",\"type\":\"references\",\"collection\":\"towns\",\"required\":true,"
           "\"on_delete\":\"set_null\"}]," OPEN "}");
    define("{\"name\":\"deeds\",\"fields\":[" REFERENCE("room", "rooms", "restrict") "],\"create_rule\":"
           "\"\",\"view_rule\":\"exists(towns, name = \\\"Ulm\\\") && @big()\"}");
    define("{\"name\":\"streets\",\"type\":\"view\",\"query\":\"SELECT id, account_id, name FROM"
           " col_towns\",\"fields\":[{\"name\":\"name\",\"type\":\"text\"}]}");
}

static void test_record(void)
{
    struct consequences list;
    const struct collection *c;
    struct str ulm = record("towns", "{\"name\":\"Ulm\"}");
    struct str bonn = record("towns", "{\"name\":\"Bonn\"}");
    struct str house = record("houses", BODY("{\"town\":\"%.*s\"}", STR_ARG(ulm)));
    struct str room = record("rooms", BODY("{\"house\":\"%.*s\"}", STR_ARG(house)));
    record("rooms", BODY("{\"house\":\"%.*s\"}", STR_ARG(house)));
    struct str beside = record("rooms", BODY("{\"beside\":\"%.*s\"}", STR_ARG(room)));
    record("visits", BODY("{\"town\":\"%.*s\",\"tour\":[\"%.*s\"]}", STR_ARG(ulm), STR_ARG(bonn)));
    record("visits", BODY("{\"tour\":[\"%.*s\",\"%.*s\"]}", STR_ARG(bonn), STR_ARG(ulm)));
    ask(&admin);
    ok(collection_find(&cx, S("towns"), &c) && c != NULL, "(towns)");
    is_text(str_of(told(consequencesdata_record(&cx, c, acme.id, ulm, &list), &list)),
            "goes with it: Records in {name}/houses=1; no longer names it: Records in {name}"
            "/visits=2; goes with it: Records in {name}/rooms=3",
            "a record: cascades are followed, others lose the reference");
    is_int(list.at[0].some_n, 1, "with an example");
    is_text(list.at[0].some[0].id, house.p, "which is its id");
    is_text(str_of(told(consequencesdata_record(&cx, c, other.id, ulm, &list), &list)), "",
            "under another account there is nothing");
    is_text(str_of(told(consequencesdata_record(&cx, c, acme.id, bonn, &list), &list)),
            "stops it: Records in {name}/visits=1; no longer names it: Records in {name}/visits=2 !",
            "a list that may not be empty and names nothing else stops it");
    record("deeds", BODY("{\"room\":\"%.*s\"}", STR_ARG(beside)));
    ask(&admin);
    ok(collection_find(&cx, S("houses"), &c) && c != NULL, "(houses)");
    is_text(str_of(told(consequencesdata_record(&cx, c, acme.id, house, &list), &list)),
            "stops it: Records in {name}/deeds=1; goes with it: Records in {name}/rooms=3 !",
            "what is restricted further down stops it, whatever its rules let the caller see");
    ok(collection_find(&cx, S("streets"), &c) && c != NULL, "(streets)");
    ok(consequencesdata_record(&cx, c, acme.id, ulm, &list) && list.n == 0,
       "nothing hangs on a row of a view");
}

static void test_circle(void)
{
    struct consequences list;
    const struct collection *c;
    struct str one = record("rooms", "{}"), two = record("rooms", BODY("{\"beside\":\"%.*s\"}", STR_ARG(one)));
    struct buf out;
    struct js js;
    ask(&admin);
    buf_init(&out, cx.mem, 10000);
    js_init(&js, &out);
    ok(record_update(&cx, RECORD_PATCH, S("rooms"), one,
                     json(str_fmt(cx.mem, "{\"beside\":\"%.*s\"}", STR_ARG(two)).p), NO_STR, &js),
       "two records name each other");
    ask(&admin);
    ok(collection_find(&cx, S("rooms"), &c) && c != NULL, "(rooms)");
    is_text(str_of(told(consequencesdata_record(&cx, c, acme.id, one, &list), &list)),
            "goes with it: Records in {name}/rooms=1", "a circle is gone round once");
}

static void test_many(void)
{
    static const struct sql FILL = SQL(
        "INSERT INTO col_houses (id, account_id, created_at, created_by, updated_at, updated_by,"
        " town) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10050)"
        " SELECT 'h' || i, :account, 1, 'x', 1, 'x', :town FROM n");
    struct consequences list;
    const struct collection *c;
    struct str town = record("towns", "{\"name\":\"Rom\"}");
    ask(&admin);
    if (!ok(db_exec(&cx, FILL, BIND(p_text("account", acme.id), p_text("town", town)), NULL),
            "many houses"))
        printf("# %s\n", cx.err.cause);
    ask(&admin);
    ok(collection_find(&cx, S("towns"), &c) && c != NULL, "(towns)");
    is_text(str_of(told(consequencesdata_record(&cx, c, acme.id, town, &list), &list)),
            "goes with it: Records in {name}/houses=10000+ h1,h10,h100,h1000,h10000",
            "more than 10,000 are not counted");
    is_int(list.at[0].some_n, CONSEQUENCES_SOME, "with five examples");
}

static void test_collection(void)
{
    struct consequences list;
    ask(&admin);
    is_text(str_of(told(consequencesdata_collection(&cx, towns, &list), &list)),
            "Superadmin access required", "collections are everybody's");
    ask(&root);
    is_text(str_of(told(consequencesdata_collection(&cx, towns, &list), &list)),
            "stops it: Fields that refer to it=3 houses.town,visits.town,visits.tour;"
            " stops it: Views over it=1 streets; stops it: Collections whose rules look into it=1"
            " deeds; goes with it: Records in {name}/towns=3 !", "a collection: who needs it");
    ask(&root);
    is_text(str_of(told(consequencesdata_collection(&cx, houses, &list), &list)),
            "stops it: Fields that refer to it=1 rooms.house; goes with it: Records in {name}"
            "/houses=10000+ !", "and how much goes");
    ask(&root);
    ok(!consequencesdata_collection(&cx, S("nix"), &list) && cx.err.kind == E_NOT_FOUND,
       "an unknown one is 404");
}

static void test_account(void)
{
    struct consequences list;
    ask(&admin);
    is_text(str_of(told(consequences_account(&cx, acme.id, &list), &list)),
            "Superadmin access required", "accounts are the superadmins'");
    ask(&root);
    is_text(str_of(told(consequences_account(&cx, other.id, &list), &list)),
            "goes with it: Users=1 eve@o.co; goes with it: Sessions=1 curl; goes with it:"
            " Invitations=1 x@y.co; stays: Entries of the audit trail=23",
            "an account and all that is its own");
    ask(&root);
    ok(consequences_account(&cx, acme.id, &list) && !list.stops && list.n > 6
       && str_eq(list.at[1].name, S("houses")) && list.at[1].is_more, "with its records");
    ask(&root);
    ok(consequences_account(&cx, S(SYSTEM_ACCOUNT), &list) && list.stops, "but not the system's");
    ask(&root);
    ok(!consequences_account(&cx, S("x"), &list) && cx.err.kind == E_NOT_FOUND, "404 for none");
}

/* ---- macros and codelists ---- */

static int64_t big, small;

static int64_t make_macro(const char *name)
{
    struct storedmacro made = { .id = 0 };
    ask(&root);
    ok(storedmacro_create(&cx, &(struct storedmacro_wish){ .name = str_of(name),
        .sql_query = S("SELECT count(*) > 3 FROM col_towns") }, &made), "a macro");
    return made.id;
}

static void test_macro(void)
{
    struct consequences list;
    ask(&root);
    is_text(str_of(told(consequences_macro(&cx, big, &list), &list)),
            "stops it: Collections whose rules call it=1 deeds !", "a macro: whose rules call it");
    is_text(str_of(told(consequences_macro(&cx, small, &list), &list)), "", "or nobody's");
    ask(&admin);
    is_text(str_of(told(consequences_macro(&cx, big, &list), &list)),
            "Superadmin access required", "macros are everybody's");
}

static void test_codelist(void)
{
    static const struct sql LIST_ADD = SQL(
        "INSERT INTO codelists (id, account_id, code, name, scope, is_extensible, is_active,"
        " is_builtin, created_at, updated_at) VALUES (:id, :account, :id, :id, 'account', :yes,"
        " :yes, :yes, 1, 1)");
    static const struct sql VALUE_ADD = SQL(
        "INSERT INTO codelist_values (id, account_id, codelist_id, code, sort_order, is_active,"
        " created_at, updated_at) VALUES ('v1', :account, :id, 'red', 1, :yes, 1, 1)");
    struct codelist of = { .id = S("c1"), .account_id = acme.id };
    struct consequences list;
    ask(&admin);
    ok(db_exec(&cx, LIST_ADD, BIND(p_text("id", of.id), p_text("account", acme.id),
                                   p_bool("yes", true)), NULL)
       && db_exec(&cx, VALUE_ADD, BIND(p_text("id", of.id), p_text("account", acme.id),
                                       p_bool("yes", true)), NULL), "a codelist");
    is_text(str_of(told(consequences_codelist(&cx, &of, true, &list), &list)),
            "goes with it: Values=1 red", "removed with its values");
    is_text(str_of(told(consequences_codelist(&cx, &of, false, &list), &list)),
            "stays: Values, no longer offered=1 red", "or put away with them");
    of.is_system = of.is_builtin = true;
    ok(!consequences_codelist(&cx, &of, true, &list) && cx.err.kind == E_FORBIDDEN,
       "the system's lists are the superadmins'");
    ask(&root);
    is_text(str_of(told(consequences_codelist(&cx, &of, true, &list), &list)),
            "stops it: A list that comes with the system is only deactivated=1; stops it: Values=1"
            " red !", "whose values keep them");
}

static void set_up(struct dbtest *t)
{
    ok(dbtest_open(t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL");
    connection = cx.db;
    root = (struct actor){ .kind = ACTOR_USER, .is_superadmin = true, .id = S("root"),
        .email = S("root@x.co"), .role = S("admin"), .account_id = S(SYSTEM_ACCOUNT),
        .auth_method = "jwt", .sees_pii = true };
    ok(make_people(), "accounts and people");
    admin = (struct actor){ .kind = ACTOR_USER, .id = ben.id, .email = S("ben@a.co"),
        .role = S("admin"), .account_id = acme.id, .auth_method = "jwt", .sees_pii = true };
}

int main(void)
{
    struct dbtest t;
    plan((int)dbtest_engines() * TESTS);
    for (engine = 0; engine < dbtest_engines(); engine++) {
        set_up(&t);
        test_user();
        test_role();
        test_group();
        towns = define("{\"name\":\"towns\",\"fields\":[{\"name\":\"name\",\"type\":\"text\"}]," OPEN "}");
        big = make_macro("big");
        small = make_macro("small");
        make_collections();
        test_macro();
        test_record();
        test_circle();
        test_many();
        test_collection();
        test_account();
        test_codelist();
        ask(&root);
        dbtest_close(&t, &cx);
    }
    return done();
}
