/*
 * searchindex.h — keeps the words of a collection's searchable fields in step with its records.
 *
 * Fields   at most 8, in the order of the schema: the earlier, the more a hit in it is worth
 * Bounds   of a record the first 10,000 words count, of a word the first 255 times in a field
 * Inside   the transaction of what changes the record or the definition; reads all records of a
 *          definition that changes, a few at a time
 */
#ifndef DATA_SEARCHINDEX_H
#define DATA_SEARCHINDEX_H

#include "data/recordrow.h"
#include "db/fulltext.h"

bool searchindex_takes(const struct field *field);      /* whether it can be searchable           */
/* The searchable ones among n fields; returns how many there are. */
unsigned searchindex_fields(const struct field *fields, size_t n,
                            const struct field *out[FULLTEXT_FIELDS]);

/* Of the table that holds their words. Other fields, or the same in another order, are kept under
 * another name: who still has the definition of before finds no table, and looks anew. */
struct str searchindex_name(struct arena *mem, const struct collection *c);

/* What the record says now; old NULL: it is new. Values in the order of the row's columns. */
bool searchindex_put(struct cx *cx, const struct recordrow *row, const struct param *old,
                     const struct param *now) MUST_CHECK;
/* Before anything is done to the table: others who read or write wait, where they would meet the
 * change that follows half way. */
bool searchindex_hold(struct cx *cx, const struct collection *old,
                      const struct collection *now) MUST_CHECK;
/* From the searchable fields of one definition to those of the next, all records included; of a new
 * collection `old` has no field. *touched: there was something to do. */
bool searchindex_change(struct cx *cx, const struct collection *old,
                        const struct collection *now, bool *touched) MUST_CHECK;
/* After the commit of that: on PostgreSQL, what was written meanwhile by who did not know of it. */
bool searchindex_settle(struct cx *cx, const struct collection *now) MUST_CHECK;

#endif
