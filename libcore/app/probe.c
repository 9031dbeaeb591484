/* probe.c — lets `worker --probe` try settings out. */
#include "app/probe.h"

#include "base/js.h"
#include "base/when.h"
#include "net/errand.h"

enum { QUESTION_MAX = 262144 };
#define PATIENCE (12 * WHEN_SECOND)             /* the child itself gives up after 10 */

static bool ask(struct cx *cx, struct str category, struct str provider_name, struct jv config,
                struct str *question)
{
    struct buf out;
    struct js js;
    buf_init(&out, cx->mem, QUESTION_MAX);
    js_init(&js, &out);
    js_object(&js, NULL);
    js_text(&js, "category", category);
    js_text(&js, "provider_name", provider_name);
    js_raw(&js, "config", jv_print(cx->mem, config));
    js_end(&js);
    *question = buf_text(&out);
    return (js_done(&js) && !out.over) || broken(cx, "a configuration is too large to try");
}

bool probe_connection(struct cx *cx, struct str category, struct str provider_name,
                      struct jv config, bool *success, struct str *message)
{
    struct str question, answer;
    struct jv said;
    struct jv_fault fault;
    bool in_time = false;
    *success = false;
    *message = S("Connection test timed out after 10 seconds. Check your network or provider"
                 " settings.");
    TRY(ask(cx, category, provider_name, config, &question));
    TRY(errand_run(cx, "--probe", question, PATIENCE, &answer, &in_time));
    if (!in_time)
        return true;
    if (!jv_parse(cx, answer, &said, &fault))
        return broken(cx, "the worker gave no answer");
    *success = jv_bool(jv_get(said, S("success")));
    *message = jv_text(jv_get(said, S("message")));
    return !str_absent(*message) || broken(cx, "the worker gave no message");
}
