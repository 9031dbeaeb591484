/* recordtools.h — what stands around a list of records: filter, columns, saved views, ways out. */
#ifndef ADMIN_RECORDTOOLS_H
#define ADMIN_RECORDTOOLS_H

#include "recordlist.h"

bool recordtools_put(const struct recordlist *list, struct desk *desk) MUST_CHECK;

#endif
