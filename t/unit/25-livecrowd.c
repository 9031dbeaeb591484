/* 25-livecrowd.c — many who watch, what they may not, and rows that are none. */
#include "livetest.h"

#include "base/meter.h"
#include "data/storedrow.h"

/* --- many ------------------------------------------------------------------------------------- */

enum { CROWD = 4000 };
static struct actor crowd[CROWD];
static struct live_watch crowd_watches[CROWD];
static const struct live_watch *crowd_list[CROWD];
static struct live_sight crowd_sights[CROWD];
static struct meters meters;

static void gather_crowd(const char *collection, bool alike)
{
    for (size_t i = 0; i < CROWD; i++) {
        crowd[i] = WHO[1];
        if (!alike)
            crowd[i].id = str_fmt(tap_mem(), "person%zu", i);
        crowd_watches[i] = (struct live_watch){ .who = &crowd[i], .account_id = S(ONE),
                                                .collection = str_of(collection),
                                                .operations = LIVE_OP_ALL };
        crowd_list[i] = &crowd_watches[i];
    }
}

/* How many are told, with how many statements; *messages: and in how many documents. */
static size_t tell_crowd(const struct tail_event *event, size_t n, size_t *statements, size_t *messages)
{
    const struct str *last = NULL;
    size_t told_n = 0;
    ask(ROOT);
    if (!live_look(&cx, event, crowd_list, n, crowd_sights))   /* once before: what is kept is read */
        told("crowd");
    unsigned long long before = meters.queries[METER_SELECT][0];
    ask(ROOT);
    int64_t began = when_now();
    if (!live_look(&cx, event, crowd_list, n, crowd_sights))
        told("crowd");
    printf("# %zu in %lld us\n", n, (long long)(when_now() - began));
    *statements = (size_t)(meters.queries[METER_SELECT][0] - before);
    *messages = 0;
    for (size_t i = 0; i < n; i++) {
        const struct str *message = crowd_sights[i].message;
        told_n += message != NULL;
        *messages += message != NULL && message != last;
        last = message != NULL ? message : last;
    }
    return told_n;
}

static void made_event(const char *collection, const char *body, struct tail_event *event)
{
    if (str_absent(make(&WHO[1], collection, str_of(body))) || !next_event(event))
        told("event");
    keep_event(event);
}

#define CROWDED(name, rule) \
    "{\"name\":\"" name "\",\"fields\":[{\"name\":\"owner\",\"type\":\"text\"}]," OPEN ",\"view_rule\":" \
    "\"" rule "\"}"

static void test_many(void)
{
    struct tail_event event;
    size_t statements, messages;
    keep[KEEP_METERS] = &meters;
    ok(define(S(CROWDED("crowds", "owner = @request.auth.id")))
       && define(S(CROWDED("groups", "owner = 'x' && @request.auth.role = 'user'")))
       && define(S(CROWDED("others", "exists(teams, chief = @request.auth.id) && owner = 'x'"))),
       "collections for many");
    made_event("crowds", "{\"owner\":\"person7\"}", &event);
    gather_crowd("crowds", false);
    ok(tell_crowd(&event, 1000, &statements, &messages) == 1 && crowd_sights[7].kind == LIVE_CREATE,
       "of a thousand the one is told");
    ok(statements <= 1, "without asking the database");         /* but for the generation */
    made_event("groups", "{\"owner\":\"x\"}", &event);
    gather_crowd("groups", false);
    ok(tell_crowd(&event, CROWD, &statements, &messages) == CROWD && messages == 1 && statements <= 1,
       "four thousand are told the same");
    made_event("others", "{\"owner\":\"x\"}", &event);
    gather_crowd("others", false);
    crowd[3].id = S("ben");
    ok(tell_crowd(&event, 800, &statements, &messages) == 1 && crowd_sights[3].kind == LIVE_CREATE,
       "what hangs on others is asked");
    ok(statements <= 2, "of all at once");
    crowd[1200].id = S("u1");
    ok(tell_crowd(&event, 2000, &statements, &messages) == 2, "and of very many");
    ok(statements <= 4, "a few times");
    keep[KEEP_METERS] = NULL;
}

/* --- limits ----------------------------------------------------------------------------------- */

static enum live_kind told_of(const struct tail_event *event, struct live_watch watch)
{
    struct live_sight sight;
    ask(ROOT);
    return look(event, &watch, 1, &sight) ? sight.kind : LIVE_NOTHING;
}

static bool is_accepted(const struct actor *who, const char *collection, const char *filter)
{
    ask(ROOT);
    return live_check(&cx, &(struct live_watch){ .who = who, .account_id = who->account_id,
                                                 .collection = str_of(collection), .filter = str_of(filter) });
}

static void test_limits(void)
{
    const struct actor *u1 = &WHO[1], *cat = &WHO[5];
    struct live_watch watch = { .who = u1, .account_id = S(ONE), .operations = LIVE_OP_ALL };
    struct tail_event event, other;
    ok(define(S("{\"name\":\"open\",\"fields\":[{\"name\":\"a\",\"type\":\"text\"},{\"name\":\"b\","
                "\"type\":\"text\"}]," OPEN ",\"view_rule\":\"\",\"view_fields\":[\"a\"]}"))
       && define(S("{\"name\":\"still\",\"realtime\":false,\"fields\":[{\"name\":\"a\",\"type\":\"text\"}],"
                   OPEN ",\"view_rule\":\"\"}")), "open collections");
    made_event("open", "{\"a\":\"x\",\"b\":\"y\"}", &event);
    is_int(told_of(&event, watch), LIVE_CREATE, "without a collection every one is watched");
    watch.operations = LIVE_OP_UPDATE | LIVE_OP_DELETE;
    is_int(told_of(&event, watch), LIVE_NOTHING, "an operation that is not watched is not told");
    watch.operations = LIVE_OP_ALL;
    watch.collection = S("openly");
    is_int(told_of(&event, watch), LIVE_NOTHING, "nor another collection");
    watch.collection = S("open");
    watch.who = cat;
    is_int(told_of(&event, watch), LIVE_NOTHING, "who names another's account gets nothing of it");
    watch.account_id = S(TWO);
    is_int(told_of(&event, watch), LIVE_NOTHING, "nor by naming his own");
    watch.account_id = NO_STR;
    is_int(told_of(&event, watch), LIVE_NOTHING, "nor by naming none");
    watch.who = ROOT;
    is_int(told_of(&event, watch), LIVE_CREATE, "a superadmin watches all");
    watch.account_id = S(TWO);
    is_int(told_of(&event, watch), LIVE_NOTHING, "or one");
    watch = (struct live_watch){ .who = u1, .account_id = S(ONE), .operations = LIVE_OP_ALL,
                                 .filter = S("a = 'x'") };
    is_int(told_of(&event, watch), LIVE_CREATE, "a filter that fits");
    watch.filter = S("a = 'z'");
    is_int(told_of(&event, watch), LIVE_NOTHING, "one that does not");
    watch.filter = S("b = 'y'");
    is_int(told_of(&event, watch), LIVE_NOTHING, "one of what is hidden");
    watch.filter = S("(");
    is_int(told_of(&event, watch), LIVE_NOTHING, "one that does not read");
    watch.filter = NO_STR;
    made_event("still", "{\"a\":\"x\"}", &other);
    is_int(told_of(&other, watch), LIVE_NOTHING, "a collection that is not realtime is quiet");
    other = event;
    other.at -= 1;
    is_int(told_of(&other, watch), LIVE_NOTHING, "one made after the event, too");
    other = event;
    other.collection = S("gone");
    is_int(told_of(&other, watch), LIVE_NOTHING, "and one that is gone");
    other = event;
    other.kind = AUTH_LOGIN;
    is_int(told_of(&other, watch), LIVE_NOTHING, "who signs in is nobody's business");
    ok(is_accepted(u1, "open", "a = 'x'") && is_accepted(u1, "open", ""), "filters are read before");
    ok(!is_accepted(u1, "open", "b = 'x'") && cx.err.kind == E_INVALID, "what is hidden is refused");
    ok(!is_accepted(u1, "open", "a ="), "what does not read is refused");
    ok(is_accepted(u1, "nothing", "b = 'x'") && is_accepted(u1, "", "b = 'x'"),
       "of an unknown one nothing is told");
    ok(!is_accepted(u1, "", "b ="), "but whether it reads");
}

/* A macro that fails over this row takes nothing from who is let in by another rule. */
static void test_bad(size_t engine)
{
    struct live_watch watches[3];
    struct live_sight sights[3];
    struct tail_event event;
    ok(macro("shaky", engine == 0 ? "SELECT json_extract(:x, '$.a') = 1"
                                  : "SELECT CAST(:x AS jsonb) IS NOT NULL", "[\"x\"]")
       && define(S("{\"name\":\"shaky\",\"fields\":[{\"name\":\"owner\",\"type\":\"text\"}]," OPEN
                   ",\"view_rule\":\"@shaky(owner)\"}")), "a rule that can fail");
    grant("shaky", "admin", S("exists(teams, name = 'a')"), "*");
    made_event("shaky", "{\"owner\":\"{\"}", &event);
    for (size_t i = 0; i < COUNT(watches); i++)
        watches[i] = (struct live_watch){ .who = &WHO[1 + i], .account_id = S(ONE), .operations = LIVE_OP_ALL };
    ask(ROOT);
    if (!ok(look(&event, watches, COUNT(watches), sights), "fails"))
        told("look");
    ok(sights[0].kind == LIVE_NOTHING && sights[1].kind == LIVE_NOTHING, "for whom it asks");
    ok(sights[2].kind == LIVE_CREATE, "and for nobody else");
}

static void test_rows(void)
{
    static const char *const BROKEN[] = {
        "", "{", "{}", "null", "[1]", "{\"id\":", "{\"id\":\"x", "{\"id\":\"x\"", "{\"id\":1}", "{\"id\":null}",
        "{\"id\":\"x\",\"a\":1}", "{\"id\":\"x\",\"a\":}", "{\"id\":\"x\",\"a\":[}", "{\"id\":\"x\"}}",
        "{\"id\":\"\\",
    };
    const struct collection *c;
    struct recordrow stored;
    struct param *values;
    size_t taken = 0;
    ask(ROOT);
    if (!collection_find(&cx, S("open"), &c))
        return;
    recordrow_shape(&cx, c, NULL, NO_STR, &stored);
    for (size_t i = 0; i < COUNT(BROKEN); i++)
        taken += storedrow_read(&cx, &stored, str_of(BROKEN[i]), &values);
    is_int((int)taken, 0, "what is no row is not read as one");
    ok(storedrow_read(&cx, &stored, S("{\"b\":\"\\u00e9\\\"\",\"zz\":{\"a\":\"}\"},\"id\":\"i\"}"), &values)
       && str_eq(values[RECORDROW_ID].text, S("i")) && values[RECORDROW_FIELDS].type == P_NULL
       && str_eq(values[RECORDROW_FIELDS + 1].text, S("\xC3\xA9\"")), "a row in any order, with more and less");
}

static void try_engine(size_t engine)
{
    struct dbtest t;
    connection = NULL;
    ok(set_up(&t, engine), engine == 0 ? "SQLite" : "PostgreSQL");
    ask(ROOT);
    ok(tail_open(&cx, tap_mem(), &tail), "a tail");
    test_many();
    test_limits();
    test_bad(engine);
    test_rows();
    dbtest_close(&t, &cx);
}

int main(void)
{
    plan((2 + 8 + 22 + 4 + 2) * (int)dbtest_engines());
    for (size_t engine = 0; engine < dbtest_engines(); engine++)
        try_engine(engine);
    return done();
}
