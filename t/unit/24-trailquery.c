/* 24-trailquery.c — rows of the trail are found, and personal data in them hidden from who may not see it. */
#include "dbtest.h"

#include "audit/trailexport.h"
#include "base/settings.h"
#include "db/rows.h"

static const struct sql ADD = SQL(
    "INSERT INTO audit_log (account_id, operation, table_name, record_id, column_name, old_value,"
    " new_value, user_id, user_email, user_name, occurred_at) VALUES (:account, 'UPDATE', 't', :record,"
    " :column, :old, :new, 'u', 'u@x.co', 'u@x.co', :at)");

static bool add(struct cx *cx, const char *account, const char *column, const char *old,
                const char *new)
{
    return db_exec(cx, ADD, BIND(p_text("account", str_of(account)), p_text("record", S("r")),
        p_text("column", str_of(column)), p_text("old", str_of(old)), p_text("new", str_of(new)),
        p_time("at", cx->now)), NULL);
}

static bool gather(struct cx *cx UNUSED, void *state, const struct audit_row *row)
{
    struct buf *said = state;
    buf_fmt(said, "%.*s:%.*s>%.*s ", STR_ARG(row->column_name), STR_ARG(row->old_value),
            STR_ARG(row->new_value));
    return true;
}

static struct str found(struct cx *cx, const struct trailquery *query, int64_t skip, int64_t limit)
{
    struct buf said;
    const struct trailquery_page page = { .sort_by = S("id"), .ascending = true, .skip = skip,
                                          .limit = limit };
    buf_init(&said, tap_mem(), 4096);
    return trailquery_read(cx, query, &page, &(struct trailquery_reader){ gather, &said })
        ? buf_text(&said) : S("failed");
}

static bool keep(struct cx *cx UNUSED, void *state, struct str piece)
{
    buf_str(state, piece);
    return true;
}

static void test_rows(struct cx *cx)
{
    struct actor who = { .kind = ACTOR_USER, .sees_pii = true };
    const struct trailquery all = { .account_id = NO_STR }, of_a = { .account_id = S("a") };
    struct entries latest = { NULL, 0 };
    struct audit_row row;
    struct buf csv;
    int64_t total = 0;
    bool there = true;
    cx->who = &who;
    db_scope(cx, S("*"));
    ok(add(cx, "a", "email", "ann@x.co", "bob@x.co") && add(cx, "a", "username", NULL, "ann")
       && add(cx, "b", "full_name", "Ann Lee", NULL), "three changes");
    is_text(found(cx, &all, 0, 10), "email:ann@x.co>bob@x.co username:>ann full_name:Ann Lee> ",
            "as they were");
    is_text(found(cx, &of_a, 1, 10), "username:>ann ", "a page of an account's");
    ok(trailquery_count(cx, &of_a, &total) && total == 2, "which are counted");
    who.sees_pii = false;
    is_text(found(cx, &all, 0, 10), "email:a***@x.co>b***@x.co username:>ann full_name:A*** L***> ",
            "hidden by the names of their columns");
    ok(entries_latest(cx, 1, &latest) && latest.n == 1
       && str_eq(latest.at->old_value, S("A*** L***")) && str_absent(latest.at->new_value),
       "also among the latest");
    ok(entries_find(cx, latest.at->id, &there, &row) && there
       && str_eq(row.old_value, S("A*** L***")) && str_eq(row.user_email, S("u@x.co")), "and alone");
    ok(entries_find(cx, 99, &there, &row) && !there, "what is not there");
    buf_init(&csv, tap_mem(), 4096);
    ok(trailexport_write(cx, &of_a, TRAILEXPORT_CSV, (struct sink){ keep, &csv })
       && str_has(buf_text(&csv), S(",email,a***@x.co,b***@x.co,u@x.co,,\r\n")), "and in a file");
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan((int)(9 * engines));
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!dbtest_open(&t, engine, &cx, DB_SERVE))
            return 1;
        test_rows(&cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
