/* sendnow.c — lets `worker --send` send a mail. */
#include "app/sendnow.h"

#include "base/jv.h"
#include "base/when.h"
#include "mail/testmail.h"
#include "net/errand.h"

#define PATIENCE (25 * WHEN_SECOND)

bool sendnow_mail(struct cx *cx, const struct message *message, struct str *error)
{
    struct str payload, answer;
    struct jv said;
    struct jv_fault fault;
    bool in_time = false;
    TRY(message_write(cx, message, &payload));
    TRY(errand_run(cx, "--send", payload, PATIENCE, &answer, &in_time));
    if (!in_time) {
        *error = S("It took too long");
        return true;
    }
    if (!jv_parse(cx, answer, &said, &fault) || said.kind != JV_OBJECT)
        return broken(cx, "the worker gave no answer");
    *error = jv_text(jv_get(said, S("error")));
    return true;
}

/* Even if we fail, the test is over, and the same again is told so. */
static bool send_now(struct cx *cx, const struct message *message, struct testmail *test)
{
    bool tried = sendnow_mail(cx, message, &test->error);
    if (!tried)
        test->error = S("it could not be tried");
    return testmail_end(cx, test, test->error) && tried;
}

bool sendnow_test(struct cx *cx, const struct message *message, struct str request)
{
    struct testmail test;
    TRY(testmail_begin(cx, message, request, &test));
    if (!test.is_over)
        TRY(send_now(cx, message, &test));
    return str_absent(test.error)
        || fail_detail(cx, E_BROKEN, "Failed to send test email: %.*s", STR_ARG(test.error));
}
