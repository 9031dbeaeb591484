/* sqliteformula.h — inside the room: the functions of base/formula.h as SQL functions, rule_…. */
#ifndef DB_SQLITEFORMULA_H
#define DB_SQLITEFORMULA_H

#include <sqlite3.h>

#include "base/base.h"

bool sqliteformula_add(sqlite3 *handle) MUST_CHECK;

#endif
