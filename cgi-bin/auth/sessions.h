/* sessions.h — signing in, refreshing, signing out, and who is signed in (identity.md §6). */
#ifndef AUTH_SESSIONS_H
#define AUTH_SESSIONS_H

#include "http/route.h"

extern const struct route sessions_routes[];

#endif
