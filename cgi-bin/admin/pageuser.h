/* pageuser.h — the routes of pageuser.c. */
#ifndef ADMIN_PAGEUSER_H
#define ADMIN_PAGEUSER_H

#include "http/route.h"

extern const struct route pageuser_routes[];

#endif
