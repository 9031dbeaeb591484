/* 25-testmail.c — a test mail is tried once; who asks again soon hears what became of the first. */
#include "dbtest.h"

#include "base/settings.h"
#include "base/when.h"
#include "db/tx.h"
#include "mail/testmail.h"

static struct settings set = { .encryption_key = S_INIT("test-key") };
static const struct message MESSAGE = {
    .template_type = S_INIT("invitation"), .account_id = S_INIT(SYSTEM_ACCOUNT),
    .recipient = S_INIT("ann@acme.co") };

static bool begin(struct cx *cx, const char *request, struct testmail *test)
{
    return testmail_begin(cx, &MESSAGE, str_of(request), test);
}

static void outcomes(struct cx *cx)
{
    struct testmail test, again;
    struct queue_claim other;
    bool found;
    ok(begin(cx, "good", &test) && !test.is_over, "a first test is to be sent");
    ok(!begin(cx, "good", &again) && cx->err.kind == E_BUSY, "the same is refused while it is");
    fail_forget(cx);
    ok(queue_take(cx, S("w"), NO_STR, WHEN_MINUTE, &found, &other) && !found, "and no worker gets it");
    ok(testmail_end(cx, &test, NO_STR), "it went out");
    ok(begin(cx, "good", &again) && again.is_over && str_absent(again.error), "so it did, the same again");
    ok(begin(cx, "bad", &test) && !test.is_over, "another is to be sent");
    ok(testmail_end(cx, &test, S("nobody answers")), "it did not go out");
    ok(begin(cx, "bad", &again) && again.is_over, "the same again is not tried");
    is_text(again.error, "nobody answers", "but told why");
    ok(queue_take(cx, S("w"), NO_STR, WHEN_MINUTE, &found, &other) && !found, "nor does a worker try");
}

static void over_time(struct cx *cx)
{
    struct testmail test;
    int64_t start = cx->now;
    cx->now = start + 29 * WHEN_SECOND;
    ok(begin(cx, "bad", &test) && test.is_over, "29 seconds later neither");
    cx->now = start + 31 * WHEN_SECOND;
    ok(begin(cx, "bad", &test) && !test.is_over, "31 seconds later it is");
    ok(testmail_end(cx, &test, NO_STR), "and may go out now");
    ok(begin(cx, "bad", &test) && test.is_over && str_absent(test.error), "which is what is told then");
    cx->now = start;
}

/* Two at once on one machine: the second comes while the first has not committed. */
static void no_duplicates(struct cx *cx)
{
    struct queue_job job = { .handler = "send_email", .payload = S("{}"), .dedupe_key = S("k") };
    struct tx tx SCOPED(tx_end) = { 0 };
    struct str id;
    ok(tx_begin(cx, &tx) && queue_add(cx, &job, &id), "a job with a key");
    ok(!queue_add(cx, &job, &id) && cx->err.kind == E_BUSY, "and no second one");
    fail_forget(cx);
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan(17 * (int)engines);
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        cx.set = &set;
        cx.request_id = S("hk_0123456789ab");
        db_scope(&cx, S("*"));
        outcomes(&cx);
        over_time(&cx);
        no_duplicates(&cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
