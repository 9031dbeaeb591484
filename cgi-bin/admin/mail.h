/* mail.h — the texts of mails, trying them out, and what became of mails (identity.md §18.4). */
#ifndef ADMIN_MAIL_H
#define ADMIN_MAIL_H

#include "http/route.h"

extern const struct route mail_routes[];

#endif
