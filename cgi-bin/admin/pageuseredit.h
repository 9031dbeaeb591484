/* pageuseredit.h — the routes of pageuseredit.c. */
#ifndef ADMIN_PAGEUSEREDIT_H
#define ADMIN_PAGEUSEREDIT_H

#include "http/route.h"

extern const struct route pageuseredit_routes[];

#endif
