/* ddlfulltext.h — inside the room: the tables of fulltext.h, as SQL texts; names are checked. */
#ifndef DB_DDLFULLTEXT_H
#define DB_DDLFULLTEXT_H

#include "base/buf.h"
#include "base/cx.h"

struct db_driver;
struct str ddlfulltext_table(struct arena *mem, struct str words);
struct str ddlfulltext_index(struct arena *mem, struct str words);          /* SQLite: of FTS5    */
struct str ddlfulltext_column(const struct cx *cx, unsigned field);     /* that holds its words   */
void ddlfulltext_create(struct buf *b, struct cx *cx, struct str words, struct str table,
                        unsigned n_fields);
/* When it is filled. */
void ddlfulltext_finish(struct buf *b, struct cx *cx, struct str words, struct str table);
void ddlfulltext_drop(struct buf *b, struct cx *cx, struct str words);

#endif
