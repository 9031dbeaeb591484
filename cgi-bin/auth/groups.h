/* groups.h — the routes of groups. */
#ifndef AUTH_GROUPS_H
#define AUTH_GROUPS_H

#include "http/route.h"

extern const struct route groups_routes[];

#endif
