/* users.h — the people of accounts, for superadmins and account admins (identity.md §12). */
#ifndef AUTH_USERS_H
#define AUTH_USERS_H

#include "http/route.h"

extern const struct route users_routes[];

#endif
