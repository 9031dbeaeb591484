/* pageaccount.h — the routes of pageaccount.c. */
#ifndef ADMIN_PAGEACCOUNT_H
#define ADMIN_PAGEACCOUNT_H

#include "http/route.h"

extern const struct route pageaccount_routes[];

#endif
