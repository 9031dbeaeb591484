/*
 * savedview.h — lists that somebody comes back to: a page with the query of its address, by a name.
 *
 * Whose      one user's; for anybody else, of the same account too, they are not there
 * Errors     E_NOT_FOUND "Saved view not found"; E_CONFLICT: the page has one of that name;
 *            E_INVALID with err.field: name, query, page, or too many
 * Changes    saved_views (audited, but for the query: what somebody looks for is theirs); they go
 *            with the user
 */
#ifndef IDENTITY_SAVEDVIEW_H
#define IDENTITY_SAVEDVIEW_H

#include "base/cx.h"

enum { SAVEDVIEW_NAME_MOST = 100, SAVEDVIEW_QUERY_MOST = 4000, SAVEDVIEW_PAGE_MOST = 200,
       SAVEDVIEW_MOST = 50 };                           /* characters; of a page and person */

struct savedview {
    struct str id, account_id, user_id;
    struct str page;                /* "records/notes" */
    struct str name;
    struct str query;               /* as in an address, without the ? */
    int64_t created_at, updated_at;
};
struct savedview_list { struct savedview *at; size_t n; };

/* From account_id, user_id, page, name and query; fills in the rest, the name without blanks at its
 * ends. */
bool savedview_create(struct cx *cx, struct savedview *view) MUST_CHECK;
bool savedview_rename(struct cx *cx, struct str account_id, struct str user_id, struct str id,
                      struct str name) MUST_CHECK;
bool savedview_delete(struct cx *cx, struct str account_id, struct str user_id, struct str id)
    MUST_CHECK;
/* Of a page, by name. */
bool savedview_list(struct cx *cx, struct str account_id, struct str user_id, struct str page,
                    struct savedview_list *out) MUST_CHECK;

#endif
