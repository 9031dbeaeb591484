/* permissions.h — the routes of permissions. */
#ifndef AUTH_PERMISSIONS_H
#define AUTH_PERMISSIONS_H

#include "http/route.h"

extern const struct route permissions_routes[];

#endif
