/* message.c — writes a mail into the payload of its job, and reads it there again. */
#include "mail/message.h"

#include "base/js.h"
#include "base/jv.h"
#include "crypto/seal.h"
#include "jobs/queue.h"

enum { PAYLOAD_MAX = 262144, TRIES = 5, DELAY_SECONDS = 30 };
static const char PURPOSE[] = "mail";

bool message_write(struct cx *cx, const struct message *message, struct str *out)
{
    struct buf payload;
    struct js js;
    buf_init(&payload, cx->mem, PAYLOAD_MAX);
    js_init(&js, &payload);
    js_object(&js, NULL);
    js_text(&js, "account_id", message->account_id);
    js_text(&js, "to_email", message->recipient);
    js_text(&js, "template_name", message->template_type);
    js_text(&js, "locale", str_absent(message->locale) ? S("en") : message->locale);
    js_text(&js, "provider", message->provider);
    js_text(&js, "about", message->about);
    for (int secret = 0; secret < 2; secret++) {
        js_object(&js, secret ? "sealed_vars" : "template_vars");
        for (size_t i = 0; i < message->values.n; i++) {
            const struct message_value *value = &message->values.at[i];
            if (value->is_secret != (secret == 1) || str_absent(value->value))
                continue;
            js_key(&js, value->name);
            js_text(&js, NULL, secret ? seal_shut(cx, PURPOSE, value->value) : value->value);
        }
        js_end(&js);
    }
    js_end(&js);
    if (!js_done(&js) || payload.over)
        return broken(cx, "a mail does not fit into a job");
    *out = buf_text(&payload);
    return true;
}

bool message_enqueue(struct cx *cx, const struct message *message, struct str *job_id)
{
    struct str payload;
    TRY(message_write(cx, message, &payload));
    return queue_add(cx, &(struct queue_job){
        .handler = "send_email", .account_id = message->account_id,
        .payload = payload, .tries = message->once ? 1 : TRIES,
        .delay_seconds = DELAY_SECONDS, .dedupe_key = message->dedupe_key }, job_id);
}

static bool read_values(struct cx *cx, struct jv from, bool secret, struct message_value *list,
                        size_t *n)
{
    struct str name;
    struct jv member;
    for (struct jv_each e = jv_each(from); jv_next(&e, &name, &member);) {
        struct message_value *value = &list[(*n)++];
        *value = (struct message_value){ .name = name, .value = jv_text(member),
                                         .is_secret = secret };
        if (secret && !seal_open(cx, PURPOSE, jv_text(member), &value->value))
            return broken(cx, "a sealed value of a mail does not open");
    }
    return true;
}

bool message_read(struct cx *cx, struct str payload, struct message *out)
{
    struct jv body, plain, sealed;
    struct jv_fault fault;
    size_t n = 0;
    if (!jv_parse(cx, payload, &body, &fault))
        return broken(cx, "the payload of a mail is no JSON");
    plain = jv_get(body, S("template_vars"));
    sealed = jv_get(body, S("sealed_vars"));
    struct message_value *list = arena_list(cx->mem, struct message_value,
                                            jv_count(plain) + jv_count(sealed));
    *out = (struct message){
        .template_type = jv_text(jv_get(body, S("template_name"))),
        .locale = jv_text(jv_get(body, S("locale"))),
        .account_id = jv_text(jv_get(body, S("account_id"))),
        .recipient = jv_text(jv_get(body, S("to_email"))),
        .provider = jv_text(jv_get(body, S("provider"))),
        .about = jv_text(jv_get(body, S("about"))) };
    TRY(read_values(cx, plain, false, list, &n));
    TRY(read_values(cx, sealed, true, list, &n));
    out->values = (struct message_values){ list, n };
    return (!str_absent(out->template_type) && !str_absent(out->recipient)
            && !str_absent(out->account_id)) || broken(cx, "a mail without an address");
}
