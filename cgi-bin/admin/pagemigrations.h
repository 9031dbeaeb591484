/* pagemigrations.h — pages: how the schema came to be what it is. */
#ifndef ADMIN_PAGEMIGRATIONS_H
#define ADMIN_PAGEMIGRATIONS_H

#include "http/route.h"

extern const struct route pagemigrations_routes[];

#endif
