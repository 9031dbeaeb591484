/* mailsmtp.c — sends mail over the mail server that somebody configured. */
#include "mail/mailsmtp.h"

#include "base/ident.h"
#include "base/num.h"
#include "mail/mime.h"
#include "net/smtp.h"

enum { SUBMISSION_PORT = 587 };

static bool yes(struct jv config, const char *name, bool otherwise)
{
    struct jv member = jv_get(config, str_of(name));
    return member.kind == JV_BOOL ? jv_bool(member) : otherwise;
}

static int64_t port_of(struct jv config)
{
    struct jv member = jv_get(config, S("port"));
    int64_t port = 0;
    if (member.kind == JV_INT)
        return jv_int(member);
    if (member.kind == JV_TEXT)
        return num_int(str_trim(jv_text(member)), &port) ? port : 0;
    return SUBMISSION_PORT;
}

static struct smtp_server server_of(struct jv config)
{
    return (struct smtp_server){
        .host = jv_filled(config, "host"), .port = port_of(config),
        .username = jv_filled(config, "username"),
        .password = jv_text(jv_get(config, S("password"))),
        .implicit_tls = yes(config, "use_ssl", false),
        .start_tls = yes(config, "use_tls", true) };
}

static bool mailsmtp_send(struct cx *cx, struct jv config, const struct mailer_letter *letter,
                          struct trouble *trouble)
{
    struct smtp_server server = server_of(config);
    struct str message = mime_write(cx->mem, &(struct mime){
        .from_name = letter->from_name, .from_email = letter->from_email, .to = letter->to,
        .reply_to = letter->reply_to, .subject = letter->subject, .text = letter->text_body,
        .html = letter->html_body, .id = ident_uuid(cx->mem, cx->now), .at = cx->now });
    return smtp_send(cx, &server, &(struct smtp_mail){
        .from = letter->from_email, .to = letter->to, .message = message }, trouble);
}

static bool mailsmtp_probe(struct cx *cx, struct jv config, struct str *message, bool *timed_out)
{
    static const char *const NEEDED[] = { "host", NULL };
    struct smtp_server server = server_of(config);
    struct trouble trouble;
    const char *missing = mailer_missing(config, NEEDED);
    *timed_out = false;
    if (missing != NULL) {
        *message = str_fmt(cx->mem, "SMTP test failed: %s is required", missing);
        return false;
    }
    bool well = smtp_try(cx, &server, &trouble);
    *timed_out = trouble.timed_out;
    *message = well ? S("SMTP connection successful")
                    : str_fmt(cx->mem, "SMTP connection failed: %s", trouble.why);
    return well;
}

const struct mailer_provider mailsmtp_provider = {
    .name = "smtp", .hint = "SMTP server settings", .send = mailsmtp_send, .probe = mailsmtp_probe,
};
