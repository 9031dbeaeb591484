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

/* What the record says now; old NULL: it is new. Values in the order of the row's columns. */
bool searchindex_put(struct cx *cx, const struct recordrow *row, const struct param *old,
                     const struct param *now) MUST_CHECK;
/* From the searchable fields of one definition to those of the next, all records included; of a new
 * collection `old` has no field. *touched: there was something to do. */
bool searchindex_change(struct cx *cx, const struct collection *old,
                        const struct collection *now, bool *touched) MUST_CHECK;

#endif
