/* roles.h — the routes of roles. */
#ifndef AUTH_ROLES_H
#define AUTH_ROLES_H

#include "http/route.h"

extern const struct route roles_routes[];

#endif
