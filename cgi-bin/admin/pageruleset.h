/* pageruleset.h — the rules of one collection: edited, checked, tried, saved. */
#ifndef ADMIN_PAGERULESET_H
#define ADMIN_PAGERULESET_H

#include "http/route.h"

extern const struct route pageruleset_routes[];

#endif
