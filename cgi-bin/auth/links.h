/* links.h — the pages that mailed links lead to, at the root of the server (identity.md §18.3). */
#ifndef AUTH_LINKS_H
#define AUTH_LINKS_H

#include "http/route.h"

extern const struct route links_routes[];

#endif
