/* pagekeys.h — the routes of pagekeys.c. */
#ifndef ADMIN_PAGEKEYS_H
#define ADMIN_PAGEKEYS_H

#include "http/route.h"

extern const struct route pagekeys_routes[];

#endif
