/*
 * smtp.h — hands a message to a mail server (RFC 5321, STARTTLS of RFC 3207, AUTH of RFC 4954).
 *
 * TLS        implicit, or STARTTLS, which then must succeed; certificates are verified
 * Injection  addresses, host and credentials of more than one line, or what could end an address,
 *            are refused
 * Deadline   timeout_ms for all of it; the server's address is the superadmin's choice
 */
#ifndef NET_SMTP_H
#define NET_SMTP_H

#include "base/cx.h"
#include "net/trouble.h"

struct smtp_server {
    struct str host; int64_t port;
    struct str username, password;          /* username absent or empty: nobody signs in */
    bool implicit_tls, start_tls;
    int64_t timeout_ms;                     /* 0: 10 s */
};
struct smtp_mail { struct str from, to, message; };

/* False: trouble says why; cx->err stays as it was. */
bool smtp_send(struct cx *cx, const struct smtp_server *server, const struct smtp_mail *mail,
               struct trouble *trouble) MUST_CHECK;
/* Greets, secures, signs in, and goes. */
bool smtp_try(struct cx *cx, const struct smtp_server *server, struct trouble *trouble) MUST_CHECK;

#endif
