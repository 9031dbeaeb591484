/*
 * talk.h — what a WebSocket client says, and what it is answered (automation.md §4.2).
 *
 *     {"action":"subscribe","collection":"posts","operations":["create"],"filter":…,"since":…}
 *     {"action":"unsubscribe","collection":"posts"}      {"action":"ping"}
 *
 * A message is at most 64 KiB. Collections are not looked up: an unknown or forbidden one is
 * acknowledged and never delivers, so that nobody learns which exist.
 */
#ifndef REALTIME_TALK_H
#define REALTIME_TALK_H

#include "delivery.h"

enum { TALK_MESSAGE = 65536, TALK_SCRATCH = TALK_MESSAGE + WS_HEADER + 16384 };

/* scratch: TALK_SCRATCH bytes that are nobody's between two calls. */
void talk_read(struct delivery *delivery, struct cx *cx, struct listener *listener, char *scratch);
/* What came together with the request. */
void talk_take(struct delivery *delivery, struct cx *cx, struct listener *listener,
               struct str bytes, char *scratch);

/* The names of operations, joined by commas or as a JSON array: those that are none are ignored. */
unsigned talk_operation(struct str name);

#endif
