/* pageaccounts.h — the routes of pageaccounts.c. */
#ifndef ADMIN_PAGEACCOUNTS_H
#define ADMIN_PAGEACCOUNTS_H

#include "http/route.h"

extern const struct route pageaccounts_routes[];

#endif
