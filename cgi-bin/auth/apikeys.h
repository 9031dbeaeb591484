/* apikeys.h — the API keys of a superadmin (identity.md §8). */
#ifndef AUTH_APIKEYS_H
#define AUTH_APIKEYS_H

#include "http/route.h"

extern const struct route apikeys_routes[];

#endif
