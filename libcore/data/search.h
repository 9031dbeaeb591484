/*
 * search.h — what one caller searches for in a list: ?search= over the fields they may name.
 *
 * Fields   searchable ones; what is hidden from the caller, or shown as a mask, is not looked into,
 *          and none left is as if none were searchable
 * Order    by points (db/fulltext.h), then the newest, unless the caller sorts
 * Errors   400 "Invalid search"
 */
#ifndef DATA_SEARCH_H
#define DATA_SEARCH_H

#include "data/access.h"
#include "db/fulltext.h"

struct search {
    bool is_on;                         /* false: the text was blank; lists are as without        */
    const struct collection *collection;
    struct fulltext_search of;
};
bool search_open(struct cx *cx, const struct access *access, const struct rule_names *names,
                 struct str text, struct search *out) MUST_CHECK;

/*
 * ` FROM …`: what is found as w, and its record as r; without a search r alone. with_points: w has
 * points. Of the best, w has no more than those of one page; for who asks for nothing else.
 */
bool search_from(struct qb *q, const struct search *search, bool with_points) MUST_CHECK;
void search_from_best(struct qb *q, const struct search *search, int64_t skip, int64_t limit);
void search_order_by(struct qb *q);                 /* ` ORDER BY …`, where w has points          */
void search_from_found(struct qb *q, const struct search *search);      /* w alone, to be counted */
/* ` AND …`, or nothing: what is looked for, as a condition. It is no part of those statements. */
void search_key(struct qb *q, const struct search *search);

#endif
