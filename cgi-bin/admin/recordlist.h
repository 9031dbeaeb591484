/*
 * recordlist.h — a list of records as a page has it: what its address asks for, the rows, and the
 * forms around them.
 *
 * Address  filter, search, sort, fields (again and again, or with commas), account (superadmins),
 *          count=no, and offset, or cursor and before, which may be empty
 * Faults   a filter, search or place that cannot be used leaves `fault` and no rows
 */
#ifndef ADMIN_RECORDLIST_H
#define ADMIN_RECORDLIST_H

#include "desk/grid.h"
#include "recorddesk.h"

struct recordlist {
    const struct collection *collection;
    struct access access;               /* of listing                                             */
    struct str query;                   /* as it came                                             */
    struct str filter, search, sort, account;
    struct str fields;                  /* with commas; empty: the usual ones                     */
    struct str cursor, before;          /* absent unless paged by cursor                          */
    struct str count;                   /* "no"                                                   */
    int64_t offset, rows;
    struct str columns;                 /* those that are shown, with commas                      */
    struct str fault;
    bool is_search_fault;
    struct jv found;                    /* as the API answers                                     */
};

/* 403 and 404 as the API says them. */
bool recordlist_open(struct cx *cx, struct str collection, struct str query,
                     struct recordlist *out) MUST_CHECK;
/* What the API would be asked: filter and account together. */
struct recordquery recordlist_query(struct cx *cx, const struct recordlist *list);
bool recordlist_find(struct cx *cx, struct recordlist *list) MUST_CHECK;
bool recordlist_put(const struct recordlist *list, struct desk *desk) MUST_CHECK;
/* The same list at another address: its filter, search, sort, fields, account. */
struct str recordlist_link(struct cx *cx, const struct recordlist *list, struct str path,
                           const char *name, struct str value);

#endif
