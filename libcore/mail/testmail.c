/* testmail.c — claims a test mail as a job of its own, and remembers what became of it. */
#include "mail/testmail.h"

#include "base/when.h"
#include "crypto/mac.h"
#include "db/tx.h"

#define LEASE (2 * TESTMAIL_SECONDS * WHEN_SECOND)

static bool was_before(struct cx *cx, struct str key, struct testmail *out)
{
    struct queue_state state;
    TRY(queue_keyed(cx, key, cx->now - TESTMAIL_SECONDS * WHEN_SECOND, &out->is_over, &state));
    if (!out->is_over)
        return true;
    bool was_sent = str_eq(state.status, S("completed"));
    if (!was_sent && !str_eq(state.status, S("dead")))
        return fail(cx, E_BUSY, NULL, "The same test mail is being sent");
    if (!was_sent)
        out->error = str_absent(state.error_message) ? S("unknown") : state.error_message;
    return true;
}

bool testmail_begin(struct cx *cx, const struct message *message, struct str request,
                    struct testmail *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct message once = *message;
    struct str id;
    bool taken;
    *out = (struct testmail){ .error = NO_STR };
    once.once = true;
    once.dedupe_key = str_fmt(cx->mem, "testmail:%.*s",
                              STR_ARG(mac_sha256_hex(cx->mem, request)));
    TRY(tx_begin(cx, &tx));
    TRY(was_before(cx, once.dedupe_key, out));
    if (out->is_over)
        return true;
    TRY(message_enqueue(cx, &once, &id));
    TRY(queue_take_one(cx, cx->request_id, id, LEASE, &taken, &out->job));
    if (!taken)
        return broken(cx, "a job that was just put in cannot be had");
    return tx_commit(&tx);
}

bool testmail_end(struct cx *cx, const struct testmail *test, struct str error)
{
    return str_absent(error) ? queue_done(cx, &test->job) : queue_failed(cx, &test->job, error);
}
