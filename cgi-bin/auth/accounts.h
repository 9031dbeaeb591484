/* accounts.h — the accounts, for superadmins (identity.md §11). */
#ifndef AUTH_ACCOUNTS_H
#define AUTH_ACCOUNTS_H

#include "http/route.h"

extern const struct route accounts_routes[];

#endif
