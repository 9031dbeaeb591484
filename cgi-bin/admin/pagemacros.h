/* pagemacros.h — macros for people: listed, written, checked, tried, deleted. */
#ifndef ADMIN_PAGEMACROS_H
#define ADMIN_PAGEMACROS_H

#include "http/route.h"

extern const struct route pagemacros_routes[];

#endif
