/* pagehealth.h — the routes of pagehealth.c. */
#ifndef ADMIN_PAGEHEALTH_H
#define ADMIN_PAGEHEALTH_H

#include "http/route.h"

extern const struct route pagehealth_routes[];

#endif
