/* tx.c — how transactions nest, what they do last, and what is left of them when they fail. */
#include "db/tx.h"

#include "base/when.h"
#include "db/driver.h"

bool tx_is_lost(const struct tx *tx)
{
    const struct db *db = tx->cx->db;
    return db->doomed != 0 && db->doomed <= tx->depth;
}

bool tx_is_open(const struct cx *cx)
{
    return cx->db->depth > 0;
}

void tx_set_tail(struct db *db, enum tx_slot slot, const struct tx_tail *tail)
{
    db->tails[slot] = *tail;
    db->has_tail[slot] = true;
}

struct tx_tail *tx_get_tail(struct db *db, enum tx_slot slot)
{
    return db->has_tail[slot] ? &db->tails[slot] : NULL;
}

struct arena *tx_tail_mem(struct db *db)
{
    if (db->tail_mem == NULL)
        db->tail_mem = arena_new(0, NULL, NULL);
    return db->tail_mem;
}

static size_t tail_length(struct db *db, size_t slot)
{
    return db->has_tail[slot] ? db->tails[slot].length(db->tails[slot].state) : 0;
}

static void cut_tails(struct db *db, const size_t *lengths)
{
    for (size_t i = 0; i < TX_TAILS; i++)
        if (db->has_tail[i])
            db->tails[i].cut(db->tails[i].state, lengths[i]);
}

bool tx_begin(struct cx *cx, struct tx *tx)
{
    struct db *db = cx->db;
    if (tx->open)
        return broken(cx, "a transaction is begun twice");
    if (db->depth == 0) {
        db_end_reading(db);
        TRY(db->driver->begin(cx, true));
        db->doomed = 0;
    } else {
        if (db->doomed != 0)
            return broken(cx, "a savepoint in a transaction that has failed already");
        if (!db->driver->save(cx, db->depth + 1)) {
            db_doom(db, db->depth);
            return false;
        }
    }
    *tx = (struct tx){ .cx = cx, .depth = ++db->depth, .open = true };
    for (size_t i = 0; i < TX_TAILS; i++)
        tx->marks[i] = tail_length(db, i);
    return true;
}

/* The outermost is over, one way or the other. */
static void finish(struct db *db)
{
    static const size_t NOTHING[TX_TAILS] = { 0 };
    db->depth = db->doomed = 0;
    db->known = false;
    if (db->bump_definitions || db->bump_identities)
        db->ever_known = false;
    db->bump_definitions = db->bump_identities = false;
    cut_tails(db, NOTHING);
    if (db->tail_mem != NULL)
        arena_reset(db->tail_mem);
}

static bool flush_each(struct cx *cx)
{
    struct db *db = cx->db;
    for (size_t i = 0; i < TX_TAILS; i++)
        if (tail_length(db, i) > 0)
            TRY(db->tails[i].flush(cx, db->tails[i].state));
    return true;
}

/* What goes along with a change (its history, its events) is ours to write, whoever caused it. */
static bool flush_tails(struct cx *cx)
{
    struct db *db = cx->db;
    size_t queued = 0;
    for (size_t i = 0; i < TX_TAILS; i++)
        queued += tail_length(db, i);
    if (queued == 0)
        return true;
    struct str before = db_scope(cx, S("*"));
    bool well = flush_each(cx);
    db_scope(cx, before);
    return well;
}

/* --- who hears that it is durable ------------------------------------------------------------- */

static void note_work(struct db *db, bool had_work[TX_TAILS])
{
    for (size_t i = 0; i < TX_TAILS; i++)
        had_work[i] = tail_length(db, i) > 0 && db->tails[i].done != NULL;
}

/* 0: it is durable now. Else when the ticket settles; another may be on its way already. */
static void promise(struct cx *cx, const bool had_work[TX_TAILS], uint64_t ticket)
{
    struct db *db = cx->db;
    for (size_t i = 0; i < TX_TAILS; i++) {
        if (!had_work[i])
            continue;
        if (ticket == 0) {
            db->tails[i].done(cx, db->tails[i].state);
            continue;
        }
        if (db->due[i].first == 0)
            db->due[i].first = ticket;
        db->due[i].last = ticket;
    }
}

static void keep_promises(struct cx *cx, uint64_t ticket)
{
    struct db *db = cx->db;
    for (size_t i = 0; i < TX_TAILS; i++) {
        struct tx_due *due = &db->due[i];
        if (due->first == 0 || ticket < due->first)
            continue;
        due->first = ticket < due->last ? ticket + 1 : 0;
        db->tails[i].done(cx, db->tails[i].state);
    }
}

/* Last of all, since everybody who changes definitions or identities waits for this row. */
static bool write_generation(struct cx *cx)
{
    static const struct sql GENERATION_BUMP = SQL(
        "UPDATE generation SET definitions = definitions + :definitions,"
        " identities = identities + :identities WHERE id = 1");
    struct db *db = cx->db;
    if (!db->bump_definitions && !db->bump_identities)
        return true;
    return db_exec(cx, GENERATION_BUMP, BIND(p_int("definitions", db->bump_definitions),
                                             p_int("identities", db->bump_identities)), NULL);
}

static bool commit_outermost(struct tx *tx, uint64_t *ticket)
{
    struct cx *cx = tx->cx;
    struct db *db = cx->db;
    bool had_work[TX_TAILS];
    note_work(db, had_work);
    TRY(db_confirm(cx));
    TRY(flush_tails(cx));
    TRY(write_generation(cx));
    db_leave_rows(db);                      /* rows do not outlive their transaction              */
    int64_t began = when_now();
    bool well = db->driver->commit(cx, ticket);
    db_took(cx, METER_TX, began, well, S("COMMIT"));
    meter_add(cx, well ? METER_COMMITS : METER_ROLLBACKS, 1);
    if (!well && db->doomed != 0)           /* not committed: tx_end rolls back                   */
        return false;
    tx->open = false;
    finish(db);
    db->presumes = false;                   /* something was done: the request cannot start again */
    if (well)
        promise(cx, had_work, ticket == NULL ? 0 : *ticket);
    return well;
}

static bool may_commit(const struct tx *tx)
{
    if (!tx->open)
        return broken(tx->cx, "a commit without a transaction");
    if (tx->depth != tx->cx->db->depth)
        return broken(tx->cx, "a transaction is committed before the one inside it");
    return tx->cx->db->doomed == 0 || broken(tx->cx, "a transaction that has failed is committed");
}

bool tx_commit(struct tx *tx)
{
    struct cx *cx = tx->cx;
    TRY(may_commit(tx));
    if (tx->depth == 1)
        return commit_outermost(tx, NULL);
    if (!cx->db->driver->release(cx, tx->depth)) {
        db_doom(cx->db, tx->depth - 1);
        return false;
    }
    tx->open = false;
    cx->db->depth--;
    return true;
}

bool tx_commit_early(struct tx *tx, uint64_t *ticket)
{
    *ticket = 0;
    return may_commit(tx) && (tx->depth == 1 ? commit_outermost(tx, ticket) : tx_commit(tx));
}

bool tx_settle(struct cx *cx, uint64_t ticket, bool wait, bool *settled)
{
    *settled = ticket == 0;
    if (*settled)
        return true;
    TRY(cx->db->driver->settle(cx, ticket, wait, settled));
    if (*settled)
        keep_promises(cx, ticket);
    return true;
}

int tx_settling(const struct db *db)
{
    return db->driver->settling == NULL ? -1 : db->driver->settling(db);
}

bool tx_lock(struct cx *cx, struct str name)
{
    static const struct sql LOCK = SQL("SELECT pg_advisory_xact_lock(CAST(:key AS bigint))");
    if (!tx_is_open(cx))
        return broken(cx, "a lock outside a transaction");
    return !db_is_postgres(cx->db)
        || db_exec(cx, LOCK, BIND(p_int("key", (int64_t)(str_hash(name) >> 1))), NULL);
}

void tx_end(struct tx *tx)
{
    if (!tx->open)
        return;
    tx->open = false;
    struct db *db = tx->cx->db;
    if (tx->depth > db->depth)              /* what it stood in was rolled back already           */
        return;
    if (tx->depth == 1) {
        db_leave_rows(db);
        db->driver->rollback(db);
        finish(db);
        meter_add(tx->cx, METER_ROLLBACKS, 1);
        return;
    }
    bool savepoint_stands = db->doomed == 0 || db->doomed >= tx->depth;
    if (savepoint_stands)
        db->doomed = 0;
    db->depth = tx->depth - 1;
    if (savepoint_stands && !db->driver->back(db, tx->depth))
        db_doom(db, db->depth);
    db->known = false;
    db->own--;
    cut_tails(db, tx->marks);
}
