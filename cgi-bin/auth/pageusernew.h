/* pageusernew.h — the routes of pageusernew.c. */
#ifndef AUTH_PAGEUSERNEW_H
#define AUTH_PAGEUSERNEW_H

#include "http/route.h"

extern const struct route pageusernew_routes[];

#endif
