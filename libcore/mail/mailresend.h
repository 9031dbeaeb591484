/* mailresend.h — sends mail by Resend. */
#ifndef MAIL_MAILRESEND_H
#define MAIL_MAILRESEND_H

#include "mail/mailer.h"

extern const struct mailer_provider mailresend_provider;

#endif
