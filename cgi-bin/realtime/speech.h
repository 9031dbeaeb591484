/*
 * speech.h — what is said to listeners, as each kind hears it (automation.md §4.3, §4.4): blocks
 * of server-sent events, frames of a WebSocket, members of one JSON document; in records where
 * FastCGI carries them.
 *
 * Shared  of one event the same bytes go to all who see the same in the same way
 */
#ifndef REALTIME_SPEECH_H
#define REALTIME_SPEECH_H

#include "base/cx.h"
#include "listener.h"

enum { SPEECH_KEPT = 8 };
struct speech {                                 /* what was made last; begin with { 0 } */
    struct { const struct str *message; int64_t id; enum meter_listener kind; int request_id;
             struct piece *piece; } kept[SPEECH_KEPT];
    size_t next;
};

/* id: the place to resume from after it. */
struct piece *speech_event(struct speech *speech, struct cx *cx, const struct listener *listener,
                           int64_t id, const struct str *message);
void speech_forget(struct speech *speech);      /* before the messages go */

/* False: it did not fit any more. */
bool speech_beat(struct cx *cx, struct listener *listener, int64_t position);
bool speech_reset(struct cx *cx, struct listener *listener, int64_t position);
bool speech_answer(struct cx *cx, struct listener *listener, struct str json);
bool speech_control(struct cx *cx, struct listener *listener, enum ws_op op, struct str payload);
/* As they came, or in records. */
struct piece *speech_bytes(struct cx *cx, const struct listener *listener, struct str bytes);

/* The block that begins a stream of events. */
struct str speech_preamble(struct arena *mem, int64_t position);

/* Ends a listener with the words that its kind has for the reason. */
enum speech_end { END_SHUTDOWN, END_SLOW, END_TOKEN, END_TIME, END_SILENT, END_ANSWERED };
void speech_end(struct cx *cx, struct listener *listener, enum speech_end why, int64_t position);
void speech_close(struct cx *cx, struct listener *listener, int code, struct str reason);

#endif
