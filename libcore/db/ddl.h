/*
 * ddl.h — changes of the schema at run time: the tables of collections (data.md §2.7, §4).
 *
 * Shape     PRIMARY KEY (account_id, id): rows of a tenant lie together; foreign keys carry
 *           account_id, so a reference can never leave its tenant; an index on id and one on
 *           (account_id, created_at DESC, id DESC); row-level security on PostgreSQL
 * Runs      inside the caller's transaction, as owner; the caller bumps definitions
 */
#ifndef DB_DDL_H
#define DB_DDL_H

#include "db/db.h"

enum ddl_on_delete { DDL_NO_REFERENCE, DDL_CASCADE, DDL_SET_NULL, DDL_RESTRICT };
struct ddl_column {
    struct str name;
    const char *word;                   /* "@text", "@real", "@bool", "@time", "@json", "@id"     */
    bool required, unique;
    struct param otherwise;             /* DEFAULT; P_NULL for none                               */
    struct str target_table;            /* of a reference                                         */
    enum ddl_on_delete on_delete;
};
bool ddl_create_table(struct cx *cx, struct str table, const struct ddl_column *cols,
                      size_t n) MUST_CHECK;
bool ddl_add_column(struct cx *cx, struct str table, const struct ddl_column *col) MUST_CHECK;
/* The key and its index for a column that is there and was made without; its rows have none. */
bool ddl_add_reference(struct cx *cx, struct str table, const struct ddl_column *col) MUST_CHECK;
bool ddl_set_unique(struct cx *cx, struct str table, struct str column, bool unique,
                    struct refusal *refusal) MUST_CHECK;
bool ddl_set_on_delete(struct cx *cx, struct str table, const struct ddl_column *cols, size_t n,
                       struct str column) MUST_CHECK;      /* rebuilds the key; all columns given */
/* An index that a collection declares: led by account_id; ended by id as the last key goes, unless
 * it has id already. */
struct ddl_key { struct str column; bool descending, nullable; };
bool ddl_create_index(struct cx *cx, struct str table, const struct ddl_key *keys,
                      size_t n) MUST_CHECK;
bool ddl_drop_index(struct cx *cx, struct str table, const struct ddl_key *keys,
                    size_t n) MUST_CHECK;
/* Tells SQLite's planner what tables of many accounts are like, for all indexes that the table has
 * now: one more column that is given a value is worth more than a range. PostgreSQL measures. */
bool ddl_assume(struct cx *cx, struct str table) MUST_CHECK;
/* Before the rows of a table are read to be changed: until our commit others may read them only.
 * Nothing on SQLite, where there is one writer anyhow. */
bool ddl_hold_table(struct cx *cx, struct str table) MUST_CHECK;
/* Nor read it: before what else goes that is read together with it. */
bool ddl_close_table(struct cx *cx, struct str table) MUST_CHECK;
/* Pairs of records, account_id, record_id and target_id: a row of `table` names one of `target`. A
 * record takes its pairs along; one that is named cannot go. */
struct ddl_link { struct str name, table, target; };
bool ddl_create_link(struct cx *cx, const struct ddl_link *link) MUST_CHECK;
bool ddl_drop_table(struct cx *cx, struct str table) MUST_CHECK;
/* The words of a table's records (fulltext.h), of 1 to FULLTEXT_FIELDS fields; finished when they
 * are all there, which is faster. Dropped before the table. */
bool ddl_create_fulltext(struct cx *cx, struct str words, struct str table,
                         unsigned n_fields) MUST_CHECK;
bool ddl_finish_fulltext(struct cx *cx, struct str words, struct str table) MUST_CHECK;
bool ddl_drop_fulltext(struct cx *cx, struct str words) MUST_CHECK;

#endif
