/*
 * listener.h — one connection that stays: what it wants to hear, what waits to be sent to it, and
 * how it ends.
 *
 * Memory   a small arena of its own; each watch and a long queue have theirs, so that what comes
 *          and goes on one connection does not add up
 * Bounds   1000 messages or 1 MiB may wait; past that the listener is too slow and has to go. It
 *          comes back with the last id it has seen
 * Ending   what is queued goes out, then the peer is told that no more comes, and is given a moment
 *          to go by itself, so that it reads what was said
 */
#ifndef REALTIME_LISTENER_H
#define REALTIME_LISTENER_H

#include "base/meter.h"
#include "live/live.h"
#include "live/ws.h"
#include "piece.h"

enum { LISTENER_MESSAGES = 1000, LISTENER_BYTES = 1 << 20, LISTENER_WATCHES = 100,
       LISTENER_FEW = 4 };

enum listener_door { DOOR_HTTP, DOOR_FCGI, DOOR_PLAIN };
enum listener_state {
    LISTENER_ARRIVES,               /* its request is being read */
    LISTENER_OPEN,
    LISTENER_ENDS,                  /* what is queued still goes out */
    LISTENER_LINGERS,               /* all is said: until the peer goes */
    LISTENER_GONE                   /* to be buried by the loop */
};

struct watch {
    struct arena *mem;
    struct live_watch of;
    int64_t from;                   /* events up to it are not for this watch */
};

struct listener {
    struct arena *mem;
    struct audience *of;
    struct listener *next, *before;             /* all of them */
    struct listener *next_here, *before_here;   /* those of the same place (audience.c) */
    struct listener *next_dirty, *next_resuming;
    int fd, request_id;                         /* request_id: of FastCGI */
    enum listener_door door;
    enum listener_state state;
    enum meter_listener kind;
    bool is_dirty, waits_to_write, unpolled, is_member, is_live, is_resuming;
    struct bearer *bearer;
    struct str account_id;                      /* whose events; absent: everybody's */
    struct str correlation;
    struct watch **watches; size_t watch_count, watch_room;
    int64_t position;                           /* all up to it has been told, or was not for us */
    int64_t since;                              /* of a WebSocket: where its watches begin; -1 */
    int64_t opened_at, heard_at, beat_at, deadline;     /* deadline 0: none */
    unsigned beats;
    uint64_t told;
    const char *ended;                          /* why, for the log */
    struct piece *few[LISTENER_FEW], **queue;   /* a ring of `room` from `head` on */
    struct arena *queue_mem;
    size_t room, head, n, bytes, sent;          /* sent: of the first */
    struct ws_reader ws;
    struct piece *unread;
};

struct listener *listener_new(struct audience *of, int fd, enum listener_door door, int64_t now);
void listener_free(struct listener *listener);      /* closes */

/* Takes a use of the piece over. False: it does not fit any more, and was dropped. */
bool listener_put(struct listener *listener, struct piece *piece);
void listener_flush(struct listener *listener);     /* as much as the socket takes */
/* Drops what has not begun to be sent; how many there were. */
size_t listener_forget(struct listener *listener);
/* No more will be put. The peer has until then to take the rest and go. */
void listener_end(struct listener *listener, const char *why, int64_t deadline);
void listener_is_gone(struct listener *listener, const char *why);

/* Adds, or replaces that of the same collection. False: there are too many. */
bool listener_watch(struct listener *listener, const struct live_watch *watch, int64_t from);
void listener_unwatch(struct listener *listener, struct str collection);

#endif
