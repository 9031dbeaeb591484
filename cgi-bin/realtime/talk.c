/* talk.c — reads frames, obeys messages. */
#include "talk.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/js.h"
#include "base/jv.h"

enum { NAME_MOST = 255, FILTER_MOST = 4096, ANSWER_MAX = 8192 };

struct talk { struct delivery *delivery; struct cx *cx; struct listener *with; };

unsigned talk_operation(struct str name)
{
    return str_eq(name, S("create")) ? LIVE_OP_CREATE
         : str_eq(name, S("update")) ? LIVE_OP_UPDATE
         : str_eq(name, S("delete")) ? LIVE_OP_DELETE : 0;
}

/* --- answers ---------------------------------------------------------------------------------- */

static void answer(struct talk *talk, struct str json)
{
    if (!speech_answer(talk->cx, talk->with, json))
        speech_end(talk->cx, talk->with, END_SLOW, 0);
}

static void complain(struct talk *talk, struct str why)
{
    struct buf out;
    struct js js;
    buf_init(&out, talk->cx->mem, ANSWER_MAX);
    js_init(&js, &out);
    js_object(&js, NULL);
    js_text(&js, "error", why);
    js_end(&js);
    answer(talk, out.over ? S("{\"error\":\"Invalid message\"}") : buf_text(&out));
}

/* compat: the server says status, the SDK waits for type. */
static void acknowledge(struct talk *talk, const char *word, struct str collection)
{
    struct buf out;
    struct js js;
    buf_init(&out, talk->cx->mem, ANSWER_MAX);
    js_init(&js, &out);
    js_object(&js, NULL);
    js_text(&js, "type", str_of(word));
    js_text(&js, "status", str_of(word));
    js_text(&js, "collection", collection);
    js_time(&js, "timestamp", talk->cx->now);
    js_end(&js);
    answer(talk, buf_text(&out));
}

/* --- messages --------------------------------------------------------------------------------- */

static bool read_operations(struct jv list, unsigned *out)
{
    *out = LIVE_OP_ALL;
    if (list.kind == JV_ABSENT || list.kind == JV_NULL)
        return true;
    *out = 0;
    for (size_t i = 0; i < jv_count(list); i++)
        *out |= talk_operation(jv_text(jv_at(list, i)));
    return list.kind == JV_ARRAY;
}

static bool read_since(const struct listener *listener, struct jv since, int64_t *out)
{
    *out = since.kind == JV_INT ? jv_int(since) : listener->since;
    return since.kind == JV_ABSENT || since.kind == JV_NULL
        || (since.kind == JV_INT && jv_int(since) >= 0);
}

static bool is_name(struct str s)
{
    return s.n <= NAME_MOST;
}

/* Where a position has gone the client is told to read afresh, and hears what comes from now. */
static void begin_watch(struct talk *talk, const struct live_watch *watch, int64_t since)
{
    struct delivery *d = talk->delivery;
    struct listener *listener = talk->with;
    int64_t floor = 0, from = listener->is_live ? 0 : d->newest;
    bool gone = since >= 0 && (!tail_floor(talk->cx, &floor) || since < floor
                               || since > d->newest);
    fail_forget(talk->cx);
    if (since >= 0 && !gone) {
        delivery_rewind(d, listener, since < listener->position || listener->is_live
                                     ? since : listener->position);
        from = since;
    }
    if (!listener_watch(listener, watch, from)) {
        complain(talk, S("Max subscriptions reached (100)"));
        return;
    }
    acknowledge(talk, "subscribed", watch->collection);
    if (gone && !speech_reset(talk->cx, listener, d->position))
        speech_end(talk->cx, listener, END_SLOW, 0);
}

static void subscribe(struct talk *talk, struct jv message, struct str collection)
{
    struct cx *cx = talk->cx;
    struct jv filter = jv_get(message, S("filter"));
    struct live_watch watch = { .who = &talk->with->bearer->who, .collection = collection,
        .account_id = talk->with->account_id, .filter = jv_filled(message, "filter") };
    int64_t since;
    bool reads = read_operations(jv_get(message, S("operations")), &watch.operations)
              && read_since(talk->with, jv_get(message, S("since")), &since)
              && (filter.kind == JV_TEXT || filter.kind == JV_ABSENT || filter.kind == JV_NULL)
              && is_name(collection) && watch.filter.n <= FILTER_MOST;
    if (!reads) {
        complain(talk, S("Invalid message"));
        return;
    }
    cx->who = watch.who;
    if (!str_absent(watch.filter) && !live_check(cx, &watch)) {
        complain(talk, cx->err.kind == E_BROKEN || cx->err.message == NULL
                       ? S("The filter cannot be checked at present") : str_of(cx->err.message));
        fail_forget(cx);
        return;
    }
    begin_watch(talk, &watch, since);
}

static void obey(struct talk *talk, struct jv message)
{
    struct str action = jv_text(jv_get(message, S("action")));
    struct str collection = jv_text(jv_get(message, S("collection")));
    bool subscribes = str_eq(action, S("subscribe"));
    if (str_eq(action, S("ping"))) {
        answer(talk, S("{\"type\":\"pong\"}"));
    } else if (subscribes || str_eq(action, S("unsubscribe"))) {
        if (str_absent(collection) || collection.n == 0) {
            complain(talk, S("Missing collection"));
        } else if (subscribes) {
            subscribe(talk, message, collection);
        } else {
            listener_unwatch(talk->with, collection);
            acknowledge(talk, "unsubscribed", str_sub(collection, 0, NAME_MOST));
        }
    }
}

static void hear(struct talk *talk, struct str text)
{
    struct jv message;
    struct jv_fault fault;
    if (!jv_parse(talk->cx, text, &message, &fault)) {
        fail_forget(talk->cx);
        complain(talk, S("Invalid JSON"));
    } else if (message.kind != JV_OBJECT) {
        complain(talk, S("Invalid message"));
    } else {
        obey(talk, message);
    }
}

/* --- frames ----------------------------------------------------------------------------------- */

static void take_frame(struct talk *talk, enum ws_op op, struct str payload)
{
    struct listener *listener = talk->with;
    int code;
    switch (op) {
    case WS_TEXT:
        hear(talk, payload);
        return;
    case WS_BINARY:
        speech_close(talk->cx, listener, 1003, S("Text only"));
        return;
    case WS_PING:
        if (!speech_control(talk->cx, listener, WS_PONG, payload))
            speech_end(talk->cx, listener, END_SLOW, 0);
        return;
    case WS_CLOSE:
        code = ws_close_code(payload);
        listener->ended = "left";
        speech_close(talk->cx, listener, code, NO_STR);
        return;
    case WS_PONG:
        return;
    }
}

static void take_bytes(struct talk *talk, char *bytes, size_t n)
{
    struct listener *listener = talk->with;
    struct str payload;
    enum ws_op op;
    size_t at = 0, taken = 0;
    int code = 0;
    enum ws_read what = WS_FRAME;
    while (what == WS_FRAME && listener->state == LISTENER_OPEN) {
        what = ws_read(&listener->ws, bytes + at, n - at, &taken, &op, &payload, &code);
        if (what == WS_FRAME)
            take_frame(talk, op, payload);
        at += taken;
    }
    if (what == WS_FAULT) {
        listener->ended = "fault";
        speech_close(talk->cx, listener, code, code == 1009 ? S("Message too big") : NO_STR);
    }
    if (listener->state == LISTENER_OPEN && at < n)
        listener->unread = piece_of((struct str){ bytes + at, n - at });
}

/* What was left of the last time stands before what comes now. */
static size_t unread(struct listener *listener, char *scratch)
{
    struct piece *piece = listener->unread;
    size_t n = piece == NULL ? 0 : piece->n;
    if (n > 0)
        memcpy(scratch, piece->p, n);
    piece_drop(piece);
    listener->unread = NULL;
    return n;
}

void talk_read(struct delivery *delivery, struct cx *cx, struct listener *listener, char *scratch)
{
    struct talk talk = { delivery, cx, listener };
    size_t had = unread(listener, scratch);
    ssize_t n = read(listener->fd, scratch + had, TALK_SCRATCH - had);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        listener_is_gone(listener, "gone");
        return;
    }
    if (n > 0)
        listener->heard_at = cx->now;
    take_bytes(&talk, scratch, had + (n > 0 ? (size_t)n : 0));
}

void talk_take(struct delivery *delivery, struct cx *cx, struct listener *listener,
               struct str bytes, char *scratch)
{
    struct talk talk = { delivery, cx, listener };
    size_t n = bytes.n < TALK_SCRATCH ? bytes.n : TALK_SCRATCH;
    memmove(scratch, bytes.p, n);               /* it may lie there already, behind the head */
    take_bytes(&talk, scratch, n);
}
