/* sqliterefusal.h — inside the room: what a constraint of SQLite refused. */
#ifndef DB_SQLITEREFUSAL_H
#define DB_SQLITEREFUSAL_H

#include <sqlite3.h>

#include "db/db.h"

/* After a statement failed; false: no constraint did that. */
bool sqliterefusal_read(struct arena *mem, sqlite3 *handle, struct refusal *refusal) MUST_CHECK;

#endif
