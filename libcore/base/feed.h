/*
 * feed.h — the bytes of a source one by one, and in which line they stand.
 *
 * Lines   counted from 1; a line ends with its line feed. A byte order mark at the very beginning
 *         is passed over
 * Errors  those of the source
 */
#ifndef BASE_FEED_H
#define BASE_FEED_H

#include "base/flow.h"

struct feed {
    struct source from;
    char *piece; size_t n, at;          /* FLOW_PIECE bytes                                       */
    int64_t line;
    bool begun, ended;
};

void feed_init(struct feed *feed, struct arena *mem, struct source from);
/* *c: the next byte, or -1 at the end; feed_peek leaves it there. */
bool feed_byte(struct cx *cx, struct feed *feed, int *c) MUST_CHECK;
bool feed_peek(struct cx *cx, struct feed *feed, int *c) MUST_CHECK;

#endif
