/* pagejobs.h — the routes of pagejobs.c. */
#ifndef ADMIN_PAGEJOBS_H
#define ADMIN_PAGEJOBS_H

#include "http/route.h"

extern const struct route pagejobs_routes[];

#endif
