/* pagelive.h — the routes of pagelive.c. */
#ifndef ADMIN_PAGELIVE_H
#define ADMIN_PAGELIVE_H

#include "http/route.h"

extern const struct route pagelive_routes[];

#endif
