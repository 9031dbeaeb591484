/*
 * flow.h — bytes that pass through piece by piece: where they come from, where they go.
 *
 * Ownership  whoever fills a source or a sink owns its state, which outlives the passing
 * End        a source that yields 0 bytes is at its end, and stays there
 * Errors     in cx->err; E_GONE from a sink: whoever was to read has gone, or wants no more. That
 *            ends the work and is nobody's fault
 */
#ifndef BASE_FLOW_H
#define BASE_FLOW_H

#include "base/cx.h"

#define FLOW_PIECE 16384            /* a good size for what is held of it at once               */

struct source {
    bool (*read)(struct cx *cx, void *state, char *into, size_t room, size_t *n);
    void *state;
};
struct sink {
    bool (*write)(struct cx *cx, void *state, struct str piece);
    void *state;
};

bool flow_read(struct cx *cx, struct source from, char *into, size_t room, size_t *n) MUST_CHECK;
bool flow_write(struct cx *cx, struct sink to, struct str piece) MUST_CHECK;
/* Up to most bytes; *n: how many there were. */
bool flow_pass(struct cx *cx, struct source from, struct sink to, int64_t most, int64_t *n)
    MUST_CHECK;
struct source flow_of(struct str *rest);            /* of a text in memory; *rest shrinks        */

#endif
