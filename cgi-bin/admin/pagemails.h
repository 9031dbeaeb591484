/* pagemails.h — pages: the texts of mails, and what became of mails. */
#ifndef ADMIN_PAGEMAILS_H
#define ADMIN_PAGEMAILS_H

#include "http/route.h"

extern const struct route pagemails_routes[];

#endif
