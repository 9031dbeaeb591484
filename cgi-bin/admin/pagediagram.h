/* pagediagram.h — the collections and how they refer to each other, drawn. */
#ifndef ADMIN_PAGEDIAGRAM_H
#define ADMIN_PAGEDIAGRAM_H

#include "http/route.h"

extern const struct route pagediagram_routes[];

#endif
