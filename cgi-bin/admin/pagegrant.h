/* pagegrant.h — the routes of pagegrant.c. */
#ifndef ADMIN_PAGEGRANT_H
#define ADMIN_PAGEGRANT_H

#include "http/route.h"

extern const struct route pagegrant_routes[];

#endif
