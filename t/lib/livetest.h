/* livetest.h — people, collections and events to tell them of. */
#ifndef LIVETEST_H
#define LIVETEST_H

#include "dbtest.h"

#include "base/settings.h"
#include "data/define.h"
#include "data/record.h"
#include "data/rolerules.h"
#include "data/storedmacro.h"
#include "db/rows.h"
#include "db/tx.h"
#include "live/live.h"

#define ONE "00000000-0000-7000-8000-000000000001"
#define TWO "00000000-0000-7000-8000-000000000002"
enum { CALLERS = 7 };

static struct settings set = { .audit_logging_enabled = true, .batch_max_size = 5, .max_expand_depth = 3 };
static void *keep[KEEP_COUNT];
static const struct str STAFF[] = { S_INIT("u1"), S_INIT("staff") };
#define PERSON(id_, role_, account_, ...)                                                          \
    { .kind = ACTOR_USER, .id = S_INIT(id_), .email = S_INIT(id_ "@x.test"), .role = S_INIT(role_), \
      .account_id = S_INIT(account_), .account_name = S_INIT("One"), .auth_method = "jwt", __VA_ARGS__ }
static const struct actor WHO[CALLERS] = {
    PERSON("root", "admin", SYSTEM_ACCOUNT, .is_superadmin = true, .sees_pii = true),
    PERSON("u1", "user", ONE, .sees_pii = false),
    PERSON("u2", "user", ONE, .sees_pii = true),
    PERSON("ann", "admin", ONE, .groups = STAFF, .group_count = 2),
    PERSON("ben", "user", ONE, .groups = STAFF, .group_count = 1),
    PERSON("cat", "user", TWO, .sees_pii = true),
    PERSON("dan", "nobody", ONE, .sees_pii = true),
};
static const struct actor *const ROOT = &WHO[0];

static struct db *connection;
static struct cx cx;
static struct buf reply;
static struct js js;
static int64_t now = INT64_C(1767323045678901);

static inline void ask(const struct actor *who)
{
    if (connection != NULL)
        db_rest(connection);
    if (cx.mem != NULL)
        arena_free(cx.mem);
    cx = (struct cx){ .mem = arena_new(0, NULL, NULL), .db = connection, .set = &set, .who = who,
                      .now = now, .request_id = S("hk_0123456789ab"), .keep = keep };
    db_scope(&cx, who->is_superadmin ? S("*") : who->account_id);
    buf_init(&reply, cx.mem, 10000000);
    js_init(&js, &reply);
}

static inline struct jv json(struct str text)
{
    struct jv value = { 0 };
    struct jv_fault fault;
    if (!jv_parse(&cx, text, &value, &fault))
        printf("# bad JSON in the test: %.*s\n", STR_ARG(text));
    return value;
}

static inline void told(const char *what)
{
    struct str body = cx.err.body.p != NULL ? cx.err.body : str_of(cx.err.message);
    printf("# %s: %.*s (%s)\n", what, STR_ARG(body), cx.err.cause != NULL ? cx.err.cause : "");
}

/* --- the world -------------------------------------------------------------------------------- */

static inline bool add_account(const char *id, const char *code)
{
    static const struct sql ADD = SQL(
        "INSERT INTO accounts (id, account_code, slug, name, created_at, updated_at)"
        " VALUES (:id, :code, :slug, 'One', 1, 1)");
    return db_exec(&cx, ADD, BIND(p_text("id", str_of(id)), p_text("code", str_of(code)),
                                  p_text("slug", str_lower(cx.mem, str_of(code)))), NULL);
}

static inline bool define(struct str text)
{
    struct jv body;
    struct define_in in = { 0 };
    struct collection made;
    ask(ROOT);
    body = json(text);
    in.name = jv_text(jv_get(body, S("name")));
    in.body = body;
    in.fields = jv_get(body, S("fields"));
    in.event_previous = jv_bool(jv_get(body, S("event_previous"))) ? DEFINE_YES : DEFINE_NO;
    in.realtime = jv_get(body, S("realtime")).kind == JV_BOOL ? DEFINE_NO : DEFINE_STAYS;
    for (int op = 0; op < OP_COUNT; op++)
        in.rules.rules[op] = jv_get(body, str_of(collectionrules_keys[op]));
    for (int op = 0; op < OP_DELETE; op++)
        in.rules.lists[op] = jv_get(body, str_of(collectionrules_list_keys[op]));
    return define_create(&cx, &in, &made);
}

static inline struct str make(const struct actor *who, const char *collection, struct str body)
{
    struct str id = NO_STR;
    ask(who);
    return record_create(&cx, str_of(collection), json(body), &js, &id) ? str_copy(tap_mem(), id) : NO_STR;
}

static inline bool macro(const char *name, const char *sql, const char *parameters)
{
    struct storedmacro made;
    ask(ROOT);
    return storedmacro_create(&cx, &(struct storedmacro_wish){ str_of(name), S("x"), str_of(sql),
                                                               json(str_of(parameters)) }, &made);
}

/* What a role may read of it, besides its rules. */
static inline void grant(const char *collection, const char *role_name, struct str rule, const char *fields)
{
    static const struct sql ROLE = SQL("SELECT id FROM roles WHERE name = :name");
    struct rows rows SCOPED(rows_close) = { 0 };
    struct permission made;
    struct grant grants[PERMISSION_OPERATIONS] = { 0 };
    ask(ROOT);
    grants[PERMISSION_READ] = (struct grant){ rule, str_of(fields) };
    if (!db_query(&cx, ROLE, BIND(p_text("name", str_of(role_name))), &rows) || !rows_step(&rows))
        return;
    int64_t role = rows_int(&rows, 0);
    rows_close(&rows);
    if (!rolerules_grant(&cx, role, str_of(collection), grants, &made))
        told("grant");
}

#define OPEN "\"create_rule\":\"\",\"update_rule\":\"\",\"delete_rule\":\"\""
static struct str teams[3];

static inline bool set_up(struct dbtest *t, size_t engine)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    memset(keep, 0, sizeof keep);
    cx.mem = NULL;
    TRY(dbtest_open(t, engine, &cx, DB_SERVE));
    connection = cx.db;
    cx.mem = NULL;
    ask(ROOT);
    TRY(tx_begin(&cx, &tx) && add_account(ONE, "ON0001") && add_account(TWO, "TW0001") && tx_commit(&tx));
    TRY(define(S("{\"name\":\"teams\",\"fields\":[{\"name\":\"name\",\"type\":\"text\"},"
                 "{\"name\":\"chief\",\"type\":\"text\"}]," OPEN ","
                 "\"view_rule\":\"chief = @request.auth.id\"}")));
    static const char *const TEAMS[] = { "{\"name\":\"a\",\"chief\":\"u1\"}",
                                         "{\"name\":\"apple\",\"chief\":\"ben\"}", "{\"name\":\"Zebra\"}" };
    TRY(macro("leads", "SELECT count(*) > 0 FROM col_teams WHERE chief = :who AND name = :name",
              "[\"who\",\"name\"]"));
    for (size_t i = 0; i < COUNT(teams); i++)
        teams[i] = make(&WHO[1], "teams", str_of(TEAMS[i]));
    return !str_absent(teams[0]);
}

/* --- events ----------------------------------------------------------------------------------- */

static struct tail *tail;

static inline bool look(const struct tail_event *event, const struct live_watch *watches, size_t n,
                 struct live_sight *sights)
{
    const struct live_watch *list[CALLERS];
    for (size_t i = 0; i < n; i++)
        list[i] = &watches[i];
    return live_look(&cx, event, list, n, sights);
}

static inline bool next_event(struct tail_event *event)
{
    size_t n;
    ask(ROOT);
    return tail_read(&cx, tail, event, 1, &n) && n == 1;
}

/* The event's texts outlive the request. */
static inline void keep_event(struct tail_event *event)
{
    event->account_id = str_copy(tap_mem(), event->account_id);
    event->collection = str_copy(tap_mem(), event->collection);
    event->record_id = str_copy(tap_mem(), event->record_id);
    event->record = str_copy(tap_mem(), event->record);
    event->previous = str_copy(tap_mem(), event->previous);
}

#endif
