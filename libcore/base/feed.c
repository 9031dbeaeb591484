/* feed.c — the bytes of a source one by one, and in which line they stand. */
#include "base/feed.h"

#include <string.h>

static const char MARK[] = "\xEF\xBB\xBF";
enum { MARK_BYTES = 3 };

void feed_init(struct feed *feed, struct arena *mem, struct source from)
{
    *feed = (struct feed){ .from = from, .line = 1, .piece = arena_alloc(mem, FLOW_PIECE) };
}

/* More behind what is left. A source may give as little as it likes. */
static bool fill(struct cx *cx, struct feed *feed, size_t least)
{
    size_t left = feed->n - feed->at, got;

    if (left > 0)
        memmove(feed->piece, feed->piece + feed->at, left);
    feed->n = left;
    feed->at = 0;
    while (!feed->ended && feed->n < least) {
        TRY(flow_read(cx, feed->from, feed->piece + feed->n, FLOW_PIECE - feed->n, &got));
        feed->ended = got == 0;
        feed->n += got;
    }
    return true;
}

static bool begin(struct cx *cx, struct feed *feed)
{
    feed->begun = true;
    TRY(fill(cx, feed, MARK_BYTES));
    if (feed->n >= MARK_BYTES && memcmp(feed->piece, MARK, MARK_BYTES) == 0)
        feed->at = MARK_BYTES;
    return true;
}

bool feed_peek(struct cx *cx, struct feed *feed, int *c)
{
    if (!feed->begun)
        TRY(begin(cx, feed));
    if (feed->at == feed->n)
        TRY(fill(cx, feed, 1));
    *c = feed->at == feed->n ? -1 : (unsigned char)feed->piece[feed->at];
    return true;
}

bool feed_byte(struct cx *cx, struct feed *feed, int *c)
{
    TRY(feed_peek(cx, feed, c));
    if (*c < 0)
        return true;
    feed->at++;
    feed->line += *c == '\n';
    return true;
}
