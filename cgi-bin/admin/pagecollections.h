/* pagecollections.h — pages: the collections, what each is made of, their files to take away. */
#ifndef ADMIN_PAGECOLLECTIONS_H
#define ADMIN_PAGECOLLECTIONS_H

#include "http/route.h"

extern const struct route pagecollections_routes[];

#endif
