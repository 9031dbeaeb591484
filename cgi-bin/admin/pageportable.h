/* pageportable.h — a page: definitions come in from a file, looked at before they do. */
#ifndef ADMIN_PAGEPORTABLE_H
#define ADMIN_PAGEPORTABLE_H

#include "http/route.h"

extern const struct route pageportable_routes[];

#endif
