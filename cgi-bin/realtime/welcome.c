/* welcome.c — serves the request, and makes a member of who stays. */
#include "welcome.h"

#include "base/settings.h"
#include "base/when.h"
#include "http/visit.h"
#include "subscribe.h"
#include "talk.h"

enum { REPLY_MAX = 1 << 20 };

/* "Status: 200 OK" and so on, as this door says it. */
static struct str said_at(struct arena *mem, const struct listener *listener, struct str reply)
{
    struct buf out;
    size_t end;
    if (listener->door != DOOR_HTTP || !str_starts(reply, S("Status: "))
        || !str_find(reply, '\n', &end))
        return reply;
    buf_init(&out, mem, REPLY_MAX + 64);
    buf_str(&out, S("HTTP/1.1 "));
    buf_str(&out, str_sub(reply, 8, end + 1 - 8));
    buf_str(&out, str_starts(reply, S("Status: 101 ")) ? S("Connection: Upgrade\r\n")
                                                       : S("Connection: close\r\n"));
    buf_str(&out, str_sub(reply, end + 1, SIZE_MAX));
    return buf_text(&out);
}

static void keep_watches(struct listener *listener, const struct arrival *arrival)
{
    for (size_t i = 0; i < arrival->watch_count; i++) {
        struct live_watch watch = arrival->watches[i];
        watch.who = &listener->bearer->who;
        watch.account_id = listener->account_id;
        listener_watch(listener, &watch, 0);      /* there is room: it is a fresh one */
    }
}

static int64_t deadline_of(const struct listener *listener, const struct arrival *arrival,
                           const struct settings *set, int64_t now)
{
    int64_t cap = now + set->realtime_cgi_seconds * WHEN_SECOND;
    int64_t wait = arrival->kind == METER_POLL ? now + arrival->wait_us : 0;
    if (listener->door != DOOR_PLAIN)
        return wait;
    return wait != 0 && wait < cap ? wait : cap;
}

/* A socket's place is where its subscriptions begin; it has none yet. */
static void take_place(struct delivery *d, struct cx *cx, struct listener *listener,
                       const struct arrival *arrival)
{
    listener->since = arrival->kind == METER_WS ? arrival->since : -1;
    listener->position = d->position;
    listener->is_live = true;
    audience_enter(listener);
    if (arrival->kind != METER_WS && arrival->since >= 0) {
        listener->position = arrival->since;
        audience_resume(listener);
    }
    if (arrival->is_reset)
        speech_reset(cx, listener, d->position);
}

static void stay(struct welcome *welcome, struct cx *cx, struct listener *listener,
                 const struct arrival *arrival)
{
    struct delivery *d = welcome->delivery;
    const struct settings *set = cx->set;
    listener->state = LISTENER_OPEN;
    listener->kind = arrival->kind;
    if (arrival->kind == METER_WS)
        ws_begin(&listener->ws, TALK_MESSAGE);
    if (!str_absent(arrival->refusal)) {
        speech_close(cx, listener, 1008, arrival->refusal);
        return;
    }
    listener->bearer = bearer_join(&listener->of->bearers, &arrival->given, &arrival->who,
                                   d->identities);
    listener->account_id = str_copy(listener->mem, arrival->account_id);
    listener->correlation = str_copy(listener->mem, arrival->correlation);
    listener->heard_at = cx->now;
    listener->beat_at = cx->now + set->realtime_heartbeat * WHEN_SECOND / 2;
    listener->deadline = deadline_of(listener, arrival, set, cx->now);
    keep_watches(listener, arrival);
    take_place(d, cx, listener, arrival);
}

static void leave(struct cx *cx, struct listener *listener)
{
    struct buf out;
    if (listener->door == DOOR_FCGI) {
        buf_init(&out, cx->mem, 64);
        gate_put_end(&out, listener->request_id);
        listener_put(listener, piece_of(buf_text(&out)));
    }
    listener_end(listener, "answered", cx->now + 5 * WHEN_SECOND);
}

void welcome_request(struct welcome *welcome, struct listener *listener, char *const *params,
                     struct str rest, int64_t now)
{
    struct delivery *d = welcome->delivery;
    struct arrival *arrival = arena_make(welcome->mem, struct arrival);
    struct buf reply;
    struct cx cx;
    *arrival = (struct arrival){ .delivery = d, .is_full = welcome->is_full, .since = -1,
                                 .is_ready = delivery_ready(d, now) };
    buf_init(&reply, welcome->mem, REPLY_MAX);
    visit_serve(d->program, welcome->mem, params, arrival, &reply);
    boot_cx(&d->program->app, welcome->mem, &cx);
    struct str said = said_at(welcome->mem, listener, buf_text(&reply));
    listener_put(listener, speech_bytes(&cx, listener, said));
    if (arrival->stays)
        stay(welcome, &cx, listener, arrival);
    else
        leave(&cx, listener);
    if (listener->kind == METER_WS && listener->state == LISTENER_OPEN && rest.n > 0)
        talk_take(d, &cx, listener, rest, welcome->scratch);
    arena_reset(welcome->mem);
}

void welcome_refuse(struct welcome *welcome, struct listener *listener, struct str status,
                    int64_t now)
{
    struct str text = str_fmt(welcome->mem, "HTTP/1.1 %.*s\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", STR_ARG(status));
    listener_put(listener, piece_of(text));
    listener_end(listener, "answered", now + 5 * WHEN_SECOND);
    arena_reset(welcome->mem);
}
