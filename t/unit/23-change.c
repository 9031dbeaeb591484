/* 23-change.c — rows and their history: what is written, cut, refused, hidden, chained, on both engines. */
#include "dbtest.h"

#include <sys/wait.h>

#include "audit/auditor.h"
#include "audit/change.h"
#include "base/ident.h"
#include "base/settings.h"
#include "db/rows.h"
#include "events/event.h"

#define ONE "00000000-0000-7000-8000-000000000001"
#define TWO "00000000-0000-7000-8000-000000000002"
#define NOW INT64_C(1767323045678901)

static struct settings set = { .audit_logging_enabled = true };
static void *keep[KEEP_COUNT];
static struct actor person = {
    .kind = ACTOR_USER, .id = S_INIT("33333333-3333-3333-3333-333333333333"),
    .email = S_INIT("a@example.com"), .role = S_INIT("admin"), .auth_method = "jwt",
    .ip = S_INIT("127.0.0.1"), .user_agent = S_INIT("curl/8.0"),
};

static bool open_all(struct dbtest *t, size_t engine, struct cx *cx)
{
    bool well = dbtest_open(t, engine, cx, DB_SERVE);
    cx->set = &set;
    cx->keep = keep;
    cx->who = &person;
    cx->now = NOW;
    cx->request_id = S("hk_0123456789ab");
    if (well)
        db_scope(cx, S("*"));
    return well;
}

/* ---- looking ---- */

struct seen { int64_t n; struct str text; };
static const struct col N_COLS[] = { COL(C_INT, seen, n), { 0 } };
static const struct col TEXT_COLS[] = { COL(C_TEXT, seen, text), { 0 } };

static struct seen see(struct cx *cx, struct sql sql, struct binds binds, const struct col *cols)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct seen seen = { -1, NO_STR };
    if (!db_query(cx, sql, binds, &rows) || !rows_next(&rows, cols, &seen))
        printf("# nothing seen: %s\n", cx->err.cause != NULL ? cx->err.cause : "no row");
    return seen;
}

static const struct sql TRAIL_OF_RECORD = SQL(
    "SELECT count(*) AS n FROM audit_log WHERE record_id = :record AND operation = :operation");
static const struct sql TRAIL_COUNT = SQL("SELECT count(*) AS n FROM audit_log");
static const struct sql TRAIL_TEXT = SQL(
    "SELECT COALESCE(old_value, '-') || '>' || COALESCE(new_value, '-') AS text FROM audit_log"
    " WHERE record_id = :record AND column_name = :column ORDER BY id DESC LIMIT 1");
static const struct sql NAME_OF = SQL(
    "SELECT name AS text FROM groups WHERE account_id = :account AND id = :id");

static int64_t trail(struct cx *cx, const char *record, const char *operation)
{
    return see(cx, TRAIL_OF_RECORD, BIND(p_text("record", str_of(record)),
                                         p_text("operation", str_of(operation))), N_COLS).n;
}

static int64_t total(struct cx *cx)
{
    return see(cx, TRAIL_COUNT, NO_BINDS, N_COLS).n;
}

static struct str told(struct cx *cx, const char *record, const char *column)
{
    return see(cx, TRAIL_TEXT, BIND(p_text("record", str_of(record)),
                                    p_text("column", str_of(column))), TEXT_COLS).text;
}

static bool proven(struct cx *cx, const char *account, int64_t rows)
{
    struct verifier_report *report = arena_make(cx->mem, struct verifier_report);
    bool well = auditor_account(cx, str_of(account), report);
    for (int64_t i = 0; i < report->fault_count; i++)
        printf("# %.*s\n", STR_ARG(report->faults[i]));
    if (report->checked != rows)
        printf("# %lld rows in the chain\n", (long long)report->checked);
    return well && report->fault_count == 0 && report->checked == rows;
}

/* ---- changing ---- */

static bool add_account(struct cx *cx, const char *id, const char *code)
{
    return change_insert(cx, &(struct change){
        .table = S("accounts"), .account_id = str_of(id),
        .new_values = BIND(p_text("id", str_of(id)), p_text("account_code", str_of(code)),
                           p_text("slug", str_lower(cx->mem, str_of(code))),
                           p_text("name", S("Acme")), p_time("created_at", cx->now),
                           p_time("updated_at", cx->now)) });
}

static bool add_group(struct cx *cx, const char *account, const char *id, const char *name,
                      struct refusal *refusal)
{
    return change_insert(cx, &(struct change){
        .table = S("groups"), .account_id = str_of(account), .refusal = refusal,
        .new_values = BIND(p_text("id", str_of(id)), p_text("account_id", str_of(account)),
                           p_text("name", str_of(name)), p_null("description"),
                           p_time("created_at", cx->now), p_time("updated_at", cx->now)) });
}

static struct change group_change(const char *account, const char *id, struct param *key)
{
    key[0] = p_text("account_id", str_of(account));
    key[1] = p_text("id", str_of(id));
    return (struct change){ .table = S("groups"), .account_id = str_of(account),
                            .record_id = str_of(id), .key = { key, 2 } };
}

static bool rename_group(struct cx *cx, const char *account, const char *id, const char *name)
{
    struct param key[2];
    struct change change = group_change(account, id, key);
    change.new_values = BIND(p_text("name", str_of(name)), p_null("description"),
                             p_time("updated_at", NOW));
    return change_update(cx, &change);
}

static bool remove_group(struct cx *cx, const char *account, const char *id)
{
    struct param key[2];
    struct change change = group_change(account, id, key);
    return change_delete(cx, &change);
}

static void forget(struct cx *cx)
{
    cx->err = (struct err){ 0 };
}

/* ---- tests ---- */

static void test_rows(struct cx *cx)
{
    struct tx tx = { 0 };
    int64_t count;
    ok(!add_account(cx, ONE, "AA0001") && cx->err.kind == E_BROKEN, "a change needs a transaction");
    forget(cx);
    bool well = tx_begin(cx, &tx) && add_account(cx, ONE, "AA0001") && add_account(cx, TWO, "AA0002")
             && add_group(cx, ONE, "g1", "staff", NULL);
    ok(well && total(cx) == 0, "history waits for the end of the transaction");
    ok(tx_commit(&tx), "it commits");
    is_int(trail(cx, ONE, "CREATE"), 6, "a new row: one audit row for each column");
    is_text(told(cx, "g1", "description"), "->-", "those without a value too");
    is_text(told(cx, "g1", "created_at"), "->2026-01-02T03:04:05.678901+00:00", "times are ISO 8601");
    ok(proven(cx, ONE, 12) && proven(cx, TWO, 6), "each account has a chain of its own");

    tx = (struct tx){ 0 };
    well = tx_begin(cx, &tx) && rename_group(cx, ONE, "g1", "crew")
        && rename_group(cx, ONE, "g1", "crew") && tx_commit(&tx);
    ok(well && trail(cx, "g1", "UPDATE") == 1, "an update tells what differs, and nothing else");
    is_text(told(cx, "g1", "name"), "staff>crew", "what was and what is");

    tx = (struct tx){ 0 };
    well = tx_begin(cx, &tx) && rename_group(cx, ONE, "g9", "ghost");
    ok(!well && cx->err.kind == E_NOT_FOUND, "a row that is gone is not found");
    tx_end(&tx);
    forget(cx);
    tx = (struct tx){ 0 };
    well = tx_begin(cx, &tx) && remove_group(cx, TWO, "g1");
    ok(!well && cx->err.kind == E_NOT_FOUND, "nor is another account's");
    tx_end(&tx);
    forget(cx);

    tx = (struct tx){ 0 };
    ok(tx_begin(cx, &tx) && remove_group(cx, ONE, "g1") && tx_commit(&tx), "a row is deleted");
    is_int(trail(cx, "g1", "DELETE"), 6, "every column tells what it was");
    is_text(told(cx, "g1", "updated_at"), "2026-01-02T03:04:05.678901+00:00>-",
            "with its type, although nobody said what it held");
    ok(proven(cx, ONE, 19), "the chain holds");
    ok(change_count(cx, S(ONE), S("groups"), &count) && count == 3, "three changes are counted");
}

static void test_cuts(struct cx *cx)
{
    struct tx outer = { 0 }, inner = { 0 };
    struct refusal refusal = { .kind = V_NONE };
    int64_t before = total(cx);
    bool well = tx_begin(cx, &outer) && add_group(cx, ONE, "k1", "kept", NULL)
             && tx_begin(cx, &inner) && add_group(cx, ONE, "k2", "dropped", NULL)
             && event_emit(cx, &(struct event){ .kind = RECORD_CREATED, .account_id = S(ONE) });
    tx_end(&inner);
    inner = (struct tx){ 0 };
    well = well && tx_begin(cx, &inner) && add_group(cx, ONE, "k3", "kept too", NULL)
        && event_emit(cx, &(struct event){ .kind = RECORD_DELETED, .account_id = S(ONE),
                                           .collection = S("posts"), .record_id = S("k3"),
                                           .record = S("{\"a\":1}") })
        && tx_commit(&inner);
    inner = (struct tx){ 0 };
    well = well && tx_begin(cx, &inner) && add_group(cx, ONE, "k4", "kept", &refusal);
    ok(well && refusal.kind == V_UNIQUE, "a constraint's refusal is told, not broken");
    tx_end(&inner);
    ok(tx_commit(&outer), "what is around it commits");
    is_int(total(cx) - before, 12, "history of what was rolled back is gone");
    is_int(trail(cx, "k2", "CREATE") + trail(cx, "k4", "CREATE"), 0, "all of it");
    is_int(see(cx, SQL_OF("SELECT count(*) AS n FROM event_outbox"), NO_BINDS, N_COLS).n, 1,
           "and so are its events");
    is_text(see(cx, SQL_OF("SELECT event || collection || record_id || record || actor AS text"
                           " FROM event_outbox"), NO_BINDS, TEXT_COLS).text,
            "records.deletepostsk3{\"a\":1}{\"user_id\":\"33333333-3333-3333-3333-333333333333\","
            "\"email\":\"a@example.com\",\"role\":\"admin\",\"auth_method\":\"jwt\","
            "\"ip\":\"127.0.0.1\",\"request_id\":\"hk_0123456789ab\"}", "an event says who and what");
    outer = (struct tx){ 0 };
    well = tx_begin(cx, &outer) && add_group(cx, TWO, "k5", "never", NULL);
    tx_end(&outer);
    outer = (struct tx){ 0 };
    ok(well && tx_begin(cx, &outer) && tx_commit(&outer) && total(cx) - before == 12,
       "a transaction that was rolled back leaves nothing to the next");
    ok(!event_emit(cx, &(struct event){ .kind = AUTH_LOGIN, .account_id = S(ONE) }),
       "an event needs a transaction");
    forget(cx);
}

static bool add_user(struct cx *cx, const char *id)
{
    return change_insert(cx, &(struct change){
        .table = S("users"), .account_id = S(ONE),
        .new_values = BIND(
            p_text("id", str_of(id)), p_text("account_id", S(ONE)), p_text("email", str_of(id)),
            p_text("password_hash", S("$argon2id$one")), p_int("role_id", 1),
            p_bool("is_active", true), p_bool("email_verified", false),
            p_text("auth_provider", S("password")), p_time("created_at", cx->now),
            p_time("updated_at", cx->now)) });
}

/* What was still empty, and is so no more. */
static bool claim(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(change_update(cx, &(struct change){
        .table = S("users"), .account_id = S(ONE), .record_id = S("u1"),
        .key = BIND(p_text("account_id", S(ONE)), p_text("id", S("u1")), p_null("last_login")),
        .new_values = BIND(p_time("last_login", cx->now)) }));
    return tx_commit(&tx);
}

static void test_empty_key(struct cx *cx)
{
    ok(claim(cx), "a column that must be empty is filled");
    ok(!claim(cx) && cx->err.kind == E_NOT_FOUND, "once");
    fail_forget(cx);
}

static void test_hiding(struct cx *cx)
{
    struct tx tx = { 0 };
    int64_t role = 0, before;
    bool well = tx_begin(cx, &tx) && add_user(cx, "u1") && tx_commit(&tx);
    ok(well, "a user is added");
    is_text(told(cx, "u1", "password_hash"), "->***", "a hash never reaches the trail");
    is_text(told(cx, "u1", "is_active"), "->true", "truths are words");
    tx = (struct tx){ 0 };
    well = tx_begin(cx, &tx) && change_update(cx, &(struct change){
        .table = S("users"), .account_id = S(ONE), .record_id = S("u1"),
        .key = BIND(p_text("account_id", S(ONE)), p_text("id", S("u1"))),
        .new_values = BIND(p_text("password_hash", S("$argon2id$two")),
                           p_bool("is_active", true), p_bool("email_verified", true)) })
        && tx_commit(&tx);
    is_text(told(cx, "u1", "password_hash"), "***>***", "its change does");
    ok(well && trail(cx, "u1", "UPDATE") == 2, "a truth that stays is not told");
    is_text(told(cx, "u1", "email_verified"), "false>true", "one that turns is");

    tx = (struct tx){ 0 };
    well = tx_begin(cx, &tx) && change_update(cx, &(struct change){
        .table = S("users"), .account_id = S(ONE), .record_id = S("u1"),
        .key = BIND(p_text("account_id", S(ONE)), p_text("id", S("u1"))),
        .new_values = BIND(p_text("auth_provider", S("{\"key\":\"sealed\"}"))),
        .old_told = BIND(p_text("auth_provider", S("before"))),
        .new_told = BIND(p_text("auth_provider", S("{\"key\":\"***\"}"))) }) && tx_commit(&tx);
    ok(well, "a value that may not be read in the trail is changed");
    is_text(told(cx, "u1", "auth_provider"), "before>{\"key\":\"***\"}", "and told as its owner says");

    before = total(cx);
    tx = (struct tx){ 0 };
    well = tx_begin(cx, &tx) && change_insert(cx, &(struct change){
        .table = S("token_blacklist"), .account_id = S(ONE),
        .new_values = BIND(p_text("id", S("t1")), p_text("token_type", S("access")),
                           p_time("revoked_at", cx->now)) }) && tx_commit(&tx);
    ok(well && total(cx) == before, "tables without history have none");

    tx = (struct tx){ 0 };
    well = tx_begin(cx, &tx) && change_insert(cx, &(struct change){
        .table = S("roles"), .account_id = S(SYSTEM_ACCOUNT), .generated_id = &role,
        .new_values = BIND(p_text("name", S("editor")), p_time("created_at", cx->now),
                           p_time("updated_at", cx->now)) }) && tx_commit(&tx);
    ok(well && role > 2, "an id the database gave is told to the caller");
    struct str id = str_fmt(cx->mem, "%lld", (long long)role);
    ok(trail(cx, id.p, "CREATE") == 4 && proven(cx, SYSTEM_ACCOUNT, 4), "and to the trail");
}

static void test_who(struct cx *cx)
{
    static const struct sql ORIGIN = SQL(
        "SELECT user_id || ' ' || user_email || ' ' || user_name || ' ' || COALESCE(ip_address, '-')"
        " || ' ' || COALESCE(request_id, '-') || ' ' || extra_metadata AS text FROM audit_log"
        " ORDER BY id DESC LIMIT 1");
    static const struct sql AGENT = SQL("SELECT user_agent AS text FROM audit_log ORDER BY id DESC LIMIT 1");
    char long_agent[2000];
    struct tx tx = { 0 };
    struct actor nobody = { .kind = ACTOR_ANONYMOUS, .ip = S("::1"),
                            .user_agent = { long_agent, sizeof long_agent } };
    memset(long_agent, '\xe9', sizeof long_agent);
    ok(tx_begin(cx, &tx) && rename_group(cx, ONE, "k1", "by a person") && tx_commit(&tx), "by a person");
    is_text(see(cx, ORIGIN, NO_BINDS, TEXT_COLS).text,
            "33333333-3333-3333-3333-333333333333 a@example.com a@example.com 127.0.0.1"
            " hk_0123456789ab {\"auth_method\":\"jwt\"}", "their name and how they came");
    tx = (struct tx){ 0 };
    cx->who = &nobody;
    ok(tx_begin(cx, &tx) && rename_group(cx, ONE, "k1", "by nobody") && tx_commit(&tx), "by nobody");
    is_text(see(cx, ORIGIN, NO_BINDS, TEXT_COLS).text,
            "anonymous anonymous anonymous ::1 hk_0123456789ab {\"auth_method\":\"anonymous\"}",
            "who is called anonymous");
    struct str agent = see(cx, AGENT, NO_BINDS, TEXT_COLS).text;
    ok(agent.n == 1500 && str_starts(agent, S("\xef\xbf\xbd")), "a wild agent is tamed and cut to 500");
    tx = (struct tx){ 0 };
    cx->who = NULL;
    cx->request_id = NO_STR;
    ok(tx_begin(cx, &tx) && rename_group(cx, ONE, "k1", "by us") && tx_commit(&tx), "by ourselves");
    is_text(see(cx, ORIGIN, NO_BINDS, TEXT_COLS).text,
            "system system system - - {\"auth_method\":\"system\"}", "who are called system");
    cx->who = &person;
    ok(proven(cx, ONE, total(cx) - 10), "and the chain holds over all of it");
}

static void test_switch(struct cx *cx)
{
    struct tx tx = { 0 };
    int64_t before = total(cx), count, after = 0;
    set.audit_logging_enabled = false;
    bool well = change_count(cx, S(ONE), S("groups"), &count) && tx_begin(cx, &tx)
             && rename_group(cx, ONE, "k1", "unseen") && tx_commit(&tx)
             && change_count(cx, S(ONE), S("groups"), &after);
    set.audit_logging_enabled = true;
    ok(well && total(cx) == before, "with the trail switched off nothing is told");
    is_int(after - count, 1, "but the change is counted");
}

static void test_immutable(struct cx *cx, size_t engine)
{
    static const struct sql CHANGED = SQL("UPDATE audit_log SET new_value = 'x'");
    static const struct sql DELETED = SQL("DELETE FROM audit_log");
    struct refusal refusal = { .kind = V_NONE };
    bool said = db_change(cx, CHANGED, NO_BINDS, &refusal, NULL);
    ok(!said || refusal.kind == V_IMMUTABLE, "an audit row cannot be changed");
    forget(cx);
    refusal.kind = V_NONE;
    said = db_change(cx, DELETED, NO_BINDS, &refusal, NULL);
    ok(!said || refusal.kind == V_IMMUTABLE, "nor deleted");
    forget(cx);
    refusal.kind = V_NONE;
    said = engine == 0
        ? db_change(cx, SQL_OF("INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log LIMIT 1"),
                    NO_BINDS, &refusal, NULL)
        : db_change(cx, SQL_OF("TRUNCATE audit_log"), NO_BINDS, &refusal, NULL);
    ok(!said || refusal.kind == V_IMMUTABLE, "nor replaced or emptied");
    forget(cx);
    ok(proven(cx, TWO, 6), "it is all still there");
}

enum { WRITERS = 8, TURNS = 12 };

/* One process of many: its own connection, both accounts in every transaction, now in one order, now
 * in the other. */
static int write_much(const struct dbtest *t, int number)
{
    struct arena *mem = arena_new(0, NULL, NULL);
    void *own[KEEP_COUNT] = { NULL };
    struct cx cx = { .mem = mem, .set = &set, .keep = own, .who = &person, .now = when_now() };
    cx.db = db_open(&cx, t->where, DB_SERVE);
    if (cx.db == NULL)
        return 1;
    for (int i = 0; i < TURNS; i++) {
        struct tx tx = { 0 };
        struct str id = str_fmt(mem, "w%d-%d", number, i);
        bool turned = (number + i) % 2 == 0;
        db_scope(&cx, S("*"));
        bool well = tx_begin(&cx, &tx)
            && add_group(&cx, turned ? ONE : TWO, id.p, id.p, NULL)
            && add_group(&cx, turned ? TWO : ONE, id.p, id.p, NULL) && tx_commit(&tx);
        tx_end(&tx);
        if (!well) {
            printf("# writer %d: %s\n", number, cx.err.cause != NULL ? cx.err.cause : cx.err.message);
            return 1;
        }
    }
    db_close(cx.db);
    return 0;
}

static void test_writers(const struct dbtest *t, struct cx *cx, int64_t rows)
{
    pid_t pids[WRITERS];
    int failed = 0, status;
    db_rest(cx->db);
    fflush(stdout);
    for (int i = 0; i < WRITERS; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            _exit(write_much(t, i));
    }
    for (int i = 0; i < WRITERS; i++)
        failed += waitpid(pids[i], &status, 0) < 0 || status != 0;
    is_int(failed, 0, "eight processes write at once, over two accounts");
    db_scope(cx, S("*"));
    ok(proven(cx, TWO, 6 + 6 * WRITERS * TURNS), "and no chain forks");
    ok(proven(cx, ONE, rows + 6 * WRITERS * TURNS), "neither of the two");
}

/* Last, since it spoils the database. */
static void test_abort(struct dbtest *t, struct cx *cx)
{
    struct tx tx = { 0 };
    db_close(cx->db);
    cx->db = db_open(cx, t->where, DB_OWNER);
    db_scope(cx, S("*"));
    bool well = cx->db != NULL && db_exec(cx, SQL_OF("ALTER TABLE audit_log RENAME TO gone"), NO_BINDS, NULL);
    ok(well, "the trail is made impossible");
    well = tx_begin(cx, &tx) && rename_group(cx, ONE, "k1", "untold") && tx_commit(&tx);
    tx_end(&tx);
    ok(!well && cx->err.kind == E_BROKEN, "then a change fails");
    forget(cx);
    is_text(see(cx, NAME_OF, BIND(p_text("account", S(ONE)), p_text("id", S("k1"))), TEXT_COLS).text,
            "unseen", "and is not made");
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan((int)(58 * engines));
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(open_all(&t, engine, &cx), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        test_rows(&cx);
        test_cuts(&cx);
        test_hiding(&cx);
        test_empty_key(&cx);
        test_who(&cx);
        test_switch(&cx);
        test_immutable(&cx, engine);
        int64_t rows = see(&cx, SQL_OF("SELECT count(*) AS n FROM audit_log WHERE account_id = :one"),
                           BIND(p_text("one", S(ONE))), N_COLS).n;
        test_writers(&t, &cx, rows);
        test_abort(&t, &cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
