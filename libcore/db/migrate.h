/*
 * migrate.h — brings the database to the schema of schema/NNNN_name.sql, one text for both engines.
 *
 * Each file runs in one transaction and is recorded with its checksum (table schema_files); a file
 * that changed after it ran, or one that is gone, stops the run with a clear error. Two runners at
 * once: one works, the other waits and finds nothing to do. WAL is switched on here, once.
 */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "db/db.h"

struct migration { struct str name, checksum; int64_t applied_at; };   /* applied_at 0: pending */

bool migrate_run(struct cx *cx, struct str schema_dir, size_t *applied) MUST_CHECK;
bool migrate_list(struct cx *cx, struct str schema_dir, struct migration **list,
                  size_t *n) MUST_CHECK;
/* What a file of that name says; E_CONFLICT when it cannot be read. */
bool migrate_text(struct cx *cx, struct str schema_dir, struct str name, struct str *out)
    MUST_CHECK;
/* For programs that start: false, with a sentence, when the schema is not theirs. */
bool migrate_check(struct cx *cx, struct str schema_dir) MUST_CHECK;

#endif
