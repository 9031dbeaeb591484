/*
 * rate.h — how often something may happen, counted over all processes of an installation
 * (identity.md §2.3).
 *
 * Window   at most `most` in any window: what happened in the window before counts for the part of
 *          it that still overlaps, so there is no edge at which twice as much would pass
 * Burst    and at most `burst` at once, filled again at the window's rate (a token bucket)
 * Range    most at most 60,000 and not above the window's microseconds
 * Keys     are hashed with a secret, so that nobody can aim at the row of another; a table that is
 *          full forgets whoever was seen longest ago. Nobody is stopped where memory cannot be
 *          shared
 */
#ifndef CRYPTO_RATE_H
#define CRYPTO_RATE_H

#include "base/cx.h"

struct rate { int64_t most, window_us, burst; };    /* most 0: no limit; burst 0: none of its own */
struct rate_answer {
    bool allowed;
    int64_t remaining;
    int64_t retry_us;                                   /* until the next is allowed; 0: now */
    int64_t reset_us;                                   /* until all of it is there again */
};

/* Counts one if it is allowed. bucket keeps keys of different kinds apart. */
void rate_take(struct cx *cx, const char *bucket, struct str key, const struct rate *rate,
               struct rate_answer *out);
/* Only looks; or counts one whatever the answer, for what is known to be bad afterwards. */
void rate_look(struct cx *cx, const char *bucket, struct str key, const struct rate *rate,
               struct rate_answer *out);
void rate_count(struct cx *cx, const char *bucket, struct str key, const struct rate *rate);

void rate_forget(struct cx *cx, const char *bucket, struct str key);    /* as if never counted */

/* What one caller can change at will is one key: an IPv6 address is its /64. */
struct str rate_network(struct arena *mem, struct str address);

#endif
