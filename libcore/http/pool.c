/* pool.c — the loops of a child, and the transaction around each request. */
#include "http/pool.h"

#include <unistd.h>

#include "app/slice.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/when.h"
#include "db/tx.h"
#include "http/door.h"

#define SLOTS 64
#define CONNECT_AGAIN WHEN_SECOND
#define IDLE_MS 1000
#define EXIT_MEMORY 70
#define ATTEMPTS 3                              /* at a request, while definitions move under it */

struct batch {
    struct exchange *slots[SLOTS];
    bool held[SLOTS];                           /* has a request that waits for its reply */
    bool good[SLOTS];                           /* its savepoint was released */
    bool heavy[SLOTS];                          /* runs by itself, after the batch */
    size_t n;
    bool settling;                              /* committed, on its way to the disk */
    uint64_t ticket;
};

struct work {
    struct program *program;
    struct batch batches[2];                    /* one runs while the other settles */
    struct batch *now, *before;
    size_t at;                                  /* the request in hand; SLOTS: none */
    bool full;
    struct arena *batch_mem;
    int64_t tried_at;                           /* when the database was last asked for, in vain */
    struct meter_process *self;                 /* NULL: nothing is counted */
};

static void end_batch(struct work *work, struct batch *batch, bool wait);

/*
 * A request needs more than it may have. What is committed is answered as it should be; then it
 * hears so, the others hear that nothing was done for them, and another child takes over.
 */
static void memory_is_full(void *state)
{
    struct work *work = state;
    if (!work->full) {                          /* not while doing just this */
        work->full = true;
        end_batch(work, work->before, true);
    }
    for (size_t i = 0; i < SLOTS; i++)
        if (work->now->held[i])
            exchange_canned(work->now->slots[i]->gate, i == work->at);
    LOG(LOG_ERROR, "memory_full", log_text("program", str_of(work->program->name)));
    log_flush();
    _exit(EXIT_MEMORY);
}

static size_t memory_of(const struct work *work)
{
    return (size_t)work->program->app.set.request_memory_mb << 20;
}

static struct exchange *slot_of(struct work *work, size_t i, int door)
{
    if (work->now->slots[i] == NULL) {
        struct arena *keep = work->program->app.mem;
        struct exchange *x = arena_make(keep, struct exchange);
        x->program = work->program;
        x->mem = arena_new(memory_of(work), memory_is_full, work);
        x->gate = door < 0 ? gate_plain(keep) : gate_open(keep, door);
        work->now->slots[i] = x;
    }
    return work->now->slots[i];
}

static void in_flight(struct work *work, int more)
{
    if (work->self != NULL)
        atomic_fetch_add_explicit(&work->self->in_flight, more, memory_order_relaxed);
}

static bool accept_into(struct work *work, size_t i, int door)
{
    struct exchange *x = slot_of(work, i, door);
    if (!gate_accept(x->gate))
        return false;
    work->now->held[i] = true;
    work->at = i;
    in_flight(work, 1);
    exchange_begin(x);
    return true;
}

static void answer(struct work *work, struct batch *batch, size_t i)
{
    exchange_send(batch->slots[i]);
    batch->held[i] = false;
    in_flight(work, -1);
}

static void rest_database(const struct work *work)
{
    if (work->program->app.db != NULL)
        db_rest(work->program->app.db);
}

/* A lost database is looked for again, but not by every request. */
static bool has_database(struct work *work, struct cx *cx)
{
    struct app *app = &work->program->app;
    if (app->db == NULL && (work->tried_at == 0 || cx->now - work->tried_at > CONNECT_AGAIN
                            || cx->now < work->tried_at)) {
        work->tried_at = cx->now;
        if (!boot_connect(app, cx, DB_SERVE)) {
            log_failure(cx);
            fail_forget(cx);
        }
    }
    cx->db = app->db;
    return app->db != NULL;
}

static bool no_database(struct cx *cx)
{
    return fail(cx, E_BUSY, NULL, "The database cannot be reached; try again in a moment");
}

/* A refusal, too, may rest on what is only presumed: that is looked at before it is believed. */
static bool attempt(struct exchange *x)
{
    if (exchange_run(x))
        return true;
    struct cx look = x->cx;
    fail_forget(&look);
    if (look.db != NULL && !db_confirm(&look))
        x->cx.err = look.err;
    return false;
}

/* The reply is composed before the commit: after it there is nothing left that could fail. */
static bool run_in_tx(struct exchange *x)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(&x->cx, &tx));
    TRY(attempt(x));
    exchange_seal(x);
    return tx_commit(&tx);
}

static bool run_once(struct exchange *x)
{
    if (exchange_writes(x))
        return run_in_tx(x);
    if (x->found.route->db == DB_NEEDED && x->request.method == GET && !x->found.route->waits)
        TRY(db_snapshot(&x->cx));
    return attempt(x);
}

/* What an attempt kept for the length of its request goes too: definitions above all. */
static void start_again(struct exchange *x, const struct exchange *untouched,
                        struct arena_mark mark, bool is_last)
{
    arena_rewind(x->mem, mark);
    *x = *untouched;
    db_repeat(&x->cx, is_last);
}

/*
 * What is cached is presumed to stand, which saves PostgreSQL a round trip: it looks along with the
 * first statement. Where it did not stand nothing has happened yet, and the request starts again.
 */
static bool run_single(struct work *work, struct exchange *x)
{
    enum route_db db = x->found.route->db;
    bool there = db != DB_UNUSED && has_database(work, &x->cx);
    if (!there && db == DB_NEEDED)
        return no_database(&x->cx);
    if (!there) {
        x->cx.db = NULL;
        return run_once(x);
    }
    if (x->found.route->streams) {              /* bytes come and go once: nothing is presumed */
        db_repeat(&x->cx, true);
        return run_once(x);
    }
    struct exchange untouched = *x;
    struct arena_mark mark = arena_mark(x->mem);
    db_presume(&x->cx);
    bool well = run_once(x) && db_confirm(&x->cx);
    for (int left = ATTEMPTS - 1; left > 0 && db_moved(&x->cx); left--) {
        db_rest(x->cx.db);
        start_again(x, &untouched, mark, left == 1);
        well = run_once(x);
    }
    return well;
}

static void serve_one(struct work *work, size_t i)
{
    struct exchange *x = work->now->slots[i];
    work->at = i;
    if (!x->decided && !run_single(work, x))
        exchange_fail(x);
    answer(work, work->now, i);
    rest_database(work);
    arena_reset(x->mem);
}

/* What was queued for after the reply; it has gone out. */
static void look_after(struct work *work)
{
    struct cx cx;
    if (work->program->app.db == NULL)
        return;
    boot_cx(&work->program->app, work->batch_mem, &cx);
    slice_start(&cx);
    arena_reset(work->batch_mem);
}

/* --- batches: one settles on the disk while the next one runs -------------------------------- */

static bool is_batched(const struct batch *batch, size_t i)
{
    return batch->held[i] && !batch->heavy[i];
}

/* Its savepoint was undone when what it knew was out of date: then it starts again. */
static bool run_in_batch(struct exchange *x)
{
    struct exchange untouched = *x;
    struct arena_mark mark = arena_mark(x->mem);
    bool well = run_in_tx(x);
    for (int left = ATTEMPTS - 1; !well && left > 0 && db_moved(&x->cx); left--) {
        start_again(x, &untouched, mark, left == 1);
        well = run_in_tx(x);
    }
    db_repeated(&x->cx);
    return well;
}

static bool run_batch(struct work *work, struct cx *cx)
{
    struct batch *batch = work->now;
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    for (size_t i = 0; i < batch->n; i++) {
        struct exchange *x = batch->slots[i];
        if (!is_batched(batch, i))
            continue;
        x->cx.db = cx->db;
        work->at = i;
        log_request(x->cx.correlation_id);
        batch->good[i] = run_in_batch(x);
        if (!batch->good[i])
            exchange_fail(x);
        exchange_seal(x);
        if (tx_is_lost(&tx))                    /* with its connection: none of them was served */
            return fail(cx, E_BUSY, NULL, "The database went away");
    }
    work->at = SLOTS;
    return tx_commit_early(&tx, &batch->ticket);
}

/* Everybody whose change was to be in the commit hears that it was not; refusals stand. */
static void batch_failed(struct batch *batch, const struct cx *cx)
{
    log_failure(cx);
    for (size_t i = 0; i < batch->n; i++) {
        struct exchange *x = batch->slots[i];
        if (!is_batched(batch, i) || (x->decided && !batch->good[i]))
            continue;
        fail_forget(&x->cx);
        if (cx->err.kind == E_FULL)
            fail(&x->cx, E_FULL, cx->err.title, "%s", cx->err.message);
        else if (cx->err.kind == E_BROKEN)      /* a commit without an answer: promise nothing */
            broken(&x->cx, "the commit of its batch failed");
        else
            fail(&x->cx, E_BUSY, NULL, "Nothing was changed; try again in a moment");
        exchange_fail(x);
    }
}

static void start_batch(struct work *work)
{
    struct cx cx;
    boot_cx(&work->program->app, work->batch_mem, &cx);
    work->now->ticket = 0;
    if (!(has_database(work, &cx) ? run_batch(work, &cx) : no_database(&cx)))
        batch_failed(work->now, &cx);
    work->now->settling = true;
    rest_database(work);
    arena_reset(work->batch_mem);
}

/* Answers the batch once its commit is on the disk; wait: not before. */
static void end_batch(struct work *work, struct batch *batch, bool wait)
{
    struct cx cx;
    bool settled = true;
    if (!batch->settling)
        return;
    boot_cx(&work->program->app, work->batch_mem, &cx);
    cx.db = work->program->app.db;
    if (batch->ticket != 0 && !tx_settle(&cx, batch->ticket, wait, &settled)) {
        log_failure(&cx);
        for (size_t i = 0; i < batch->n; i++)
            if (is_batched(batch, i) && batch->good[i]) {
                broken(&batch->slots[i]->cx, "committed, but not flushed");
                exchange_fail(batch->slots[i]);
            }
        settled = true;
    }
    for (size_t i = 0; settled && i < batch->n; i++)
        if (is_batched(batch, i)) {
            answer(work, batch, i);
            arena_reset(batch->slots[i]->mem);
        }
    batch->settling = !settled;
    arena_reset(work->batch_mem);
}

/* Takes what waits; reads and refusals are answered at once, heavy routes after the batch. */
static void gather(struct work *work, int door)
{
    struct batch *batch = work->now;
    batch->n = 0;
    while (batch->n < SLOTS && accept_into(work, batch->n, door)) {
        const struct exchange *x = batch->slots[batch->n];
        batch->good[batch->n] = false;
        if (x->decided || x->found.route->db != DB_NEEDED || x->request.method == GET)
            serve_one(work, batch->n);
        else
            batch->heavy[batch->n++] = exchange_alone(x);
    }
}

static void serve_heavy(struct work *work)
{
    for (size_t i = 0; i < work->now->n; i++)
        if (work->now->held[i] && work->now->heavy[i]) {
            log_request(work->now->slots[i]->cx.correlation_id);
            serve_one(work, i);
        }
}

/* False when there was nothing to do but to wait. */
static bool turn_of_batches(struct work *work, int door)
{
    struct batch *batch = work->now;
    size_t batched = 0;
    gather(work, door);
    for (size_t i = 0; i < batch->n; i++)
        batched += !batch->heavy[i];
    if (batched > 0)
        start_batch(work);
    end_batch(work, work->before, batch->n > 0);
    if (batched < batch->n) {
        end_batch(work, batch, true);
        serve_heavy(work);
    }
    if (batch->settling) {
        work->now = work->before;
        work->before = batch;
    }
    return batch->n > 0;
}

/* Readable when a batch may be on the disk; -1: none is on its way there. */
static int settling(const struct work *work)
{
    return work->before->settling && work->program->app.db != NULL
         ? tx_settling(work->program->app.db) : -1;
}

static bool turn(struct work *work, const struct pool *pool)
{
    if (pool->batches)
        return turn_of_batches(work, pool->door);
    if (!accept_into(work, 0, pool->door))
        return false;
    serve_one(work, 0);
    return true;
}

static void set_up(struct work *work, bool stays)
{
    struct app *app = &work->program->app;
    struct meters *meters = meter_open(app->mem, app->set.data_dir);
    app->keep[KEEP_METERS] = meters;
    if (stays)
        work->self = meter_join(meters, work->program->name, when_now());
    work->now = &work->batches[0];
    work->before = &work->batches[1];
}

void pool_run(const struct pool *pool)
{
    struct work work = { .program = pool->program };
    int64_t flushed_at = when_now();
    set_up(&work, true);
    int watch = door_watch(pool->door);
    work.batch_mem = arena_new(memory_of(&work), memory_is_full, &work);
    while (!pool->stopping()) {
        if (turn(&work, pool)) {
            if (when_now() - flushed_at <= WHEN_SECOND)
                continue;
            look_after(&work);
        } else {
            log_flush();
            if (!work.before->settling)         /* not while somebody waits for a reply */
                look_after(&work);
            door_wait(watch, settling(&work), IDLE_MS, pool->meanwhile);
        }
        log_flush();
        flushed_at = when_now();
    }
    end_batch(&work, work.before, true);
    look_after(&work);
    meter_leave(work.self);
    close(watch);
    log_flush();
}

int pool_once(struct program *program)
{
    struct work work = { .program = program };
    set_up(&work, false);
    if (!accept_into(&work, 0, -1))
        return 1;
    serve_one(&work, 0);
    work.batch_mem = arena_new(memory_of(&work), memory_is_full, &work);
    look_after(&work);
    return 0;
}
