/* delivery.c — from the outbox to the queues of listeners. */
#include "delivery.h"

#include "base/log.h"
#include "base/when.h"
#include "events/relay.h"
#include "http/visit.h"

#define FIRST_PAUSE (WHEN_SECOND / 20)
enum {
    BATCH = 32,                                 /* events between two looks at the sockets */
    ROUNDS = 16384,                             /* and how many may be told of them */
    ATTEMPTS = 3,                               /* at an event that something of ours fails over */
    PAGE = 32, PAGES = 4,                       /* of those who resume, in one turn */
    SHORT_QUEUE = 64, SHORT_BYTES = 1 << 18,    /* then a resuming listener gets more */
    RECHECKS = 16, RECHECK_PART = 10            /* tokens in one go: some, and a part of all */
};

void delivery_init(struct delivery *d, struct program *program, struct audience *audience)
{
    *d = (struct delivery){ .program = program, .audience = audience,
        .mem = arena_new(0, NULL, NULL), .tail_mem = arena_new(0, NULL, NULL),
        .batch_mem = arena_new(0, NULL, NULL) };
}

/* --- the database, there or not --------------------------------------------------------------- */

static bool failed(struct delivery *d, struct cx *cx)
{
    if (d->pause == 0)
        log_failure(cx);
    d->pause = d->pause == 0 ? FIRST_PAUSE : d->pause * 2 < WHEN_SECOND ? d->pause * 2
                                                                        : WHEN_SECOND;
    d->retry_at = cx->now + d->pause;
    fail_forget(cx);
    visit_rest(d->program);
    return false;
}

static bool connect(struct delivery *d, struct cx *cx)
{
    struct app *app = &d->program->app;
    TRY(app->db != NULL || boot_connect(app, cx, DB_SERVE));
    cx->db = app->db;
    if (d->tail != NULL)
        return true;
    arena_reset(d->tail_mem);
    TRY(tail_open(cx, d->tail_mem, &d->tail));
    d->position = tail_position(d->tail);
    d->newest = tail_newest(d->tail);
    return true;
}

static bool open_cx(struct delivery *d, struct arena *mem, int64_t now, struct cx *cx)
{
    boot_cx(&d->program->app, mem, cx);
    cx->now = now;
    if (d->pause != 0 && now < d->retry_at && d->retry_at - now <= WHEN_SECOND)
        return false;
    return connect(d, cx) || failed(d, cx);
}

/* --- who is told ------------------------------------------------------------------------------ */

/* Those who might want an event, and what they want of it. */
struct round {
    struct listener **who;
    const struct live_watch **watches;
    size_t n;
};

static bool wants(const struct watch *watch, const struct tail_event *event)
{
    return event->id > watch->from
        && (watch->of.collection.n == 0 || str_eq(watch->of.collection, event->collection));
}

static void add(struct cx *cx, struct round *round, struct listener *listener,
                const struct tail_event *event)
{
    for (size_t i = 0; i < listener->watch_count; i++) {
        if (!wants(listener->watches[i], event))
            continue;
        round->who = arena_more(cx->mem, round->who, round->n, sizeof *round->who);
        round->watches = arena_more(cx->mem, round->watches, round->n, sizeof *round->watches);
        round->who[round->n] = listener;
        round->watches[round->n++] = &listener->watches[i]->of;
        return;                                 /* one of a collection, or one for all */
    }
}

/* Whether it may be told anything: its token still stands. */
static bool may_hear(struct delivery *d, struct cx *cx, struct listener *listener, bool *may)
{
    TRY(bearer_stands(cx, listener->bearer, d->identities, may));
    if (!*may)
        speech_end(cx, listener, END_TOKEN, listener->position);
    return true;
}

static bool gather_from(struct delivery *d, struct cx *cx, struct listener *first,
                        const struct tail_event *event, struct round *round)
{
    for (struct listener *l = first; l != NULL; l = l->next_here) {
        bool may = l->is_live && l->state == LISTENER_OPEN
                && (str_absent(l->account_id) || str_eq(l->account_id, event->account_id));
        if (may)
            TRY(may_hear(d, cx, l, &may));
        if (may)
            add(cx, round, l, event);
    }
    return true;
}

static int64_t id_for(const struct delivery *d, const struct listener *listener,
                      const struct tail_event *event)
{
    int64_t settled = tail_position(d->tail);
    return str_absent(listener->account_id) && settled < event->id ? settled : event->id;
}

static void tell(struct delivery *d, struct cx *cx, struct listener *listener,
                 const struct tail_event *event, const struct live_sight *sight, bool is_replay)
{
    if (sight->kind == LIVE_NOTHING || sight->message == NULL) {
        meter_add(cx, METER_EVENTS_FILTERED, 1);
        return;
    }
    int64_t id = id_for(d, listener, event);
    if (!listener_put(listener, speech_event(&d->speech, cx, listener, id, sight->message))) {
        meter_add(cx, METER_EVENTS_DROPPED, 1);
        speech_end(cx, listener, END_SLOW, listener->position);
        return;
    }
    listener->told++;
    listener->position = id;
    meter_add(cx, is_replay ? METER_EVENTS_REPLAYED : METER_EVENTS_SENT, 1);
}

static bool look_and_tell(struct delivery *d, struct cx *cx, const struct round *round,
                          const struct tail_event *event, bool is_replay)
{
    struct live_sight *sights = arena_list(cx->mem, struct live_sight, round->n);
    if (round->n == 0)
        return true;
    d->rounds += round->n;
    TRY(live_look(cx, event, round->watches, round->n, sights));
    for (size_t i = 0; i < round->n; i++)
        if (round->who[i]->state == LISTENER_OPEN)
            tell(d, cx, round->who[i], event, &sights[i], is_replay);
    speech_forget(&d->speech);
    return true;
}

/* --- as it comes ------------------------------------------------------------------------------ */

static bool deliver(struct cx *cx, void *state, const struct tail_event *event)
{
    struct delivery *d = state;
    struct round round = { .n = 0 };
    TRY(gather_from(d, cx, audience_at(d->audience, event->account_id), event, &round));
    TRY(gather_from(d, cx, d->audience->everywhere, event, &round));
    return look_and_tell(d, cx, &round, event, false);
}

/* Who hears in this process of what was committed. */
static const struct relay HEARERS[] = {
    { .kinds = RELAY_RECORDS, .hear = deliver },
    { 0 },
};

/* What fails again and again over one event must not hold up all others. */
static bool give_up(struct delivery *d, struct cx *cx, const struct tail_event *event)
{
    if (cx->err.kind == E_BUSY || ++d->attempts < ATTEMPTS)
        return false;
    log_failure(cx);
    LOG(LOG_ERROR, "event_dropped", log_number("id", event->id));
    meter_add(cx, METER_EVENTS_DROPPED, 1);
    fail_forget(cx);
    return true;
}

static bool deliver_batch(struct delivery *d, struct cx *cx)
{
    TRY(actor_generation(cx, &d->identities));
    d->rounds = 0;
    for (; d->at < d->n && d->rounds < ROUNDS; d->at++) {
        arena_reset(d->mem);
        if (!relay_tell(cx, HEARERS, d, &d->batch[d->at], &d->heard))
            TRY(give_up(d, cx, &d->batch[d->at]));
        d->attempts = 0;
        d->heard = 0;
    }
    if (d->at < d->n)
        return true;
    d->position = tail_position(d->tail);
    d->newest = tail_newest(d->tail);
    return true;
}

static bool read_batch(struct delivery *d, struct cx *cx)
{
    struct cx reading = *cx;
    arena_reset(d->batch_mem);
    reading.mem = d->batch_mem;
    d->n = d->at = 0;
    d->batch = arena_list(d->batch_mem, struct tail_event, BATCH);
    bool well = tail_read(&reading, d->tail, d->batch, BATCH, &d->n);
    cx->err = reading.err;
    return well;
}

/* *more: the outbox may have more than one batch. */
static bool follow(struct delivery *d, struct cx *cx, bool *more)
{
    bool stirs = true;
    if (d->at == d->n) {
        TRY(tail_stirs(cx, d->tail, &stirs));
        if (!stirs)
            return true;
        TRY(read_batch(d, cx));
    }
    *more = d->n == BATCH;
    TRY(deliver_batch(d, cx));
    *more = *more || d->at < d->n;
    return true;
}

/* --- who was away ----------------------------------------------------------------------------- */

static bool has_room(const struct listener *listener)
{
    return listener->n < SHORT_QUEUE && listener->bytes < SHORT_BYTES;
}

static bool tell_again(struct delivery *d, struct cx *cx, struct listener *listener,
                       const struct tail_event *event)
{
    struct round round = { .n = 0 };
    if (event->collection.n > 0)
        add(cx, &round, listener, event);
    TRY(look_and_tell(d, cx, &round, event, true));
    listener->position = event->id;
    return true;
}

/* One page of what it has missed; at the end of the last it is with the others. */
static bool resume(struct delivery *d, struct cx *cx, struct listener *listener)
{
    struct tail_event *list = arena_list(cx->mem, struct tail_event, PAGE);
    size_t n = 0, i = 0;
    int64_t reached = listener->position;
    bool may;
    TRY(may_hear(d, cx, listener, &may));
    if (!may)
        return true;
    if (listener->position < d->newest)
        TRY(tail_since(cx, d->tail, listener->account_id, listener->position, d->newest, list,
                       PAGE, &n, &reached));
    for (; i < n && has_room(listener) && listener->state == LISTENER_OPEN; i++)
        TRY(tell_again(d, cx, listener, &list[i]));
    if (i < n)
        return true;
    listener->position = reached;
    listener->is_live = reached >= d->newest;
    return true;
}

/* True: some of them can go on at once. Who reads slowly waits until its queue is short again. */
static bool resume_some(struct delivery *d, struct cx *cx)
{
    bool more = false;
    struct listener *first = NULL;
    for (int pages = 0; pages < PAGES && d->audience->resuming != NULL
                        && d->audience->resuming != first; ) {
        struct listener *listener = audience_take_resuming(d->audience);
        bool ready = listener->state == LISTENER_OPEN && has_room(listener);
        arena_reset(d->mem);
        bool well = !ready || resume(d, cx, listener);
        if (listener->state == LISTENER_OPEN && !listener->is_live)
            audience_resume(listener);
        if (!well)
            return failed(d, cx);
        pages += ready;
        more = more || (ready && !listener->is_live);
        if (!ready && first == NULL && listener->is_resuming)
            first = listener;                   /* once around is enough */
    }
    return more;
}

/* --- the loop's side -------------------------------------------------------------------------- */

static void rest(struct delivery *d, const struct cx *cx)
{
    if (cx->err.kind == E_NONE && (d->pause == 0 || cx->now >= d->retry_at))
        d->pause = 0;
    visit_rest(d->program);
    arena_reset(d->mem);
}

bool delivery_turn(struct delivery *d, int64_t now)
{
    struct cx cx;
    bool more = false;
    if (d->audience->members == 0) {
        d->tail = NULL;
        d->n = d->at = 0;
        return false;
    }
    if (!open_cx(d, d->mem, now, &cx))
        return false;
    if (!follow(d, &cx, &more))
        return failed(d, &cx);
    if (d->audience->resuming != NULL && d->at == d->n)
        more = (actor_generation(&cx, &d->identities) ? resume_some(d, &cx) : failed(d, &cx))
            || more;
    rest(d, &cx);
    return more;
}

bool delivery_ready(struct delivery *d, int64_t now)
{
    struct cx cx;
    bool more = true;
    if (!open_cx(d, d->mem, now, &cx))
        return false;
    while (more) {
        more = false;
        if (!follow(d, &cx, &more))
            return failed(d, &cx);
    }
    bool well = actor_generation(&cx, &d->identities) || failed(d, &cx);
    rest(d, &cx);
    return well;
}

int64_t delivery_place(const struct delivery *d, const struct listener *listener)
{
    bool all_told = listener->is_live && d->at == d->n && d->tail != NULL;
    return all_told && d->position > listener->position ? d->position : listener->position;
}

void delivery_rewind(struct delivery *d, struct listener *listener, int64_t since)
{
    int64_t told = delivery_place(d, listener);
    if (listener->is_live && told < d->newest && !str_absent(listener->account_id))
        told = d->newest;                       /* of one account nothing comes late */
    for (size_t i = 0; i < listener->watch_count; i++)
        if (listener->watches[i]->from < told)
            listener->watches[i]->from = told;
    listener->position = since;
    audience_resume(listener);
}

void delivery_recheck(struct delivery *d, int64_t now)
{
    struct cx cx;
    size_t left = RECHECKS + d->audience->members / RECHECK_PART;
    if (d->audience->members == 0 || !open_cx(d, d->mem, now, &cx))
        return;
    bool well = actor_generation(&cx, &d->identities);
    for (struct bearer *b = d->audience->bearers.first; b != NULL && well && left > 0;
         b = b->next) {
        bool stands;
        if (b->fallen || b->identities == d->identities)
            continue;
        arena_reset(d->mem);
        well = bearer_stands(&cx, b, d->identities, &stands);
        left--;
    }
    if (!well)
        (void)failed(d, &cx);
    rest(d, &cx);
}
