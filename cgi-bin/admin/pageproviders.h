/* pageproviders.h — pages: providers of mail, storage and sign-on, of the system, of accounts. */
#ifndef ADMIN_PAGEPROVIDERS_H
#define ADMIN_PAGEPROVIDERS_H

#include "http/route.h"

extern const struct route pageproviders_routes[];

#endif
