/* pagesettings.h — the routes of pagesettings.c. */
#ifndef ADMIN_PAGESETTINGS_H
#define ADMIN_PAGESETTINGS_H

#include "http/route.h"

extern const struct route pagesettings_routes[];

#endif
