/* relay.c — passes an event on to everybody in the table whom it concerns. */
#include "events/relay.h"

static bool concerns(const struct relay *row, const struct tail_event *event)
{
    return (row->kinds >> event->kind & 1u) != 0
        && (row->collection == NULL || str_eq(str_of(row->collection), event->collection));
}

bool relay_tell(struct cx *cx, const struct relay *table, void *state,
                const struct tail_event *event, uint32_t *heard)
{
    struct err first = { .kind = E_NONE };
    for (size_t i = 0; table[i].kinds != 0; i++) {
        uint32_t bit = UINT32_C(1) << i;
        if ((*heard & bit) != 0 || !concerns(&table[i], event))
            continue;
        if (table[i].hear(cx, state, event)) {
            *heard |= bit;
            continue;
        }
        if (first.kind == E_NONE)
            first = cx->err;
        fail_forget(cx);
    }
    cx->err = first;
    return first.kind == E_NONE;
}
