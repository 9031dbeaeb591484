/* ruletest.h — routes of ruletest.c. */
#ifndef AUTH_RULETEST_H
#define AUTH_RULETEST_H
#include "http/route.h"

extern const struct route ruletest_routes[];

#endif
