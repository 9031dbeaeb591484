/* configurations.h — the routes of configured providers. */
#ifndef ADMIN_CONFIGURATIONS_H
#define ADMIN_CONFIGURATIONS_H

#include "http/route.h"

extern const struct route configurations_routes[];

#endif
