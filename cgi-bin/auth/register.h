/* register.h — POST /auth/register (identity.md §6). */
#ifndef AUTH_REGISTER_H
#define AUTH_REGISTER_H

#include "http/route.h"

extern const struct route register_routes[];

#endif
