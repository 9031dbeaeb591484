/*
 * ddltext.h — inside the room: the SQL texts of ddl.c. Names are checked by the caller.
 *
 * Constraints and indexes are named table.column: a dot cannot stand in either, so names never
 * meet; declared indexes table.+column.-column, where a sign is what no other has.
 */
#ifndef DB_DDLTEXT_H
#define DB_DDLTEXT_H

#include "base/buf.h"
#include "db/ddl.h"

struct db_driver;
void ddltext_begin(struct buf *b, struct cx *cx);
void ddltext_table(struct buf *b, const struct db_driver *driver, struct str table,
                   const struct ddl_column *cols, size_t n);
void ddltext_indexes(struct buf *b, const struct db_driver *driver, struct str table,
                     const struct ddl_column *col);
void ddltext_add(struct buf *b, const struct db_driver *driver, struct str table,
                 const struct ddl_column *col);
void ddltext_add_key(struct buf *b, const struct db_driver *driver, struct str table,
                      const struct ddl_column *col);
void ddltext_rekey(struct buf *b, const struct db_driver *driver, struct str table,
                   const struct ddl_column *col);
void ddltext_link(struct buf *b, const struct db_driver *driver, const struct ddl_link *link);
void ddltext_drop_index(struct buf *b, const struct db_driver *driver, struct str table,
                        struct str column);
void ddltext_declared(struct buf *b, const struct db_driver *driver, struct str table,
                      const struct ddl_key *keys, size_t n);
void ddltext_drop_declared(struct buf *b, const struct db_driver *driver, struct str table,
                           const struct ddl_key *keys, size_t n);
void ddltext_assumed(struct buf *b, struct str table);              /* SQLite                     */
/* SQLite's text of a table with one key more, or with another action; false: not as we wrote it. */
bool ddltext_with_key(struct arena *mem, const struct db_driver *driver, struct str text,
                      struct str table, const struct ddl_column *col, struct str *out);
bool ddltext_with_action(struct arena *mem, struct str text, struct str table,
                         const struct ddl_column *col, struct str *out);

#endif
