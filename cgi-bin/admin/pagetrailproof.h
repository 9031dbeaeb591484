/* pagetrailproof.h — the trail proven, its checkpoints, and what is taken home of it, as pages. */
#ifndef ADMIN_PAGETRAILPROOF_H
#define ADMIN_PAGETRAILPROOF_H

#include "http/route.h"

extern const struct route pagetrailproof_routes[];

#endif
