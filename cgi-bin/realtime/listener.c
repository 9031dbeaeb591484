/* listener.c — the queue of a connection, its watches, and the way out. */
#include "listener.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "audience.h"

enum { AT_ONCE = 32 };                          /* pieces in one call */

struct listener *listener_new(struct audience *of, int fd, enum listener_door door, int64_t now)
{
    struct arena *mem = arena_small(sizeof(struct listener) + 256);
    struct listener *listener = arena_make(mem, struct listener);
    *listener = (struct listener){ .mem = mem, .of = of, .fd = fd, .door = door, .since = -1,
                                   .opened_at = now, .heard_at = now };
    listener->queue = listener->few;
    listener->room = LISTENER_FEW;
    return listener;
}

static struct piece **slot(struct listener *listener, size_t i)
{
    return &listener->queue[(listener->head + i) % listener->room];
}

static void drop_first(struct listener *listener)
{
    struct piece **first = slot(listener, 0);
    listener->bytes -= (*first)->n;
    piece_drop(*first);
    *first = NULL;
    listener->head = (listener->head + 1) % listener->room;
    listener->n--;
    listener->sent = 0;
}

static void rest_queue(struct listener *listener)
{
    arena_free(listener->queue_mem);
    listener->queue_mem = NULL;
    listener->queue = listener->few;
    listener->room = LISTENER_FEW;
    listener->head = 0;
}

static void forget_watch(struct watch *watch)
{
    arena_free(watch->mem);
}

void listener_free(struct listener *listener)
{
    while (listener->n > 0)
        drop_first(listener);
    rest_queue(listener);
    for (size_t i = 0; i < listener->watch_count; i++)
        forget_watch(listener->watches[i]);
    piece_drop(listener->unread);
    ws_end(&listener->ws);
    if (listener->fd >= 0)
        close(listener->fd);
    arena_free(listener->mem);
}

/* --- the queue -------------------------------------------------------------------------------- */

static void grow_queue(struct listener *listener)
{
    size_t room = listener->room * 2;
    struct arena *mem = arena_small(room * sizeof(struct piece *));
    struct piece **queue = arena_list(mem, struct piece *, room);
    for (size_t i = 0; i < listener->n; i++)
        queue[i] = *slot(listener, i);
    arena_free(listener->queue_mem);
    listener->queue_mem = mem;
    listener->queue = queue;
    listener->room = room;
    listener->head = 0;
}

bool listener_put(struct listener *listener, struct piece *piece)
{
    bool fits = listener->n == 0 || (listener->n < LISTENER_MESSAGES
                                     && listener->bytes + piece->n <= LISTENER_BYTES);
    if (!fits || listener->state == LISTENER_GONE) {
        piece_drop(piece);
        return false;
    }
    if (listener->n == listener->room)
        grow_queue(listener);
    *slot(listener, listener->n++) = piece;
    listener->bytes += piece->n;
    audience_dirty(listener);
    return true;
}

size_t listener_forget(struct listener *listener)
{
    size_t keep = listener->sent > 0 ? 1 : 0, gone = 0;
    for (; listener->n > keep; gone++) {
        struct piece **last = slot(listener, --listener->n);
        listener->bytes -= (*last)->n;
        piece_drop(*last);
        *last = NULL;
    }
    return gone;
}

static void count_sent(struct listener *listener, size_t n)
{
    while (listener->n > 0) {
        size_t left = (*slot(listener, 0))->n - listener->sent;
        if (n < left) {
            listener->sent += n;
            return;
        }
        n -= left;
        drop_first(listener);
    }
}

static bool write_some(struct listener *listener)
{
    struct iovec some[AT_ONCE];
    size_t n = listener->n < AT_ONCE ? listener->n : AT_ONCE;
    for (size_t i = 0; i < n; i++) {
        struct piece *piece = *slot(listener, i);
        size_t from = i == 0 ? listener->sent : 0;
        some[i] = (struct iovec){ piece->p + from, piece->n - from };
    }
    ssize_t sent = writev(listener->fd, some, (int)n);
    if (sent < 0 && errno == EINTR)
        return true;
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
        listener_is_gone(listener, "gone");
    if (sent < 0)
        return false;
    count_sent(listener, (size_t)sent);
    return listener->n > 0;
}

/* The peer shall read all of it: closing with its bytes unread would take ours back. */
static void all_is_said(struct listener *listener)
{
    if (listener->door == DOOR_PLAIN || shutdown(listener->fd, SHUT_WR) != 0)
        listener->state = LISTENER_GONE;
    else
        listener->state = LISTENER_LINGERS;
}

void listener_flush(struct listener *listener)
{
    if (listener->state == LISTENER_GONE)
        return;
    while (listener->n > 0 && write_some(listener))
        continue;
    if (listener->n == 0 && listener->queue_mem != NULL)
        rest_queue(listener);
    if (listener->n == 0 && listener->state == LISTENER_ENDS)
        all_is_said(listener);
}

void listener_end(struct listener *listener, const char *why, int64_t deadline)
{
    if (listener->state >= LISTENER_ENDS)
        return;
    if (listener->ended == NULL)
        listener->ended = why;
    listener->state = LISTENER_ENDS;
    listener->deadline = deadline;
    audience_dirty(listener);
}

void listener_is_gone(struct listener *listener, const char *why)
{
    if (listener->ended == NULL)
        listener->ended = why;
    listener->state = LISTENER_GONE;
    audience_dirty(listener);
}

/* --- what it wants ---------------------------------------------------------------------------- */

static size_t find_watch(const struct listener *listener, struct str collection)
{
    size_t i = 0;
    while (i < listener->watch_count
           && !str_eq(listener->watches[i]->of.collection, collection))
        i++;
    return i;
}

static struct watch *keep_watch(const struct live_watch *given, int64_t from)
{
    struct arena *mem = arena_small(sizeof(struct watch) + given->account_id.n
                                    + given->collection.n + given->filter.n + 96);
    struct watch *watch = arena_make(mem, struct watch);
    *watch = (struct watch){ .mem = mem, .of = *given, .from = from };
    watch->of.account_id = str_copy(mem, given->account_id);
    watch->of.collection = str_copy(mem, given->collection);
    watch->of.filter = str_copy(mem, given->filter);
    return watch;
}

/* The list lies in the listener's own memory and only grows: twice as long each time. */
static bool make_room(struct listener *listener)
{
    if (listener->watch_count == LISTENER_WATCHES)
        return false;
    if (listener->watch_count == listener->watch_room) {
        size_t room = listener->watch_room == 0 ? 2 : 2 * listener->watch_room;
        listener->watches = arena_grow(listener->mem, listener->watches,
            listener->watch_room * sizeof(struct watch *), room * sizeof(struct watch *));
        listener->watch_room = room;
    }
    return true;
}

bool listener_watch(struct listener *listener, const struct live_watch *watch, int64_t from)
{
    size_t i = find_watch(listener, watch->collection);
    if (i < listener->watch_count)
        forget_watch(listener->watches[i]);
    else if (make_room(listener))
        listener->watch_count++;
    else
        return false;
    listener->watches[i] = keep_watch(watch, from);
    return true;
}

void listener_unwatch(struct listener *listener, struct str collection)
{
    size_t i = find_watch(listener, collection);
    if (i == listener->watch_count)
        return;
    forget_watch(listener->watches[i]);
    listener->watches[i] = listener->watches[--listener->watch_count];
}
