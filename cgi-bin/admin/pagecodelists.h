/* pagecodelists.h — code lists for people, and what their pages share with those of values. */
#ifndef ADMIN_PAGECODELISTS_H
#define ADMIN_PAGECODELISTS_H

#include "codelists/codelist.h"
#include "http/route.h"

extern const struct route pagecodelists_routes[];

/* Whether the caller keeps the list, and so its order and what it says of itself. */
bool pagecodelists_keeps(const struct cx *cx, const struct codelist *list);

#endif
