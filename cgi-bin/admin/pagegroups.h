/* pagegroups.h — the routes of pagegroups.c. */
#ifndef ADMIN_PAGEGROUPS_H
#define ADMIN_PAGEGROUPS_H

#include "http/route.h"

extern const struct route pagegroups_routes[];

#endif
