/* mailresend.c — sends mail by Resend. */
#include "mail/mailresend.h"

#include "base/js.h"
#include "mail/mime.h"
#include "net/call.h"

enum { BODY_MAX = 4 * 1024 * 1024 };

static bool ask(struct cx *cx, struct jv config, const char *method, const char *path,
                struct str body, struct call_reply *reply, struct trouble *trouble)
{
    struct mailer_endpoint to = mailer_endpoint(cx, config, S("https://api.resend.com"));
    const struct call_header lines[] = {
        { "Authorization", str_fmt(cx->mem, "Bearer %.*s",
                                   STR_ARG(jv_filled(config, "api_key"))) },
        { "Content-Type", S("application/json") } };
    return call_send(cx, &(struct call){
        .method = method, .url = str_fmt(cx->mem, "%.*s%s", STR_ARG(to.url), path),
        .headers = lines, .header_count = str_absent(body) ? 1 : 2, .body = body,
        .trusted = to.trusted, .is_plain = to.is_plain }, reply, trouble);
}

static const char *reason(struct cx *cx, const struct call_reply *reply)
{
    struct jv body;
    struct jv_fault fault;
    if (reply->status == 401 || reply->status == 403)
        return "Invalid API key";
    if (reply->status == 429)
        return "Rate limit exceeded";
    struct str said = jv_parse(cx, reply->body, &body, &fault)
                    ? jv_text(jv_get(body, S("message"))) : NO_STR;
    return str_absent(said) ? str_fmt(cx->mem, "The server answered %d", reply->status).p
                            : trouble_line(cx->mem, said);
}

static struct str json_of(struct cx *cx, const struct mailer_letter *letter)
{
    struct buf out;
    struct js js;
    buf_init(&out, cx->mem, BODY_MAX);
    js_init(&js, &out);
    js_object(&js, NULL);
    js_text(&js, "from", mime_mailbox(cx->mem, letter->from_name, letter->from_email));
    js_array(&js, "to");
    js_text(&js, NULL, letter->to);
    js_end(&js);
    js_text(&js, "subject", letter->subject);
    js_text(&js, "html", letter->html_body);
    js_text(&js, "text", letter->text_body);
    if (!str_absent(letter->reply_to))
        js_text(&js, "reply_to", letter->reply_to);
    js_end(&js);
    return js_done(&js) && !out.over ? buf_text(&out) : NO_STR;
}

static bool mailresend_send(struct cx *cx, struct jv config, const struct mailer_letter *letter,
                            struct trouble *trouble)
{
    struct call_reply reply;
    struct str body = json_of(cx, letter);
    *trouble = (struct trouble){ NULL, false };
    if (str_absent(jv_filled(config, "api_key")))
        trouble->why = "api_key is required";
    else if (str_absent(body))
        trouble->why = "The mail is too large";
    else if (ask(cx, config, "POST", "/emails", body, &reply, trouble)
             && (reply.status < 200 || reply.status > 299))
        trouble->why = reason(cx, &reply);
    return trouble->why == NULL;
}

static bool mailresend_probe(struct cx *cx, struct jv config, struct str *message, bool *timed_out)
{
    struct call_reply reply;
    struct trouble trouble = { NULL, false };
    *timed_out = false;
    if (str_absent(jv_filled(config, "api_key"))) {
        *message = S("Resend test failed: api_key is required");
        return false;
    }
    if (ask(cx, config, "GET", "/domains", NO_STR, &reply, &trouble) && reply.status != 200)
        trouble.why = reason(cx, &reply);
    *timed_out = trouble.timed_out;
    *message = trouble.why == NULL
        ? S("Resend connection successful. API key is valid and ready to send emails.")
        : str_fmt(cx->mem, "Resend connection failed: %s", trouble.why);
    return trouble.why == NULL;
}

const struct mailer_provider mailresend_provider = {
    .name = "resend", .hint = "API key", .send = mailresend_send, .probe = mailresend_probe,
};
