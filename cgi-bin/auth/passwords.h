/* passwords.h — a new password for who forgot theirs (identity.md §6). */
#ifndef AUTH_PASSWORDS_H
#define AUTH_PASSWORDS_H

#include "http/route.h"

extern const struct route passwords_routes[];

#endif
