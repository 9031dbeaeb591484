/* sessionlist.h — where somebody is signed in, as administrators see it. */
#ifndef IDENTITY_SESSIONLIST_H
#define IDENTITY_SESSIONLIST_H

#include "base/cx.h"

enum { SESSIONLIST_MOST = 50 };
struct sessionlist_item {
    struct str id, ip_address, user_agent;      /* the last two may be absent                  */
    int64_t created_at, expires_at;             /* of its newest refresh token                 */
};
struct sessionlist { struct sessionlist_item *at; size_t n; };

/* Those that have not ended, newest first, at most SESSIONLIST_MOST. Who may ask is the caller's
 * business. */
bool sessionlist_read(struct cx *cx, struct str account_id, struct str user_id,
                      struct sessionlist *out) MUST_CHECK;

#endif
