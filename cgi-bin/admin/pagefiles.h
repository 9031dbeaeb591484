/* pagefiles.h — the routes of pagefiles.c. */
#ifndef ADMIN_PAGEFILES_H
#define ADMIN_PAGEFILES_H

#include "http/route.h"

extern const struct route pagefiles_routes[];

#endif
