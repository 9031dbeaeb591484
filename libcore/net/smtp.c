/* smtp.c — SMTP by libcurl. */
#include "net/smtp.h"

#include "net/transfer.h"

enum { TIMEOUT_MS = 10000, MOST = 65536 };

static bool has_none_of(struct str s, const char *unwanted)
{
    size_t at;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f
            || str_find(str_of(unwanted), s.p[i], &at))
            return false;
    return true;
}

static bool is_host(struct str s)
{
    return s.n > 0 && s.n < 256 && has_none_of(s, " /@?#\\%\"'<>");
}

static bool is_address(struct str s)
{
    return s.n > 0 && s.n <= 320 && has_none_of(s, " <>");
}

static bool refuse(struct trouble *trouble, const char *why)
{
    *trouble = (struct trouble){ why, false };
    return false;
}

static bool open_server(struct cx *cx, const struct smtp_server *server, struct transfer *t,
                        struct trouble *trouble)
{
    size_t colon;
    bool is_v6 = str_find(server->host, ':', &colon) && !str_starts(server->host, S("["));
    if (!is_host(server->host))
        return refuse(trouble, "The host is no name of a server");
    if (server->port < 1 || server->port > 65535)
        return refuse(trouble, "The port is not between 1 and 65535");
    if (!has_none_of(server->username, "") || !has_none_of(server->password, ""))
        return refuse(trouble, "The username or password has more than one line");
    if (!transfer_open(cx, server->timeout_ms != 0 ? server->timeout_ms : TIMEOUT_MS, true, MOST,
                       t))
        return refuse(trouble, "The call cannot be made");
    struct str url = str_fmt(cx->mem, is_v6 ? "%s://[%.*s]:%lld" : "%s://%.*s:%lld",
                             server->implicit_tls ? "smtps" : "smtp", STR_ARG(server->host),
                             (long long)server->port);
    transfer_set(t, CURLOPT_URL, str_c(cx->mem, url));
    transfer_set(t, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    if (!server->implicit_tls)
        transfer_set(t, CURLOPT_USE_SSL,
                     (long)(server->start_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    if (server->username.n > 0) {
        transfer_set(t, CURLOPT_USERNAME, str_c(cx->mem, server->username));
        transfer_set(t, CURLOPT_PASSWORD, str_c(cx->mem, server->password));
    }
    return true;
}

/* With the server's own words where it refused, unless they repeat what must stay ours. */
static bool run(struct transfer *t, const struct smtp_server *server, struct trouble *trouble)
{
    CURLcode code;
    if (transfer_run(t, trouble, &code))
        return true;
    bool secret = code == CURLE_LOGIN_DENIED
               || (server->password.n > 0 && str_has(t->refusal, server->password));
    if (t->refusal.n > 0 && !secret)
        trouble->why = str_fmt(t->cx->mem, "%s (%s)", trouble->why,
                               trouble_line(t->cx->mem, t->refusal)).p;
    return false;
}

bool smtp_send(struct cx *cx, const struct smtp_server *server, const struct smtp_mail *mail,
               struct trouble *trouble)
{
    struct transfer t SCOPED(transfer_close) = { .curl = NULL };
    if (!is_address(mail->from) || !is_address(mail->to))
        return refuse(trouble, "The sender or the recipient is no address");
    if (!open_server(cx, server, &t, trouble))
        return false;
    transfer_line(&t, str_fmt(cx->mem, "<%.*s>", STR_ARG(mail->to)));
    transfer_set(&t, CURLOPT_MAIL_FROM,
                 str_c(cx->mem, str_fmt(cx->mem, "<%.*s>", STR_ARG(mail->from))));
    transfer_set(&t, CURLOPT_MAIL_RCPT, t.lines);
    transfer_upload(&t, mail->message);
    return run(&t, server, trouble);
}

bool smtp_try(struct cx *cx, const struct smtp_server *server, struct trouble *trouble)
{
    struct transfer t SCOPED(transfer_close) = { .curl = NULL };
    if (!open_server(cx, server, &t, trouble))
        return false;
    transfer_set(&t, CURLOPT_CUSTOMREQUEST, "NOOP");
    transfer_set(&t, CURLOPT_NOBODY, 1L);
    return run(&t, server, trouble);
}
