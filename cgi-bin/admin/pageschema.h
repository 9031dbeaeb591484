/* pageschema.h — pages: a collection is made, copied or changed by a form, and looked at first. */
#ifndef ADMIN_PAGESCHEMA_H
#define ADMIN_PAGESCHEMA_H

#include "http/route.h"

extern const struct route pageschema_routes[];

#endif
