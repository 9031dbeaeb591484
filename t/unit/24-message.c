/* 24-message.c — mails in the queue: values come back as they went in, secrets are sealed there. */
#include "dbtest.h"

#include "base/settings.h"
#include "db/rows.h"
#include "db/tx.h"
#include "mail/message.h"

static struct settings set = { .encryption_key = S_INIT("test-key") };

struct payload { struct str text; };
static const struct sql PAYLOAD = SQL("SELECT payload AS text FROM jobs WHERE id = :id");
static const struct col PAYLOAD_COLS[] = { COL(C_TEXT, payload, text), { 0 } };

static bool enqueue(struct cx *cx, const struct message *message, struct str *job_id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(message_enqueue(cx, message, job_id));
    return tx_commit(&tx);
}

static struct str payload_of(struct cx *cx, struct str id)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct payload row = { NO_STR };
    if (!db_query(cx, PAYLOAD, BIND(p_text("id", id)), &rows) || !rows_next(&rows, PAYLOAD_COLS, &row))
        return NO_STR;
    return row.text;
}

static void goes_in_and_out(struct cx *cx)
{
    const struct message sent = {
        .template_type = S("invitation"), .account_id = S(SYSTEM_ACCOUNT),
        .recipient = S("ann@acme.co"), .about = S("invitation a b"),
        .values = MESSAGE_VALUES({ S("account_name"), S("Acme"), false },
                                 { S("token"), S("0123456789abcdef"), true },
                                 { S("ip_address"), NO_STR, false }) };
    struct message got;
    struct str id;
    ok(enqueue(cx, &sent, &id), "a mail is queued");
    struct str payload = payload_of(cx, id);
    ok(payload.n > 0 && !str_has(payload, S("0123456789abcdef")), "its secrets cannot be read there");
    ok(message_read(cx, payload, &got), "the worker can read it");
    is_text(got.recipient, "ann@acme.co", "to whom");
    is_text(got.locale, "en", "in English when nobody said otherwise");
    is_text(got.about, "invitation a b", "and what waits for it");
    ok(got.values.n == 2, "absent values are left out");
    is_text(got.values.at[0].value, "Acme", "a plain value");
    ok(got.values.at[1].is_secret, "a secret one stays known as such");
    is_text(got.values.at[1].value, "0123456789abcdef", "and is open again");
    set.encryption_key = S("another");
    ok(!message_read(cx, payload, &got), "with another key it does not open");
    fail_forget(cx);
    set.encryption_key = S("test-key");
    ok(!message_read(cx, S("{\"to_email\":\"a\"}"), &got), "half a mail is none");
    fail_forget(cx);
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan(13 * (int)engines);
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        cx.set = &set;
        db_scope(&cx, S("*"));
        goes_in_and_out(&cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
