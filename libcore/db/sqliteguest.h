/*
 * sqliteguest.h — inside the room: what SQLite does about SQL that somebody else wrote (guest.h).
 *
 * Limits  while a statement with a guest in it is open: macro_timeout_ms, and texts of 16 MiB
 */
#ifndef DB_SQLITEGUEST_H
#define DB_SQLITEGUEST_H

#include <sqlite3.h>

#include "db/guest.h"

struct sqliteguest { unsigned open; int64_t deadline; int longest; };

bool sqliteguest_vet(struct cx *cx, sqlite3 *handle, const struct guest *guest, struct str text,
                     struct str *fault) MUST_CHECK;
void sqliteguest_enter(const struct cx *cx, sqlite3 *handle, struct sqliteguest *limits);
void sqliteguest_leave(sqlite3 *handle, struct sqliteguest *limits);
/* Whether the failure is one that a guest can cause. */
bool sqliteguest_is_to_blame(sqlite3 *handle);

#endif
