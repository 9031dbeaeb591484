/*
 * fulltext.h — the words of a collection's records and how they are found: FTS5 on SQLite, tsvector
 * and GIN on PostgreSQL; what is found, and its points, is the same on both.
 *
 * Tables     beside that of a collection stands fts_<words>, with a row for each record, which goes
 *            with it; ddl.h makes and drops it
 * Tenants    every word is kept with its account's tag, so that a search reads what its own account
 *            has of a word; the account is a condition as well, since tags may meet
 * Points     of a word in a field 1 to 4: found once, twice, three or four times, more often; of a
 *            phrase or a beginning 1. Times 8 in the first searchable field, 4, 2, and 1 in others
 * Words      letters and digits only (data/searchword.h): they stand in either engine's language
 */
#ifndef DB_FULLTEXT_H
#define DB_FULLTEXT_H

#include "db/qb.h"

enum { FULLTEXT_FIELDS = 8, FULLTEXT_TERMS = 16 };

/* hits: how often it stands in its field of the record, from 1 on. */
struct fulltext_word { struct str text; unsigned field, hits; };
struct fulltext_record {
    struct str account_id, id;
    int64_t created_at;
    const struct fulltext_word *words; size_t n;        /* in their order, field by field         */
};
/* Keeps what a record says now: n_fields as the table was made. is_sure: the table is there, so
 * PostgreSQL need not say so before the next statement. */
bool fulltext_put(struct cx *cx, struct str words, unsigned n_fields,
                  const struct fulltext_record *record, bool is_sure) MUST_CHECK;

struct fulltext_term {
    const struct str *words; size_t n;  /* several: one after the other                           */
    bool is_prefix;                     /* the last one is the beginning of a word                */
    bool is_excluded;                   /* it must not be there                                   */
};
struct fulltext_search {
    struct str words;                   /* the name of the table, without fts_                    */
    struct str account_id;              /* absent: every account's                                */
    unsigned n_fields;
    bool looks_into[FULLTEXT_FIELDS];   /* the others might as well be empty                      */
    const struct fulltext_term *terms; size_t n;        /* one of them not excluded               */
};
/* ` FROM …`: the rows of fts_… as w, and what finds them. */
void fulltext_from(struct qb *q, const struct fulltext_search *search);
/* The condition: whose they are, and that all terms hold. Can only stand with that FROM. */
void fulltext_where(struct qb *q, const struct fulltext_search *search);
void fulltext_points(struct qb *q, const struct fulltext_search *search);   /* the expression     */

/* For the engines. */
unsigned fulltext_level(unsigned hits);                 /* 1 to 4                                 */
unsigned fulltext_weight(unsigned field);

#endif
