/* sendnow.c — lets `worker --send` send a mail. */
#include "app/sendnow.h"

#include "base/jv.h"
#include "base/when.h"
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
