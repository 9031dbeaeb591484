/* mailses.h — sends mail by Amazon SES. */
#ifndef MAIL_MAILSES_H
#define MAIL_MAILSES_H

#include "mail/mailer.h"

extern const struct mailer_provider mailses_provider;

#endif
