/* event.c — names what happened and hands it to the outbox. */
#include "events/event.h"

#include "events/outbox.h"

static const char *const NAMES[EVENT_KINDS] = {
#define EVENT(symbol, name) [symbol] = name,
#include "events/events.def"
#undef EVENT
};

const char *event_name(enum event_kind kind)
{
    return kind < EVENT_KINDS ? NAMES[kind] : NULL;
}

bool event_kind_of(struct str name, enum event_kind *out)
{
    for (int kind = 0; kind < EVENT_KINDS; kind++)
        if (str_eq(str_of(NAMES[kind]), name)) {
            *out = (enum event_kind)kind;
            return true;
        }
    return false;
}

bool event_emit(struct cx *cx, const struct event *event)
{
    return outbox_add(cx, event);
}
