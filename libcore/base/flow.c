/* flow.c — hands bytes from a source to a sink, one piece at a time. */
#include "base/flow.h"

#include <string.h>

bool flow_read(struct cx *cx, struct source from, char *into, size_t room, size_t *n)
{
    *n = 0;
    return from.read(cx, from.state, into, room, n);
}

bool flow_write(struct cx *cx, struct sink to, struct str piece)
{
    return piece.n == 0 || to.write(cx, to.state, piece);
}

bool flow_pass(struct cx *cx, struct source from, struct sink to, int64_t most, int64_t *n)
{
    char piece[FLOW_PIECE];
    for (*n = 0; *n < most;) {
        size_t room = most - *n < FLOW_PIECE ? (size_t)(most - *n) : FLOW_PIECE, got;
        TRY(flow_read(cx, from, piece, room, &got));
        if (got == 0)
            return true;
        TRY(flow_write(cx, to, (struct str){ piece, got }));
        *n += (int64_t)got;
    }
    return true;
}

static bool read_text(struct cx *cx UNUSED, void *state, char *into, size_t room, size_t *n)
{
    struct str *rest = state;
    *n = rest->n < room ? rest->n : room;
    if (*n > 0)
        memcpy(into, rest->p, *n);
    *rest = str_sub(*rest, *n, SIZE_MAX);
    return true;
}

struct source flow_of(struct str *rest)
{
    return (struct source){ .read = read_text, .state = rest };
}
