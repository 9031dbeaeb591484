/*
 * catalogue.h — the collections there are, and how much is in them (data.md §3).
 *
 * For superadmins: records are counted over all accounts; those of views are not.
 */
#ifndef DATA_CATALOGUE_H
#define DATA_CATALOGUE_H

#include "data/collection.h"

struct catalogue_query {
    int64_t page, page_size;        /* from 1                                                     */
    struct str sort_by, sort_order, search;
};
struct catalogue_item {
    struct str id, name, table_name;
    struct str type;                /* base, view                                                 */
    int64_t field_count, record_count;
    bool has_public_access;
    int64_t created_at, updated_at;
};
struct catalogue_page { struct catalogue_item *items; size_t n; int64_t total; };

bool catalogue_list(struct cx *cx, const struct catalogue_query *query, struct catalogue_page *out)
    MUST_CHECK;
/* 404 "Collection with ID 'x' not found". */
bool catalogue_get(struct cx *cx, struct str id, struct collection *out, int64_t *records)
    MUST_CHECK;

#endif
