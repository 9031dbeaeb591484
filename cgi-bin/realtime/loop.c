/* loop.c — waits, reads, tells, writes; again. */
#define _GNU_SOURCE                             /* accept4 */
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/settings.h"
#include "base/slots.h"
#include "base/when.h"
#include "events/bell.h"
#include "http/gate.h"
#include "http/httphead.h"
#include "http/visit.h"
#include "talk.h"
#include "welcome.h"

#define TICK (WHEN_SECOND / 10)
#define LOOK (WHEN_SECOND / 50)                 /* between two looks that nobody asked for */
#define HEAD_TIME (10 * WHEN_SECOND)            /* for a request to arrive */
#define LAST_WORDS (3 * WHEN_SECOND)            /* for the listeners when we are told to stop */
enum { EVENTS = 256, ARRIVALS = 64, BUSY_MS = 100, IDLE_MS = 1000, EXIT_BROKEN = 1 };

struct loop {
    struct program *program;
    struct serve_doors doors;                   /* of plain CGI: none */
    int epoll, bell;
    struct gate *gate;
    struct arena *mem;                          /* of what is said in a turn */
    struct arena *bell_mem;                     /* the bell hangs while somebody listens */
    struct audience audience;
    struct delivery delivery;
    struct welcome welcome;
    char http, fcgi, rung;                      /* addresses that tell the descriptors apart */
    bool has_rung, has_members;
    bool is_deaf;                               /* no descriptor is left for who comes */
    int64_t now, looked_at, ticked_at, second_at, stop_at;
};

/* --- descriptors ------------------------------------------------------------------------------ */

static bool watch(struct loop *loop, int fd, unsigned events, void *tag)
{
    struct epoll_event event = { .events = events, .data = { .ptr = tag } };
    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void unwatch(struct loop *loop, int fd)
{
    struct epoll_event event = { .events = 0 };
    (void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, &event);
}

static void hear_door(struct loop *loop, int door, void *tag, bool hear)
{
    if (door >= 0 && hear)
        watch(loop, door, EPOLLIN, tag);
    else if (door >= 0)
        unwatch(loop, door);
}

static void hear_doors(struct loop *loop, bool hear)
{
    hear_door(loop, loop->doors.http, &loop->http, hear);
    hear_door(loop, loop->doors.fcgi, &loop->fcgi, hear);
}

/* Asked to tell when there is room again only while something waits for it. */
static void settle_writing(struct loop *loop, struct listener *listener)
{
    bool wants = listener->n > 0;
    if (listener->unpolled || wants == listener->waits_to_write)
        return;
    unsigned in = listener->door == DOOR_PLAIN ? 0 : EPOLLIN | EPOLLRDHUP;
    struct epoll_event event = { .events = in | (wants ? EPOLLOUT : 0),
                                 .data = { .ptr = listener } };
    listener->waits_to_write = wants;
    (void)epoll_ctl(loop->epoll, EPOLL_CTL_MOD, listener->fd, &event);
}

static struct listener *new_listener(struct loop *loop, int fd, enum listener_door door)
{
    struct listener *listener = listener_new(&loop->audience, fd, door, loop->now);
    audience_add(&loop->audience, listener);
    listener->deadline = loop->now + HEAD_TIME;
    unsigned in = door == DOOR_PLAIN ? 0 : EPOLLIN | EPOLLRDHUP;
    int flags = fcntl(fd, F_GETFL);
    (void)fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    listener->unpolled = !watch(loop, fd, in, listener);   /* a file is always ready */
    return listener;
}

/* --- arrivals --------------------------------------------------------------------------------- */

static void no_descriptor(struct loop *loop)
{
    if (errno != EMFILE && errno != ENFILE)
        return;
    LOG(LOG_ERROR, "too_many_connections", log_number("open", (int64_t)loop->audience.n));
    hear_doors(loop, false);
    loop->is_deaf = true;
}

/* The head, as far as it has come; the next piece is read behind it. */
static void read_head(struct loop *loop, struct listener *listener)
{
    char *bytes = loop->welcome.scratch, **params;
    struct piece *had = listener->unread;
    size_t n = had == NULL ? 0 : had->n, taken = 0;
    for (size_t i = 0; i < n; i++)
        bytes[i] = had->p[i];
    ssize_t some = read(listener->fd, bytes + n, TALK_SCRATCH - n);
    if (some < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    piece_drop(had);
    listener->unread = NULL;
    if (some <= 0) {
        listener_is_gone(listener, "gone");
        return;
    }
    struct str text = { bytes, n + (size_t)some };
    switch (httphead_read(loop->welcome.mem, text, &taken, &params)) {
    case HTTPHEAD_MORE:
        listener->unread = piece_of(text);
        arena_reset(loop->welcome.mem);
        return;
    case HTTPHEAD_WHOLE:
        welcome_request(&loop->welcome, listener, params, str_sub(text, taken, SIZE_MAX),
                        loop->now);
        return;
    case HTTPHEAD_BAD:
        welcome_refuse(&loop->welcome, listener, S("400 Bad Request"), loop->now);
        return;
    case HTTPHEAD_LONG:
        welcome_refuse(&loop->welcome, listener, S("431 Request Header Fields Too Large"),
                       loop->now);
        return;
    }
}

/* What came with the connection is read at once: mostly that is all. */
static void accept_http(struct loop *loop)
{
    for (int i = 0; i < ARRIVALS; i++) {
        int fd = accept4(loop->doors.http, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            no_descriptor(loop);
            return;
        }
        read_head(loop, new_listener(loop, fd, DOOR_HTTP));
    }
}

static void accept_fcgi(struct loop *loop)
{
    for (int i = 0; i < ARRIVALS; i++) {
        errno = 0;
        if (!gate_accept(loop->gate)) {
            no_descriptor(loop);
            return;
        }
        struct gate_connection at = gate_connection(loop->gate);
        struct listener *listener = new_listener(loop, at.fd, DOOR_FCGI);
        listener->request_id = at.request_id;
        welcome_request(&loop->welcome, listener, gate_params(loop->gate), NO_STR, loop->now);
        gate_let_go(loop->gate);
    }
}

/* --- what the sockets say --------------------------------------------------------------------- */

static void make_cx(struct loop *loop, struct cx *cx)
{
    boot_cx(&loop->program->app, loop->mem, cx);
    cx->now = loop->now;
}

/* Nothing is expected from this one but its end. */
static void discard(struct loop *loop, struct listener *listener)
{
    ssize_t n = read(listener->fd, loop->welcome.scratch, TALK_SCRATCH);
    struct str bytes = { loop->welcome.scratch, n > 0 ? (size_t)n : 0 };
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0 && listener->state == LISTENER_ENDS)
        listener_flush(listener);
    if (n <= 0 || (listener->door == DOOR_FCGI && gate_is_abort(bytes)))
        listener_is_gone(listener, "gone");
}

static void hear(struct loop *loop, struct listener *listener, unsigned events)
{
    struct cx cx;
    if (listener->state == LISTENER_GONE)
        return;
    if (events & EPOLLOUT)
        audience_dirty(listener);
    if (listener->door == DOOR_PLAIN && (events & (EPOLLERR | EPOLLHUP)))
        listener_is_gone(listener, "gone");
    else if ((events & ~(unsigned)EPOLLOUT) == 0)
        return;
    else if (listener->state == LISTENER_ARRIVES)
        read_head(loop, listener);
    else if (listener->state == LISTENER_OPEN && listener->kind == METER_WS) {
        make_cx(loop, &cx);
        talk_read(&loop->delivery, &cx, listener, loop->welcome.scratch);
        visit_rest(loop->program);
    } else {
        discard(loop, listener);
    }
}

static void hear_all(struct loop *loop, int ms)
{
    struct epoll_event events[EVENTS];
    int n = epoll_pwait(loop->epoll, events, EVENTS, ms, loop->doors.meanwhile);
    loop->now = when_now();
    for (int i = 0; i < n; i++) {
        void *tag = events[i].data.ptr;
        if (tag == &loop->http)
            accept_http(loop);
        else if (tag == &loop->fcgi)
            accept_fcgi(loop);
        else if (tag == &loop->rung)
            loop->has_rung = true;
        else
            hear(loop, tag, events[i].events);
        arena_reset(loop->mem);
    }
}

/* --- the clock -------------------------------------------------------------------------------- */

static void time_is_up(struct loop *loop, struct cx *cx, struct listener *listener)
{
    int64_t place = delivery_place(&loop->delivery, listener);
    if (listener->state == LISTENER_OPEN)
        speech_end(cx, listener, listener->kind == METER_POLL ? END_ANSWERED : END_TIME, place);
    else
        listener_is_gone(listener, "timeout");
}

static void beat(struct loop *loop, struct cx *cx, struct listener *listener)
{
    int64_t heartbeat = cx->set->realtime_heartbeat * WHEN_SECOND;
    int64_t place = delivery_place(&loop->delivery, listener);
    if (listener->bearer->fallen || bearer_has_expired(listener->bearer, cx->now)) {
        speech_end(cx, listener, END_TOKEN, place);
    } else if (listener->kind == METER_WS && cx->now - listener->heard_at > 2 * heartbeat) {
        speech_end(cx, listener, END_SILENT, place);
    } else if (cx->now >= listener->beat_at || listener->beat_at - cx->now > heartbeat) {
        listener->beat_at = cx->now + heartbeat / 2;
        if (!speech_beat(cx, listener, place))
            speech_end(cx, listener, END_SLOW, place);
    }
}

/* Who commits rings only where a bell hangs: from the first listener on. */
static void hang_bell(struct loop *loop)
{
    bool wanted = loop->has_members = loop->audience.members > 0;
    if (wanted && loop->bell < 0) {
        loop->bell = bell_hang(loop->bell_mem, &loop->program->app.set);
        if (loop->bell >= 0)
            watch(loop, loop->bell, EPOLLIN, &loop->rung);
    } else if (!wanted && loop->bell >= 0) {
        loop->bell = -1;
        arena_reset(loop->bell_mem);
    }
}

static void each_second(struct loop *loop)
{
    hang_bell(loop);                            /* again, where it could not */
    delivery_recheck(&loop->delivery, loop->now);
    if (loop->is_deaf && loop->stop_at == 0)
        hear_doors(loop, true);
    loop->is_deaf = false;
    log_flush();
}

static void tick(struct loop *loop)
{
    struct cx cx;
    if (loop->now >= loop->ticked_at && loop->now - loop->ticked_at < TICK)
        return;
    loop->ticked_at = loop->now;
    make_cx(loop, &cx);
    for (struct listener *l = loop->audience.all; l != NULL; l = l->next) {
        if (l->deadline != 0 && loop->now >= l->deadline)
            time_is_up(loop, &cx, l);
        else if (l->state == LISTENER_OPEN && l->is_member)
            beat(loop, &cx, l);
        arena_reset(loop->mem);
    }
    if (loop->now >= loop->second_at && loop->now - loop->second_at < WHEN_SECOND)
        return;
    loop->second_at = loop->now;
    each_second(loop);
}

/* --- writing, and burying --------------------------------------------------------------------- */

static void log_end(const struct loop *loop, const struct listener *l)
{
    static const char *const KINDS[METER_LISTENERS] = { "ws", "sse", "poll" };
    const struct actor *who = &l->bearer->who;
    log_request(l->correlation);
    LOG(LOG_INFO, "listener_left", log_text("transport", str_of(KINDS[l->kind])),
        log_text("why", str_of(l->ended != NULL ? l->ended : "gone")),
        log_text("account", who->account_id), log_text("user", who->id),
        log_number("events", (int64_t)l->told), log_number("us", loop->now - l->opened_at));
}

/* A long poll ends with the first turn that brought it something. */
static void end_poll(struct loop *loop, struct listener *listener)
{
    struct cx cx;
    if (listener->kind != METER_POLL || listener->state != LISTENER_OPEN || listener->told == 0)
        return;
    make_cx(loop, &cx);
    speech_end(&cx, listener, END_ANSWERED, delivery_place(&loop->delivery, listener));
}

static void write_all(struct loop *loop)
{
    struct listener *listener;
    while ((listener = audience_take_dirty(&loop->audience)) != NULL) {
        end_poll(loop, listener);
        listener_flush(listener);
        if (listener->state == LISTENER_GONE) {
            if (listener->is_member)
                log_end(loop, listener);
            audience_remove(listener);
        } else {
            settle_writing(loop, listener);
        }
    }
    arena_reset(loop->mem);
}

/* --- turns ------------------------------------------------------------------------------------ */

static bool set_up(struct loop *loop, const struct serve_doors *doors)
{
    struct program *program = doors->program;
    struct arena *keep = program->app.mem;
    struct meters *meters = meter_open(keep, program->app.set.data_dir);
    *loop = (struct loop){ .program = program, .doors = *doors, .now = when_now(),
                           .epoll = epoll_create1(EPOLL_CLOEXEC) };
    program->app.keep[KEEP_METERS] = meters;
    loop->audience.meters = meter_join(meters, program->name, loop->now);
    loop->mem = arena_new(0, NULL, NULL);
    delivery_init(&loop->delivery, program, &loop->audience);
    loop->welcome = (struct welcome){ .delivery = &loop->delivery,
        .mem = arena_new(0, NULL, NULL), .scratch = arena_alloc(keep, TALK_SCRATCH) };
    loop->bell_mem = arena_new(0, NULL, NULL);
    loop->bell = -1;
    return loop->epoll >= 0;
}

static int patience(const struct loop *loop, bool more)
{
    return more ? 0 : loop->audience.n > 0 ? BUSY_MS : IDLE_MS;
}

/* Sockets that stir do not make us look into the database each time. */
static bool look(struct loop *loop, bool more)
{
    bool due = loop->now < loop->looked_at || loop->now - loop->looked_at >= LOOK;
    if (!more && !due && !loop->has_rung && loop->audience.resuming == NULL)
        return false;
    if (loop->has_rung && loop->bell >= 0)
        bell_drain(loop->bell);
    loop->has_rung = false;
    loop->looked_at = loop->now;
    return delivery_turn(&loop->delivery, loop->now);
}

static void turn(struct loop *loop, bool *more)
{
    hear_all(loop, patience(loop, *more));
    if (loop->has_members != (loop->audience.members > 0))
        hang_bell(loop);
    *more = look(loop, *more);
    tick(loop);
    write_all(loop);
}

static void say_goodbye(struct loop *loop)
{
    struct cx cx;
    make_cx(loop, &cx);
    hear_doors(loop, false);
    loop->stop_at = loop->now + LAST_WORDS;
    for (struct listener *l = loop->audience.all; l != NULL; l = l->next)
        if (l->state == LISTENER_OPEN)
            speech_end(&cx, l, END_SHUTDOWN, delivery_place(&loop->delivery, l));
        else if (l->state == LISTENER_ARRIVES)
            listener_is_gone(l, "shutdown");
    write_all(loop);
}

/* As many connections as we may have. */
static void raise_limit(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return;
    files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files);
}

void loop_run(const struct serve_doors *doors)
{
    struct loop *loop = arena_make(doors->program->app.mem, struct loop);
    bool more = false;
    raise_limit();
    if (!set_up(loop, doors))
        exit(EXIT_BROKEN);
    if (doors->fcgi >= 0)
        loop->gate = gate_open(doors->program->app.mem, doors->fcgi);
    hear_doors(loop, true);
    while (!doors->stopping())
        turn(loop, &more);
    say_goodbye(loop);
    while (loop->audience.n > 0 && loop->now < loop->stop_at)
        turn(loop, &more);
    meter_leave(loop->audience.meters);
    arena_free(loop->bell_mem);
    log_flush();
}

/* Of the streams that this installation may have at once. */
static bool take_slot(const struct settings *set, struct arena *mem)
{
    int fd = slots_open(str_c(mem, str_fmt(mem, "%.*s/realtime.lock", STR_ARG(set->data_dir))));
    for (int64_t i = 0; i < set->realtime_cgi_streams; i++)
        if (fd < 0 || slots_try(fd, i, 1))
            return true;
    return false;
}

int loop_once(struct program *program)
{
    const struct serve_doors none = { .program = program, .http = -1, .fcgi = -1 };
    struct loop *loop = arena_make(program->app.mem, struct loop);
    bool more = true;
    if (!set_up(loop, &none))
        return EXIT_BROKEN;
    loop->welcome.is_full = !take_slot(&program->app.set, program->app.mem);
    struct gate *gate = gate_plain(program->app.mem);
    welcome_request(&loop->welcome, new_listener(loop, STDOUT_FILENO, DOOR_PLAIN),
                    gate_params(gate), NO_STR, loop->now);
    while (loop->audience.n > 0)
        turn(loop, &more);
    meter_leave(loop->audience.meters);
    arena_free(loop->bell_mem);
    return 0;
}
