/* pagehome.h — the routes of pagehome.c. */
#ifndef ADMIN_PAGEHOME_H
#define ADMIN_PAGEHOME_H

#include "http/route.h"

extern const struct route pagehome_routes[];

#endif
