/* records.h — the routes of records: one by one, in lists and in batches (data.md §10). */
#ifndef RECORDS_RECORDS_H
#define RECORDS_RECORDS_H

#include "http/route.h"

extern const struct route records_routes[];

#endif
