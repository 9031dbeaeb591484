/*
 * sqlitepoints.h — inside the room: larder_points(x, counted), what a row of FTS5 is worth to a
 * search (fulltext.h): bit n of counted says that phrase n is a word, whose hits count.
 */
#ifndef DB_SQLITEPOINTS_H
#define DB_SQLITEPOINTS_H

#include <sqlite3.h>

#include "base/base.h"

/* True where there is no FTS5: then there is nothing to search either. */
bool sqlitepoints_register(sqlite3 *handle) MUST_CHECK;

#endif
