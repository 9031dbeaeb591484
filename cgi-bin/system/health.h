/* health.h — the root of the API and whether the installation works (identity.md §2.5). */
#ifndef SYSTEM_HEALTH_H
#define SYSTEM_HEALTH_H

#include "http/route.h"

extern const struct route health_routes[];

#endif
