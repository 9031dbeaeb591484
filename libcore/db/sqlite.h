/*
 * sqlite.h — inside the room: what migrate and ddl need of SQLite beyond the driver's table.
 */
#ifndef DB_SQLITE_H
#define DB_SQLITE_H

#include "db/driver.h"

/* Write-ahead logging where the file system carries it, else a rollback journal and a warning. */
bool sqlite_set_journal(struct cx *cx) MUST_CHECK;
/* Lets one statement rewrite the schema's own texts, then reads the schema anew. */
bool sqlite_open_schema(struct cx *cx) MUST_CHECK;
bool sqlite_close_schema(struct cx *cx) MUST_CHECK;

#endif
