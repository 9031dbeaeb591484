/* eventkeep.c — removes old events from the front of the outbox, a few in each transaction. */
#include "events/eventkeep.h"

#include "base/settings.h"
#include "base/when.h"
#include "db/rows.h"
#include "db/tx.h"

enum { AT_ONCE = 500, MOST_PIECES = 4000 };

struct found { int64_t newest, n; };
static const struct col FOUND_COLS[] = { COL(C_INT, found, newest), COL(C_INT, found, n), { 0 } };
static const struct sql OLDEST = SQL(
    "SELECT MAX(w.id) AS newest, COUNT(*) AS n FROM (SELECT id, created_at FROM event_outbox"
    " ORDER BY id LIMIT :most) AS w WHERE w.created_at < :before");
static const struct sql RAISE = SQL(
    "UPDATE event_floor SET newest = :newest WHERE id = 1 AND newest < :newest");
static const struct sql REMOVE = SQL(
    "DELETE FROM event_outbox WHERE id <= :newest AND created_at < :before");

static bool find(struct cx *cx, int64_t before, int64_t most, struct found *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    *out = (struct found){ 0 };
    TRY(db_query(cx, OLDEST, BIND(p_int("most", most), p_time("before", before)), &rows));
    return rows_next(&rows, FOUND_COLS, out) || rows_done(&rows);
}

static bool sweep(struct cx *cx, int64_t before, int64_t most, int64_t *gone)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct found found;
    TRY(find(cx, before, most, &found));
    if ((*gone = found.n) == 0)
        return true;
    TRY(tx_begin(cx, &tx));
    TRY(db_exec(cx, RAISE, BIND(p_int("newest", found.newest)), NULL));
    TRY(db_exec(cx, REMOVE, BIND(p_int("newest", found.newest), p_time("before", before)), NULL));
    return tx_commit(&tx);
}

bool eventkeep_sweep(struct cx *cx, int64_t before, int64_t most, int64_t *gone)
{
    struct str scope = db_scope(cx, S("*"));
    bool well = sweep(cx, before, most, gone);
    db_scope(cx, scope);
    return well;
}

bool eventkeep_hourly(struct cx *cx)
{
    int64_t gone = AT_ONCE, before = cx->now - cx->set->event_retention_hours * 60 * WHEN_MINUTE;
    for (int i = 0; i < MOST_PIECES && gone == AT_ONCE; i++) {
        struct arena_mark mark = arena_mark(cx->mem);
        TRY(eventkeep_sweep(cx, before, AT_ONCE, &gone));
        arena_rewind(cx->mem, mark);
    }
    return true;
}
