/* pagesignin.h — the ways to the admin pages and out again: /admin/sign-in, sign-out, forgotten. */
#ifndef AUTH_PAGESIGNIN_H
#define AUTH_PAGESIGNIN_H

#include "http/route.h"

extern const struct route pagesignin_routes[];

#endif
