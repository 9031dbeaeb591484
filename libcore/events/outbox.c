/* outbox.c — queues the events of a transaction and inserts them just before its COMMIT. */
#include "events/outbox.h"

#include "base/js.h"
#include "db/rows.h"
#include "db/tx.h"
#include "events/bell.h"

struct queued {
    struct event event;
    struct str actor;           /* JSON */
    int64_t at;
};
struct outbox {
    struct arena *mem;          /* where this lies */
    struct queued *list;
    size_t n, room;
};

static const struct sql ADD_EVENT = SQL(
    "INSERT INTO event_outbox (account_id, event, collection, record_id, record, previous, actor,"
    " depth, created_at) VALUES (:account, :event, :collection, :record_id, :record, :previous,"
    " :actor, 0, :at)");

static size_t outbox_length(void *state)
{
    const struct outbox *outbox = state;
    return outbox->n;
}

static void outbox_cut(void *state, size_t length)
{
    struct outbox *outbox = state;
    if (length < outbox->n)
        outbox->n = length;
    if (outbox->n == 0) {               /* a new transaction has new memory */
        outbox->list = NULL;
        outbox->room = 0;
    }
}

static bool outbox_flush(struct cx *cx, void *state)
{
    struct outbox *outbox = state;
    for (size_t i = 0; i < outbox->n; i++) {
        const struct queued *queued = &outbox->list[i];
        const struct event *event = &queued->event;
        TRY(db_exec(cx, ADD_EVENT, BIND(
            p_text("account", event->account_id), p_text("event", str_of(event_name(event->kind))),
            p_text("collection", event->collection), p_text("record_id", event->record_id),
            p_text("record", event->record), p_text("previous", event->previous),
            p_text("actor", queued->actor), p_time("at", queued->at)), NULL));
    }
    outbox_cut(outbox, 0);
    return true;
}

static void outbox_done(struct cx *cx, void *state UNUSED)
{
    if (cx->set != NULL)
        bell_ring(cx->set);
}

/* The connection's outbox; what one process keeps belongs to one connection at a time. */
static struct outbox *outbox_of(struct cx *cx)
{
    struct outbox *outbox = cx->keep[KEEP_OUTBOX];
    if (outbox == NULL) {
        struct arena *mem = arena_new(0, NULL, NULL);
        outbox = cx->keep[KEEP_OUTBOX] = arena_make(mem, struct outbox);
        outbox->mem = mem;
    }
    const struct tx_tail *tail = tx_get_tail(cx->db, TAIL_EVENTS);
    if (tail == NULL || tail->state != outbox) {
        *outbox = (struct outbox){ .mem = outbox->mem };
        tx_set_tail(cx->db, TAIL_EVENTS, &(struct tx_tail){
            outbox_flush, outbox_length, outbox_cut, outbox_done, outbox });
    }
    return outbox;
}

static struct str actor_json(const struct cx *cx, struct arena *mem)
{
    static const struct actor SYSTEM = { .kind = ACTOR_SYSTEM };
    const struct actor *who = cx->who != NULL ? cx->who : &SYSTEM;
    const char *word = who->kind == ACTOR_SYSTEM ? "system" : "anonymous";
    bool is_user = who->kind == ACTOR_USER;
    struct buf out;
    struct js js;
    buf_init(&out, mem, 8192);
    js_init(&js, &out);
    js_object(&js, NULL);
    js_text(&js, "user_id", is_user ? who->id : str_of(word));
    js_text(&js, "email", is_user ? who->email : str_of(word));
    js_text(&js, "role", who->role);
    js_text(&js, "auth_method", str_of(is_user ? who->auth_method : word));
    js_text(&js, "ip", who->ip);
    js_text(&js, "request_id", cx->request_id);
    js_end(&js);
    return js_done(&js) && !out.over ? buf_text(&out) : NO_STR;
}

bool outbox_add(struct cx *cx, const struct event *event)
{
    if (!tx_is_open(cx) || event->kind >= EVENT_KINDS)
        return broken(cx, "an event outside a transaction, or of no kind");
    struct outbox *outbox = outbox_of(cx);
    struct arena *mem = tx_tail_mem(cx->db);
    if (outbox->n == outbox->room) {
        size_t room = outbox->room == 0 ? 16 : 2 * outbox->room;
        outbox->list = arena_grow(mem, outbox->list, outbox->room * sizeof *outbox->list,
                                  room * sizeof *outbox->list);
        outbox->room = room;
    }
    outbox->list[outbox->n++] = (struct queued){
        .event = { event->kind, str_copy(mem, event->account_id), str_copy(mem, event->collection),
                   str_copy(mem, event->record_id), str_copy(mem, event->record),
                   str_copy(mem, event->previous) },
        .actor = actor_json(cx, mem), .at = cx->now };
    return true;
}

bool outbox_waiting(struct cx *cx, int64_t *n, int64_t *oldest)
{
    struct waiting { int64_t n, oldest; } waiting = { 0, 0 };
    static const struct sql WAITING = SQL(
        "SELECT COUNT(*) AS n, MIN(created_at) AS oldest FROM (SELECT created_at FROM event_outbox"
        " WHERE dispatched_at IS NULL ORDER BY id LIMIT 10000) AS w");
    static const struct col COLS[] = { COL(C_INT, waiting, n), COL(C_TIME, waiting, oldest),
                                       { 0 } };
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, WAITING, NO_BINDS, &rows));
    bool got = rows_next(&rows, COLS, &waiting);
    *n = waiting.n;
    *oldest = waiting.oldest;
    return got || rows_done(&rows);
}
