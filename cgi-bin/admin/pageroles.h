/* pageroles.h — the routes of pageroles.c. */
#ifndef ADMIN_PAGEROLES_H
#define ADMIN_PAGEROLES_H

#include "http/route.h"

extern const struct route pageroles_routes[];

#endif
