/* pagepassword.h — /admin/me/password: another password for oneself. */
#ifndef AUTH_PAGEPASSWORD_H
#define AUTH_PAGEPASSWORD_H

#include "http/route.h"

extern const struct route pagepassword_routes[];

#endif
