/*
 * ratelimit.h — how many requests a caller may make (identity.md §2.3); off by default.
 *
 * Who      a user, else the network address; superadmins pass. Routes without a database (health,
 *          metrics, reference) are not counted
 * Limits   so many in any minute, and a burst at once; a path of rate_limit_endpoints has its own
 *          number for the same caller
 */
#ifndef HTTP_RATELIMIT_H
#define HTTP_RATELIMIT_H

#include "http/request.h"

struct ratelimit { int64_t limit, remaining, reset_seconds; };   /* limit 0: not counted */

/* Also for callers who were refused: credentials are not guessed for free. */
bool ratelimit_take(struct cx *cx, const struct request *request, const struct actor *who,
                    struct ratelimit *out) MUST_CHECK;

/* Connections opened with bad credentials: 5 in a minute from an address, then 429. Counts one,
 * unless it is refused. */
bool ratelimit_bad_handshake(struct cx *cx, const struct request *request) MUST_CHECK;

#endif
