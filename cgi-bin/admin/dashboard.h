/* dashboard.h — the route of the figures that superadmins see first. */
#ifndef ADMIN_DASHBOARD_H
#define ADMIN_DASHBOARD_H

#include "http/route.h"

extern const struct route dashboard_routes[];

#endif
