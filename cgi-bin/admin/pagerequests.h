/* pagerequests.h — the routes of pagerequests.c. */
#ifndef ADMIN_PAGEREQUESTS_H
#define ADMIN_PAGEREQUESTS_H

#include "http/route.h"

extern const struct route pagerequests_routes[];

#endif
