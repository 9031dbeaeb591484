/*
 * news.h — what happened since somebody looked: new entries of the trail, and counters that move.
 *
 * Scope    superadmins: everywhere; others: their account (no jobs)
 * Bounded  counts stop at NEWS_MOST
 */
#ifndef APP_NEWS_H
#define APP_NEWS_H

#include "base/cx.h"

enum { NEWS_MOST = 1000 };
struct news {
    int64_t newest;                         /* id of the newest entry; 0: there is none           */
    int64_t entries;                        /* newer than `since`                                 */
    int64_t jobs, sessions;                 /* that wait; that are open. -1: not theirs to know   */
};
/* since: an id; below 0: entries is 0. */
bool news_read(struct cx *cx, int64_t since, struct news *out) MUST_CHECK;

#endif
