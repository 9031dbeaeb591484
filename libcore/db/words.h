/*
 * words.h — inside the room: what the column words of schema/ mean to each engine, and how it
 * spells a name.
 */
#ifndef DB_WORDS_H
#define DB_WORDS_H

#include "base/buf.h"
#include "db/driver.h"

const char *words_find(const struct db_driver *driver, struct str word);  /* "@id"; NULL: unknown */
bool words_is_name(struct str name);            /* [A-Za-z_][A-Za-z0-9_]*, 1 to 80                */
/* "quoted"; PostgreSQL cuts names at 63 bytes, so longer ones end in a hash of the whole there. */
void words_name(struct buf *out, const struct db_driver *driver, struct str name);
/* Texts that only one of the engines needs; "" for the other. */
struct str words_row_security(struct arena *mem, const struct db_driver *driver, struct str table);
struct str words_schema_lock(const struct db_driver *driver);   /* one migration at a time        */
struct str words_grants(const struct db_driver *driver);        /* what serving programs may      */
struct str words_guest_grant(struct arena *mem, const struct db_driver *driver, struct str table);
struct sql words_has_files(const struct db_driver *driver);     /* counts the table schema_files  */

#endif
