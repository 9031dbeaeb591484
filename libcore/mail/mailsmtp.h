/* mailsmtp.h — sends mail over a mail server (SMTP). */
#ifndef MAIL_MAILSMTP_H
#define MAIL_MAILSMTP_H

#include "mail/mailer.h"

extern const struct mailer_provider mailsmtp_provider;

#endif
