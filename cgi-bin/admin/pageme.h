/* pageme.h — /admin/me: how somebody likes the pages, and where they are signed in. */
#ifndef ADMIN_PAGEME_H
#define ADMIN_PAGEME_H

#include "http/route.h"

extern const struct route pageme_routes[];

#endif
