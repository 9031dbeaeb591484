/* mailses.c — sends mail by Amazon SES: SendEmail of its query API, signed. */
#include "mail/mailses.h"

#include "base/url.h"
#include "mail/mime.h"
#include "net/aws.h"
#include "net/call.h"
#include "net/sigv4.h"

#define FORM "application/x-www-form-urlencoded; charset=utf-8"
enum { BODY_MAX = 4 * 1024 * 1024 };

static const char *const NEEDED[] = { "region", "access_key_id", "secret_access_key", NULL };

static void put(struct buf *form, const char *name, struct str value)
{
    buf_fmt(form, "%s%s=", form->n > 0 ? "&" : "", name);
    url_part(form, value);
}

struct answer { int status; struct str body, code; };

/* Errors are documents with a code and a message. */
static bool judge(struct cx *cx, const struct call_reply *reply, struct answer *answer,
                  struct trouble *trouble)
{
    *answer = (struct answer){ reply->status, reply->body, aws_element(reply->body, "Code") };
    if (reply->status == 200)
        return true;
    struct str message = aws_element(reply->body, "Message");
    answer->code = str_absent(answer->code) ? str_fmt(cx->mem, "%d", reply->status)
                                            : str_of(trouble_line(cx->mem, answer->code));
    trouble->why = str_absent(message)
        ? str_fmt(cx->mem, "The server answered %d", reply->status).p
        : trouble_line(cx->mem, message);
    return false;
}

static bool ask(struct cx *cx, struct jv config, struct str form, struct answer *answer,
                struct trouble *trouble)
{
    struct str region = jv_filled(config, "region");
    struct mailer_endpoint to = mailer_endpoint(cx, config,
        str_fmt(cx->mem, "https://email.%.*s.amazonaws.com", STR_ARG(region)));
    size_t slashes = str_starts(to.url, S("https://")) ? 8 : 7;
    const struct sigv4_header also[] = { { "content-type", S(FORM) } };
    struct sigv4_headers headers;
    struct call_reply reply;
    *answer = (struct answer){ .code = S("NetworkError") };
    sigv4_sign(cx->mem, &(struct sigv4){
        .access_key = jv_filled(config, "access_key_id"),
        .secret_key = jv_filled(config, "secret_access_key"), .region = region,
        .service = S("ses"), .method = S("POST"), .host = str_sub(to.url, slashes, to.url.n),
        .path = S("/"), .query = S(""), .body = form, .also = also,
        .also_count = 1, .at = cx->now }, &headers);
    const struct call_header lines[] = { { "Content-Type", S(FORM) },
        { "X-Amz-Date", headers.date }, { "Authorization", headers.authorization } };
    return call_send(cx, &(struct call){
               .method = "POST", .url = str_fmt(cx->mem, "%.*s/", STR_ARG(to.url)),
               .headers = lines, .header_count = COUNT(lines), .body = form,
               .trusted = to.trusted, .is_plain = to.is_plain }, &reply, trouble)
        && judge(cx, &reply, answer, trouble);
}

static const char *unfit(struct cx *cx, struct jv config)
{
    const char *missing = mailer_missing(config, NEEDED);
    if (missing != NULL)
        return str_fmt(cx->mem, "%s is required", missing).p;
    return aws_is_region(jv_filled(config, "region")) ? NULL : "region is no name of a region";
}

static bool mailses_send(struct cx *cx, struct jv config, const struct mailer_letter *letter,
                         struct trouble *trouble)
{
    struct buf form;
    struct answer answer;
    *trouble = (struct trouble){ unfit(cx, config), false };
    if (trouble->why != NULL)
        return false;
    buf_init(&form, cx->mem, BODY_MAX);
    put(&form, "Action", S("SendEmail"));
    put(&form, "Source", mime_mailbox(cx->mem, letter->from_name, letter->from_email));
    put(&form, "Destination.ToAddresses.member.1", letter->to);
    put(&form, "Message.Subject.Data", letter->subject);
    put(&form, "Message.Subject.Charset", S("UTF-8"));
    put(&form, "Message.Body.Text.Data", letter->text_body);
    put(&form, "Message.Body.Text.Charset", S("UTF-8"));
    put(&form, "Message.Body.Html.Data", letter->html_body);
    put(&form, "Message.Body.Html.Charset", S("UTF-8"));
    if (!str_absent(letter->reply_to))
        put(&form, "ReplyToAddresses.member.1", letter->reply_to);
    put(&form, "Version", S("2010-12-01"));
    if (form.over) {
        trouble->why = "The mail is too large";
        return false;
    }
    return ask(cx, config, buf_text(&form), &answer, trouble);
}

static bool mailses_probe(struct cx *cx, struct jv config, struct str *message, bool *timed_out)
{
    struct answer answer;
    struct trouble trouble = { NULL, false };
    const char *why = unfit(cx, config);
    *timed_out = false;
    if (why != NULL) {
        *message = str_fmt(cx->mem, "AWS SES test failed: %s", why);
        return false;
    }
    bool well = ask(cx, config, S("Action=GetSendQuota&Version=2010-12-01"), &answer, &trouble);
    *timed_out = trouble.timed_out;
    if (well)
        *message = str_fmt(cx->mem, "AWS SES connection successful. Quota: %.*s/%.*s emails sent in"
                           " last 24h, max send rate: %.*s emails/second",
                           STR_ARG(aws_element(answer.body, "SentLast24Hours")),
                           STR_ARG(aws_element(answer.body, "Max24HourSend")),
                           STR_ARG(aws_element(answer.body, "MaxSendRate")));
    else
        *message = str_fmt(cx->mem, "AWS SES connection failed (%.*s): %s", STR_ARG(answer.code),
                           trouble.why);
    return well;
}

const struct mailer_provider mailses_provider = {
    .name = "aws_ses", .hint = "AWS credentials", .send = mailses_send, .probe = mailses_probe,
};
