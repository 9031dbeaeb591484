/*
 * tx.h — a transaction is a scope: leaving it without tx_commit rolls back.
 *
 *     struct tx tx SCOPED(tx_end) = { 0 };
 *     TRY(tx_begin(cx, &tx));
 *     …
 *     return tx_commit(&tx);
 *
 * Nesting    the outermost is BEGIN IMMEDIATE on SQLite (under the writer lock) and BEGIN on
 *            PostgreSQL; inner ones are savepoints. A write pool opens the outermost for a batch of
 *            requests
 * Durable    tx_commit of the outermost returns when the commit is on disk (durability = full)
 * Tail       work that must be last (the audit chain): queued in db_tail memory, flushed once just
 *            before the outermost COMMIT, cut back when a savepoint rolls back. Who had work in it
 *            hears of the commit once it is durable: with an early one, when it has settled
 */
#ifndef DB_TX_H
#define DB_TX_H

#include "db/db.h"

enum tx_slot { TAIL_AUDIT, TAIL_EVENTS, TX_TAILS };             /* flushed in this order          */
struct tx { struct cx *cx; unsigned depth; bool open; size_t marks[TX_TAILS]; };

bool tx_begin(struct cx *cx, struct tx *tx) MUST_CHECK;
bool tx_commit(struct tx *tx) MUST_CHECK;
/*
 * For a loop with better things to do than to wait for the disk: the outermost is committed, others
 * see it, and it is being made durable. Nobody may be told of it before tx_settle says that it is.
 * A ticket of 0 has nothing to wait for.
 */
bool tx_commit_early(struct tx *tx, uint64_t *ticket) MUST_CHECK;
bool tx_settle(struct cx *cx, uint64_t ticket, bool wait, bool *settled) MUST_CHECK;
int tx_settling(const struct db *db);       /* readable when it is time to ask again; -1: none    */
/* Until the commit nobody else gets past this with the same name. SQLite has one writer anyway. */
bool tx_lock(struct cx *cx, struct str name) MUST_CHECK;
void tx_end(struct tx *tx);                     /* for SCOPED: rolls back unless committed        */
bool tx_is_lost(const struct tx *tx);       /* it has failed: nothing but its end can be done     */
bool tx_is_open(const struct cx *cx);

/*
 * One tail per slot and connection. flush runs with a cx whose mem lives until the commit; queue
 * memory comes from tx_tail_mem and dies after it. length is what marks and cuts are counted in.
 * done (or NULL): what was flushed is durable; another transaction may have begun since.
 */
struct tx_tail {
    bool (*flush)(struct cx *cx, void *state);
    size_t (*length)(void *state);
    void (*cut)(void *state, size_t length);
    void (*done)(struct cx *cx, void *state);
    void *state;
};
void tx_set_tail(struct db *db, enum tx_slot slot, const struct tx_tail *tail);
struct tx_tail *tx_get_tail(struct db *db, enum tx_slot slot);  /* NULL when none was set         */
struct arena *tx_tail_mem(struct db *db);       /* lives from the outermost BEGIN past its COMMIT */

#endif
