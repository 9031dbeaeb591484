/*
 * mime.h — a mail as it goes over the wire: headers and the two alternatives, text then HTML
 * (RFC 5322, RFC 2045 to 2047).
 *
 * Form       ASCII, lines of at most 76 characters wherever we choose them, CR LF
 * Injection  line breaks and other control characters in a header become spaces
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include "base/buf.h"

struct mime {
    struct str from_name, from_email, to, reply_to;     /* reply_to absent or empty: none */
    struct str subject, text, html;
    struct str id;                                      /* unique, of [a-z0-9-] */
    int64_t at;
};
struct str mime_write(struct arena *mem, const struct mime *mail);
/* `name <email>`, the name quoted or encoded where it must be; empty: the address alone. */
struct str mime_mailbox(struct arena *mem, struct str name, struct str email);

#endif
