/* invitations.h — offers to join an account (identity.md §15). */
#ifndef AUTH_INVITATIONS_H
#define AUTH_INVITATIONS_H

#include "http/route.h"

extern const struct route invitations_routes[];

#endif
