/* pageinvitations.h — the routes of pageinvitations.c. */
#ifndef ADMIN_PAGEINVITATIONS_H
#define ADMIN_PAGEINVITATIONS_H

#include "http/route.h"

extern const struct route pageinvitations_routes[];

#endif
