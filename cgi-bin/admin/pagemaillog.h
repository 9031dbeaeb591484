/* pagemaillog.h — pages: what became of mails. */
#ifndef ADMIN_PAGEMAILLOG_H
#define ADMIN_PAGEMAILLOG_H

#include "http/route.h"

extern const struct route pagemaillog_routes[];

#endif
