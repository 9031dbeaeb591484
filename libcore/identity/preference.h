/*
 * preference.h — how somebody likes the pages: language, colours, how long lists are.
 *
 * Whose      a user of an account: superadmins are users of the system account, wherever they look
 * Errors     E_INVALID with err.field: a language that is no code, another theme, rows out of range
 * Changes    user_preferences (audited); goes with the user
 */
#ifndef IDENTITY_PREFERENCE_H
#define IDENTITY_PREFERENCE_H

#include "base/cx.h"

enum { PREFERENCE_ROWS_LEAST = 10, PREFERENCE_ROWS_USUAL = 30, PREFERENCE_ROWS_MOST = 100 };

struct preference {
    struct str language;            /* "de"; "": what the browser asks for */
    struct str theme;               /* "auto", "light", "dark" */
    int64_t page_rows;
};

/* What is usual, for who has never chosen. */
bool preference_get(struct cx *cx, struct str account_id, struct str user_id,
                    struct preference *out) MUST_CHECK;
/* E_NOT_FOUND: no such user. */
bool preference_set(struct cx *cx, struct str account_id, struct str user_id,
                    const struct preference *wanted) MUST_CHECK;

#endif
