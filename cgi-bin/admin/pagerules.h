/* pagerules.h — the rules of all collections in one table. */
#ifndef ADMIN_PAGERULES_H
#define ADMIN_PAGERULES_H

#include "http/route.h"

extern const struct route pagerules_routes[];

#endif
