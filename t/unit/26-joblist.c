/* 26-joblist.c — superadmins look at the queue and step in; the trail tells who did. */
#include "dbtest.h"

#include "base/settings.h"
#include "db/rows.h"
#include "jobs/joblist.h"
#include "jobs/queue.h"

enum { TESTS = 26 };

static struct settings set = { .audit_logging_enabled = true };
static struct actor root = { .kind = ACTOR_USER, .is_superadmin = true, .id = S_INIT("root"),
    .email = S_INIT("root@x.co"), .role = S_INIT("admin"), .account_id = S_INIT(SYSTEM_ACCOUNT) };
static struct actor ann = { .kind = ACTOR_USER, .id = S_INIT("ann"), .role = S_INIT("admin"),
    .account_id = S_INIT("acme") };
static struct cx cx;

static const struct sql JOB_ADD = SQL(
    "INSERT INTO jobs (id, queue, handler, payload, status, priority, attempt_number, max_retries,"
    " retry_delay_seconds, created_at, run_at, error_message, dedupe_key)"
    " VALUES (:id, 'default', :handler, '{\"token\":\"hush\"}', :status, 0, 2, 3, 60, 1, 99, 'no',"
    " :id)");
static const struct sql TOLD = SQL(
    "SELECT column_name, old_value, new_value, user_email FROM audit_log WHERE table_name = 'jobs'"
    " AND account_id = :account AND record_id = :id ORDER BY id");
static const struct sql DEDUPE = SQL("SELECT dedupe_key FROM jobs WHERE id = :id");

static bool job(const char *id, const char *handler, const char *status)
{
    return db_exec(&cx, JOB_ADD, BIND(p_text("id", str_of(id)), p_text("handler", str_of(handler)),
                                      p_text("status", str_of(status))), NULL);
}

static void ask(const struct actor *who)
{
    cx.who = who;
    cx.err = (struct err){ .kind = E_NONE };
    cx.keep[KEEP_QUEUE] = NULL;
    db_rest(cx.db);
    db_scope(&cx, who->is_superadmin ? S("*") : who->account_id);
}

static const char *got(struct joblist_query query)
{
    struct joblist_page page;
    struct buf out = tap_buf(1000);
    ask(&root);
    if (query.limit == 0)
        query.limit = 10;
    if (!joblist_read(&cx, &query, &page))
        return cx.err.message;
    for (size_t i = 0; i < page.n; i++)
        buf_fmt(&out, "%.*s ", STR_ARG(page.at[i].id));
    buf_fmt(&out, "of %d%s", (int)page.total, page.is_more ? "+" : "");
    return str_c(tap_mem(), buf_text(&out));
}

static const char *told(const char *id)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct buf out = tap_buf(1000);
    if (!db_query(&cx, TOLD, BIND(p_text("account", S(SYSTEM_ACCOUNT)), p_text("id", str_of(id))), &rows))
        return cx.err.cause;
    while (rows_step(&rows))
        buf_fmt(&out, "%.*s:%.*s>%.*s by %.*s; ", STR_ARG(rows_text(&rows, 0)), STR_ARG(rows_text(&rows, 1)),
                STR_ARG(rows_text(&rows, 2)), STR_ARG(rows_text(&rows, 3)));
    return str_c(tap_mem(), buf_text(&out));
}

static void looking(void)
{
    struct joblist_page page;
    struct joblist_query query = { .limit = 10 };
    struct joblist_job one;
    struct str *names;
    size_t n;
    is_text(str_of(got((struct joblist_query){ .skip = 0 })), "j5 j4 j3 j2 j1 of 5", "newest first");
    is_text(str_of(got((struct joblist_query){ .skip = 1, .limit = 2 })), "j4 j3 of 5", "a page");
    is_text(str_of(got((struct joblist_query){ .status = S("dead") })), "j3 of 1", "by state");
    is_text(str_of(got((struct joblist_query){ .handler = S("mail") })), "j2 j1 of 2", "by kind");
    is_text(str_of(got((struct joblist_query){ .handler = S("mail"), .status = S("running") })),
            "j2 of 1", "both");
    is_text(str_of(got((struct joblist_query){ .status = S("' OR 1=1 --") })), "of 0", "or nothing");
    ok(joblist_handlers(&cx, &names, &n) && n == 2 && str_eq(names[0], S("mail")), "the kinds");
    ok(joblist_find(&cx, S("j1"), &one) && one.attempt_number == 2 && one.run_at == 99
       && str_eq(one.error_message, S("no")), "one of them");
    ok(!joblist_find(&cx, S("j9"), &one) && cx.err.kind == E_NOT_FOUND, "one that is none");
    ask(&ann);
    ok(!joblist_read(&cx, &query, &page) && cx.err.kind == E_FORBIDDEN, "superadmins only");
    ask(&ann);
    ok(!joblist_find(&cx, S("j1"), &one) && cx.err.kind == E_FORBIDDEN, "in every way");
    ask(&ann);
    ok(!joblist_cancel(&cx, S("j1")) && cx.err.kind == E_FORBIDDEN, "to call off");
    ask(&ann);
    ok(!joblist_retry(&cx, S("j3")) && cx.err.kind == E_FORBIDDEN, "and to try anew");
}

static void stepping_in(void)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct joblist_job one;
    ask(&root);
    ok(joblist_retry(&cx, S("j3")), "a job that was given up is tried anew");
    ok(queue_was_fed(&cx), "somebody is told to work");
    ok(joblist_find(&cx, S("j3"), &one) && str_eq(one.status, S("pending")) && one.attempt_number == 0
       && one.run_at == 0 && str_absent(one.error_message), "from the start");
    ok(str_has(str_of(told("j3")), S("status:dead>pending by root@x.co")), "the trail says by whom");
    ok(!str_has(str_of(told("j3")), S("hush")), "and nothing of what it carries");
    ask(&root);
    ok(!joblist_retry(&cx, S("j1")) && cx.err.kind == E_CONFLICT, "one that waits is not tried anew");
    ask(&root);
    ok(!joblist_cancel(&cx, S("j2")) && cx.err.kind == E_CONFLICT, "one at work is not called off");
    ask(&root);
    ok(!joblist_cancel(&cx, S("j9")) && cx.err.kind == E_NOT_FOUND, "nor one that is none");
    ask(&root);
    ok(joblist_cancel(&cx, S("j1")) && joblist_find(&cx, S("j1"), &one) && str_eq(one.status, S("dead"))
       && str_eq(one.error_message, S("Called off by root@x.co")), "one that waits is");
    ask(&root);
    ok(db_query(&cx, DEDUPE, BIND(p_text("id", S("j1"))), &rows) && rows_step(&rows)
       && rows_null(&rows, 0), "and the same may be asked for again");
    ok(joblist_may_retry(&one) && !joblist_may_cancel(&one), "what may be done is known");
}

int main(void)
{
    plan((int)dbtest_engines() * TESTS);
    for (size_t engine = 0; engine < dbtest_engines(); engine++) {
        struct dbtest t;
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL"))
            return 1;
        cx.set = &set;
        ask(&root);
        ok(job("j1", "mail", "pending") && job("j2", "mail", "running") && job("j3", "sweep", "dead")
           && job("j4", "sweep", "completed") && job("j5", "sweep", "retrying"), "jobs");
        looking();
        stepping_in();
        db_rest(cx.db);
        dbtest_close(&t, &cx);
    }
    return done();
}
