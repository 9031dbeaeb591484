/*
 * event.h — says that something happened, so that it leaves with the commit or not at all.
 *
 * Inside a transaction: the outbox row queues in the transaction's tail with the audit rows. It
 * is what realtime, webhooks, hooks and workflows read afterwards (DESIGN §6, automation.md §16).
 */
#ifndef EVENTS_EVENT_H
#define EVENTS_EVENT_H

#include "base/cx.h"

enum event_kind {
#define EVENT(symbol, name) symbol,
#include "events/events.def"
#undef EVENT
    EVENT_KINDS
};
struct event {
    enum event_kind kind;
    struct str account_id;      /* of the record, not of the caller */
    struct str collection;      /* absent for events that are not about records */
    struct str record_id;
    struct str record;          /* JSON: the row as stored, unmasked, secrets as placeholders */
    struct str previous;        /* JSON of the row before, for updates and deletes; or absent */
};
bool event_emit(struct cx *cx, const struct event *event) MUST_CHECK;
const char *event_name(enum event_kind kind);
bool event_kind_of(struct str name, enum event_kind *out);      /* false: none of that name */

#endif
