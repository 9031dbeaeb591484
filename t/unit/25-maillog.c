/* 25-maillog.c — the log of mails: every attempt a row, secrets kept out, found again by filters. */
#include "dbtest.h"

#include "base/when.h"
#include "db/tx.h"
#include "db/rows.h"
#include "mail/maillog.h"

static const struct message RESET = {
    .template_type = S_INIT("password_reset"), .account_id = S_INIT(SYSTEM_ACCOUNT),
    .recipient = S_INIT("ann@acme.co") };

static struct maillog only(struct cx *cx, const struct maillog_filter *filter)
{
    struct maillog *list;
    size_t n;
    int64_t total;
    if (!maillog_list(cx, filter, 1, 10, &list, &n, &total) || n != 1 || total != 1)
        return (struct maillog){ .id = NO_STR };
    return list[0];
}

static int64_t total_of(struct cx *cx, const struct maillog_filter *filter)
{
    struct maillog *list;
    size_t n;
    int64_t total;
    return maillog_list(cx, filter, 1, 1, &list, &n, &total) ? total : -1;
}

static void keeps_secrets(struct cx *cx)
{
    struct message message = RESET;
    message.values = MESSAGE_VALUES(
        { S("reset_url"), S("https://a.co/reset-password?token=abcdef"), true },
        { S("token"), S("abcdef"), false }, { S("pin"), S("abcdef"), true },
        { S("secret_path"), S("https://a.co/abcdef"), true },
        { S("help"), S("HTTP://a.co/?u=abcdef"), false }, { S("ip_address"), NO_STR, false },
        { S("email"), S("ann@acme.co"), false });
    cx->now = 1000 * WHEN_SECOND;
    ok(maillog_add(cx, &message, S("smtp"), NO_STR), "a mail that went out is noted");
    struct maillog row = only(cx, &(struct maillog_filter){ .status = S("sent") });
    is_text(row.variables, "{\"reset_url\":\"https://a.co/reset-password?***\",\"token\":\"***\","
            "\"pin\":\"***\",\"secret_path\":\"***\",\"help\":\"HTTP://a.co/?***\","
            "\"email\":\"ann@acme.co\"}", "with its values, but for the secrets and what is absent");
    is_text(row.provider, "smtp", "with who sent it");
    is_text(row.recipient_email, "ann@acme.co", "and to whom");
    ok(str_absent(row.error_message), "and no reason why not");
}

static void tells_failures(struct cx *cx)
{
    struct message message = RESET;
    message.template_type = S("invitation");
    cx->now = 2000 * WHEN_SECOND;
    ok(maillog_add(cx, &message, NO_STR, S("nobody answers")), "one that did not is noted");
    struct maillog row = only(cx, &(struct maillog_filter){ .status = S("failed") });
    is_text(row.provider, "unknown", "by whom is unknown when nobody was found");
    is_text(row.error_message, "nobody answers", "but why is not");
    is_text(row.variables, "{}", "without values");
    message.provider = S("auto");
    message.template_type = S("chosen");
    ok(maillog_add(cx, &message, NO_STR, S("no")), "again, any provider");
    is_text(only(cx, &(struct maillog_filter){ .template_type = S("chosen") }).provider, "unknown",
            "auto is nobody's name");
    message.provider = S("resend");
    message.template_type = S("named");
    ok(maillog_add(cx, &message, NO_STR, S("no")), "again, a certain one");
    row = only(cx, &(struct maillog_filter){ .template_type = S("named") });
    is_text(row.provider, "resend", "then that one is named");
    struct maillog one;
    bool found;
    ok(maillog_get(cx, row.id, &found, &one) && found, "a row is found by its id");
    is_text(one.template_type, "named", "and is the same");
    ok(maillog_get(cx, S("x' OR 1=1"), &found, &one) && !found, "what is no id finds nothing");
    message.account_id = S("01890000-0000-7000-8000-00000000dead");
    message.template_type = S("late");
    ok(maillog_add(cx, &message, S("smtp"), NO_STR), "of an account that is gone nothing is kept");
    struct rows rows SCOPED(rows_close) = { 0 };
    struct maillog late = { .id = NO_STR };
    ok(db_query(cx, SQL_OF("SELECT id FROM email_logs WHERE template_type = 'late'"), NO_BINDS, &rows)
       && !rows_next(&rows, (const struct col[]){ COL(C_TEXT, maillog, id), { 0 } }, &late),
       "nor does its mail fail for that");
}

static void filters(struct cx *cx)
{
    is_int(total_of(cx, &(struct maillog_filter){ .to = 0 }), 4, "all of them");
    is_int(total_of(cx, &(struct maillog_filter){ .from = 2000 * WHEN_SECOND }), 3,
           "the first moment belongs to a range");
    is_int(total_of(cx, &(struct maillog_filter){ .to = 1000 * WHEN_SECOND }), 1,
           "and so does the last");
    is_int(total_of(cx, &(struct maillog_filter){ .from = 1001 * WHEN_SECOND,
                                                  .to = 1999 * WHEN_SECOND }), 0, "but not between");
    is_int(total_of(cx, &(struct maillog_filter){
        .account_id = S("11111111-1111-1111-1111-111111111111") }), 0, "another account has none");
    struct maillog *list;
    size_t n;
    int64_t total;
    ok(maillog_list(cx, &(struct maillog_filter){ .to = 0 }, 2, 3, &list, &n, &total) && n == 1
       && list[0].sent_at == 1000 * WHEN_SECOND, "the oldest is on the last page");
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan(25 * (int)engines);
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        db_scope(&cx, S("*"));
        keeps_secrets(&cx);
        tells_failures(&cx);
        filters(&cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
