/* transfers.h — the routes of uploaded files (data.md §16). */
#ifndef FILES_TRANSFERS_H
#define FILES_TRANSFERS_H

#include "http/route.h"

extern const struct route transfers_routes[];

#endif
