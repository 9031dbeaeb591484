/* docs.h — the reference: openapi.json for programs, a page for people. Development only. */
#ifndef SYSTEM_DOCS_H
#define SYSTEM_DOCS_H

#include "http/route.h"

extern const struct route docs_routes[];

#endif
