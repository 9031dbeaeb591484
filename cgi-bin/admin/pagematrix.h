/* pagematrix.h — the routes of pagematrix.c. */
#ifndef ADMIN_PAGEMATRIX_H
#define ADMIN_PAGEMATRIX_H

#include "http/route.h"

extern const struct route pagematrix_routes[];

#endif
