/* 22-tail.c — events come out of the outbox once each, late ones too, and only what is durable. */
#include "dbtest.h"

#include "db/rows.h"
#include "db/tx.h"
#include "events/eventkeep.h"
#include "events/relay.h"

#define ONE "00000000-0000-0000-0000-00000000000a"
#define TWO "00000000-0000-0000-0000-00000000000b"
enum { ROOM = 8 };

static bool emit(struct cx *cx, const char *account, const char *id)
{
    return event_emit(cx, &(struct event){
        .kind = RECORD_CREATED, .account_id = str_of(account), .collection = S("posts"),
        .record_id = str_of(id), .record = S("{\"a\":1}"), .previous = NO_STR });
}

static bool emit_alone(struct cx *cx, const char *account, const char *id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    return tx_begin(cx, &tx) && emit(cx, account, id) && tx_commit(&tx);
}

/* As a transaction that has drawn its id and is slow to commit. */
static bool draw(struct cx *cx, const char *account, const char *id)
{
    static const struct sql DRAW = SQL(
        "INSERT INTO event_outbox (account_id, event, collection, record_id, record, depth,"
        " created_at) VALUES (:account, 'records.create', 'posts', :id, '{}', 0, 7)");
    int64_t changed;
    return db_exec(cx, DRAW, BIND(p_text("account", str_of(account)), p_text("id", str_of(id))),
                   &changed);
}

/* "x y z": the record ids that a reading gives. */
static struct str joined(const struct tail_event *list, size_t n)
{
    struct buf out = tap_buf(256);
    for (size_t i = 0; i < n; i++) {
        buf_str(&out, i > 0 ? S(" ") : S(""));
        buf_str(&out, list[i].record_id);
    }
    return buf_text(&out);
}

static struct str reads(struct cx *cx, struct tail *tail, size_t room)
{
    struct tail_event list[ROOM];
    size_t n;
    db_rest(cx->db);
    return tail_read(cx, tail, list, room, &n) ? joined(list, n) : S("failed");
}

static struct str since(struct cx *cx, const struct tail *tail, struct str account, int64_t after)
{
    struct tail_event list[ROOM];
    int64_t reached = after, upto = tail_newest(tail);
    size_t n, all = 0;
    while (reached < upto) {
        if (!tail_since(cx, tail, account, reached, upto, list + all, ROOM - all, &n, &reached))
            return S("failed");
        all += n;
    }
    return joined(list, all);
}

static void test_reading(struct cx *cx, struct cx *writer)
{
    struct tail_event list[ROOM];
    struct tail *tail;
    bool stirs = true;
    size_t n;
    int64_t begin;
    ok(emit_alone(writer, ONE, "old") && tail_open(cx, tap_mem(), &tail), "a tail at the end");
    is_text(reads(cx, tail, ROOM), "", "gives nothing of before");
    ok(tail_stirs(cx, tail, &stirs) && !stirs, "and is quiet");
    begin = tail_position(tail);
    ok(emit_alone(writer, ONE, "a") && emit_alone(writer, TWO, "b") && emit_alone(writer, ONE, "c"),
       "three events");
    db_rest(cx->db);
    ok(tail_stirs(cx, tail, &stirs) && stirs, "stir it");
    is_text(reads(cx, tail, 2), "a b", "it gives as many as there is room for");
    db_rest(cx->db);
    ok(tail_stirs(cx, tail, &stirs) && stirs, "says that there is more");
    is_text(reads(cx, tail, 2), "c", "and then the rest");
    is_text(reads(cx, tail, 2), "", "each once");
    ok(tail_position(tail) == tail_newest(tail), "nothing is missing below");
    is_text(since(cx, tail, str_of(ONE), begin), "a c", "who resumes gets his own");
    is_text(since(cx, tail, NO_STR, begin), "a b c", "or those of all");
    is_text(since(cx, tail, str_of(TWO), tail_newest(tail)), "", "after the newest there is none");
    ok(tail_since(cx, tail, str_of(ONE), 0, 100000, list, ROOM, &n, &begin) && begin == 100000
       && n == 3, "who stands before the beginning gets what there is");
    ok(emit_alone(writer, ONE, "d"), "an event");
    db_rest(cx->db);
    ok(tail_read(cx, tail, list, ROOM, &n) && n == 1 && list[0].kind == RECORD_CREATED
       && str_eq(list[0].account_id, str_of(ONE)) && str_eq(list[0].collection, S("posts"))
       && str_eq(list[0].record, S("{\"a\":1}")) && str_absent(list[0].previous)
       && list[0].at == writer->now && list[0].id == tail_newest(tail), "is told in full");
}

static void test_late(struct cx *cx, struct cx *one, struct cx *two)
{
    struct tx slow = { 0 }, lost = { 0 };
    struct tail *tail, *young;
    int64_t before;
    ok(tail_open(cx, tap_mem(), &tail), "two who write at once");
    before = tail_newest(tail);
    ok(tx_begin(one, &slow) && draw(one, ONE, "slow1") && emit_alone(two, TWO, "quick"),
       "the lower id is still under way");
    is_text(reads(cx, tail, ROOM), "quick", "the higher one is not held up");
    ok(tail_position(tail) == before && tail_newest(tail) == before + 2, "which is known");
    is_text(since(cx, tail, NO_STR, before), "quick", "to who resumes as well");
    ok(tail_open(cx, tap_mem(), &young), "who comes now");
    ok(draw(one, ONE, "slow2") && emit_alone(two, TWO, "quicker"), "another on both sides");
    is_text(reads(cx, tail, ROOM), "quicker", "again the first to commit");
    ok(tx_commit(&slow), "the slow one commits");
    is_text(since(cx, tail, str_of(ONE), before), "", "what is still to come is not resumed");
    is_text(reads(cx, tail, 1), "slow1", "it is not skipped");
    is_text(reads(cx, tail, ROOM), "slow2", "not one of it");
    ok(tail_position(tail) == before + 4, "and then nothing is missing");
    is_text(since(cx, tail, str_of(ONE), before), "slow1 slow2", "so that it is resumed");
    is_text(reads(cx, young, ROOM), "slow1 slow2 quicker", "nor by who came in between");
    ok(tx_begin(one, &lost) && draw(one, ONE, "lost"), "one that will not commit");
    ok(emit_alone(two, TWO, "after"), "and one behind it");
    is_text(reads(cx, tail, ROOM), "after", "is read");
    ok(tail_position(tail) == before + 4, "it might still come");
    tx_end(&lost);
    ok(db_ping(one), "it is rolled back");      /* which travels with the next statement */
    is_text(reads(cx, tail, ROOM), "", "it does not");
    int64_t until = when_now() + 60 * WHEN_SECOND;      /* others of this cluster may write, too */
    while (tail_position(tail) != before + 6 && when_now() < until)
        (void)reads(cx, tail, ROOM);
    ok(tail_position(tail) == before + 6, "and is forgotten");
}

static void test_kept(struct cx *cx, struct cx *writer)
{
    struct tail *tail;
    int64_t floor, newest, gone;
    size_t more;
    ok(tail_open(cx, tap_mem(), &tail) && tail_floor(cx, &floor) && floor == 0, "none has gone");
    newest = tail_newest(tail);
    writer->now += WHEN_DAY;
    ok(emit_alone(writer, ONE, "young"), "an event of tomorrow");
    do
        more = 0;
    while (eventkeep_sweep(writer, writer->now - 1, 3, &gone) && (more = (size_t)gone) == 3);
    db_rest(cx->db);
    ok(tail_floor(cx, &floor) && floor == newest, "those of today go, and the newest is known");
    is_text(reads(cx, tail, ROOM), "young", "the other stays");
    ok(eventkeep_sweep(writer, writer->now + 1, 100, &gone) && gone == 1, "until it goes as well");
    ok(emit_alone(writer, ONE, "next"), "when all are gone");
    db_rest(cx->db);
    is_text(reads(cx, tail, ROOM), "next", "ids do not begin again");
    ok(tail_floor(cx, &floor) && tail_newest(tail) > floor, "but after the floor");
}

/* What has been given out is on the disk, whoever committed it, and when. */
static void test_durable(struct cx *cx, struct cx *writer)
{
    struct tx tx = { 0 };
    struct tail *tail;
    uint64_t ticket;
    bool settled = false;
    ok(tail_open(cx, tap_mem(), &tail), "an early commit");
    ok(tx_begin(writer, &tx) && emit(writer, ONE, "early") && tx_commit_early(&tx, &ticket),
       "of somebody who does not wait for the disk");
    is_text(reads(cx, tail, ROOM), "early", "is given out");
    ok(tx_settle(writer, ticket, false, &settled) && settled, "when it is on the disk");
}

/* --- who hears of it -------------------------------------------------------------------------- */

struct ears { unsigned any, posts, fails; };

static bool hear_any(struct cx *cx UNUSED, void *state, const struct tail_event *event UNUSED)
{
    ((struct ears *)state)->any++;
    return true;
}

static bool hear_posts(struct cx *cx UNUSED, void *state, const struct tail_event *event UNUSED)
{
    ((struct ears *)state)->posts++;
    return true;
}

static bool hear_badly(struct cx *cx, void *state, const struct tail_event *event UNUSED)
{
    struct ears *ears = state;
    return ears->fails == 0 || (ears->fails--, broken(cx, "bad ears"));
}

static void test_relay(struct cx *cx)
{
    static const struct relay TABLE[] = {
        { .kinds = RELAY_RECORDS, .hear = hear_badly },
        { .kinds = RELAY_RECORDS | 1u << AUTH_LOGIN, .hear = hear_any },
        { .kinds = RELAY_RECORDS, .collection = "posts", .hear = hear_posts },
        { 0 },
    };
    struct ears ears = { .fails = 1 };
    const struct tail_event post = { .kind = RECORD_UPDATED, .collection = S("posts") };
    const struct tail_event login = { .kind = AUTH_LOGIN }, other = { .kind = RECORD_DELETED,
                                                                      .collection = S("Posts") };
    uint32_t heard = 0;
    ok(!relay_tell(cx, TABLE, &ears, &post, &heard) && cx->err.kind == E_BROKEN, "one hears badly");
    fail_forget(cx);
    ok(ears.any == 1 && ears.posts == 1, "the others hear it all the same");
    ok(relay_tell(cx, TABLE, &ears, &post, &heard) && ears.any == 1, "and once, when it is said again");
    heard = 0;
    ok(relay_tell(cx, TABLE, &ears, &login, &heard) && ears.any == 2 && ears.posts == 1, "by kind");
    heard = 0;
    ok(relay_tell(cx, TABLE, &ears, &other, &heard) && ears.any == 3 && ears.posts == 1,
       "and by collection");
}

static void try_engine(size_t engine)
{
    struct dbtest t;
    struct cx cx, one, two;
    ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL");
    one = dbtest_cx(NULL);
    two = dbtest_cx(NULL);
    one.db = db_open(&one, t.where, DB_SERVE);
    two.db = db_open(&two, t.where, DB_SERVE);
    db_scope(&one, S("*"));
    db_scope(&two, S("*"));
    test_reading(&cx, &one);
    if (engine == 1)
        test_late(&cx, &one, &two);
    test_durable(&cx, &two);
    test_kept(&cx, &two);
    test_relay(&cx);
    db_close(one.db);
    db_close(two.db);
    dbtest_close(&t, &cx);
}

int main(void)
{
    enum { EACH = 1 + 17 + 7 + 4 + 5, LATE = 22 };
    plan((int)dbtest_engines() * EACH + (dbtest_engines() > 1 ? LATE : 0));
    for (size_t engine = 0; engine < dbtest_engines(); engine++)
        try_engine(engine);
    return done();
}
