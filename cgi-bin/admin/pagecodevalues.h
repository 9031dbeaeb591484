/* pagecodevalues.h — the values of a code list for people: looked through, ordered, changed. */
#ifndef ADMIN_PAGECODEVALUES_H
#define ADMIN_PAGECODEVALUES_H

#include "http/route.h"

extern const struct route pagecodevalues_routes[];

#endif
