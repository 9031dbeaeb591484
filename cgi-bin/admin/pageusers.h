/* pageusers.h — the routes of pageusers.c. */
#ifndef ADMIN_PAGEUSERS_H
#define ADMIN_PAGEUSERS_H

#include "http/route.h"

extern const struct route pageusers_routes[];

#endif
