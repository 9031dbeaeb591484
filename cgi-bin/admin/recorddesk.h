/*
 * recorddesk.h — what the pages of records share: the answers of the API's own functions as values,
 * addresses, names.
 *
 * Access  nothing here reads a row by itself: what a caller may not see, the API's functions leave
 *         out, and so do the pages
 */
#ifndef ADMIN_RECORDDESK_H
#define ADMIN_RECORDDESK_H

#include "data/recordquery.h"
#include "desk/desk.h"
#include "desk/fieldform.h"

/* As GET …/{id} answers; tag: for If-Match, or absent. */
bool recorddesk_get(struct cx *cx, struct str collection, struct str id, struct jv *out,
                    struct str *tag) MUST_CHECK;
bool recorddesk_list(struct cx *cx, struct str collection, const struct recordquery *query,
                     struct jv *out) MUST_CHECK;
bool recorddesk_json(struct cx *cx, const struct buf *text, struct jv *out) MUST_CHECK;
/* At most `most`; *more: there are others. False with nothing failed: this caller may not list. */
bool recorddesk_count(struct cx *cx, struct str collection, struct str filter, int64_t most,
                      int64_t *n, bool *more, bool *may) MUST_CHECK;

/* A failure whose details stand in a body (data.md §1.3 E3, E4, E6): they become items. */
void recorddesk_unfold(struct cx *cx);

bool recorddesk_may(struct cx *cx, const struct collection *collection, enum operation operation,
                    struct access *out) MUST_CHECK;     /* false with nothing failed: no          */

/* What people call a record: its first short text that they may see, else its id. */
struct str recorddesk_name(struct cx *cx, const struct collection *collection, struct jv record);
/* "a = b", for filters, as the filter language quotes. */
struct str recorddesk_is(struct cx *cx, struct str field, struct str value);

/* Addresses with a query; pairs without a value are left out, the list ends with { 0 }. */
struct recorddesk_pair { const char *name; struct str value; };
struct str recorddesk_link(struct cx *cx, struct str path, const struct recorddesk_pair *pairs);
/* /api/v1/records/… of the parts. */
struct str recorddesk_api(struct cx *cx, struct str collection, struct str id, const char *more);
/* Records, and the collection. */
void recorddesk_crumbs(struct desk *desk, struct str collection);
/* The account that the caller is a user of: superadmins, acting or not, of the system's. */
struct str recorddesk_home(const struct cx *cx);
/* How a collection is changed: views not at all, and what is to be signed not here. */
bool recorddesk_is_written(const struct collection *collection);

#endif
