/*
 * index.h — the indexes that a collection declares: [["status","-created_at"], …] (DESIGN §7).
 *
 * Keys    fields and system columns, - before those that go down. account_id leads every index and
 *         id ends it, in the direction of the last key, as lists are ordered; unless it is named
 *         earlier: what comes after it is read from the index, not ordered by
 * Limits  INDEX_MOST of a collection, INDEX_KEYS of an index, INDEX_BYTES of a text in one: what
 *         PostgreSQL keeps in a third of a page, and SQLite is held to the same
 * Errors  a request of the wrong shape adds items for fail_fields (422), what cannot be indexed
 *         items for fieldcheck_refuse (400)
 */
#ifndef DATA_INDEX_H
#define DATA_INDEX_H

#include "data/field.h"

enum { INDEX_MOST = 10, INDEX_KEYS = 6, INDEX_BYTES = 400 };

struct index_key { struct str name; bool descending; };
struct index { const struct index_key *keys; size_t n; };
struct index_list { const struct index *at; size_t n; };

/* The stored array of a collection, texts copied to mem; one that cannot be read is broken. */
bool index_load(struct cx *cx, struct arena *mem, struct str json, struct index_list *out)
    MUST_CHECK;
void index_read(struct cx *cx, struct jv list, struct index_list *out);
void index_check(struct cx *cx, const struct index_list *list, const struct field *fields,
                 size_t n);
struct str index_store(struct arena *mem, const struct index_list *list);
struct str index_text(struct arena *mem, const struct index *index);    /* ["status","-price"]    */
bool index_takes(const struct field *field);                            /* by its type            */
bool index_has(const struct index_list *list, struct str field);        /* in any of them         */

/* From one list to the next, inside the caller's transaction; *touched: the table has others now.
 * False with 400 when records hold texts that are too long. */
bool index_apply(struct cx *cx, struct str table, const struct index_list *old,
                 const struct index_list *now, const struct field *fields, size_t n,
                 bool *touched) MUST_CHECK;

#endif
