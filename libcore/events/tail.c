/* tail.c — a place in the outbox: how far it was read, and what may still come before that. */
#include "events/tail.h"

#include <string.h>

#include "base/js.h"
#include "db/rows.h"

enum { LOOK_BACK = 10000,       /* ids before the end among which late ones may be at the start */
       WINDOW = 4096 };         /* ids that one call of tail_since looks at */

/*
 * Ids in [from, to] that were not there when something later was. Their transactions had a number
 * by then (events are written after what they tell of), so it is below the snapshot's upper end:
 * when no transaction below that runs any more, what is not there will not come.
 */
struct gap { int64_t from, to, until; };
struct tail {
    struct arena *mem;
    int64_t newest;
    struct gap *gaps; size_t n, room;   /* in order; on SQLite never any */
    uint64_t version;                   /* db_data_version when it was last read to its end */
};

/* --- rows --------------------------------------------------------------------------------------*/

struct row {
    int64_t id, xmin, xmax, created_at;
    struct str event, account_id, collection, record_id, record, previous;
};
#define EVENT_COLS                                                                                 \
    COL(C_INT, row, id), COL(C_TEXT, row, event), COL(C_TEXT, row, account_id),                    \
    COL(C_TEXT, row, collection), COL(C_TEXT, row, record_id), COL(C_TEXT, row, record),           \
    COL(C_TEXT, row, previous), COL(C_TIME, row, created_at)
static const struct col ROW_COLS[] = { EVENT_COLS, { 0 } };
static const struct col SNAPSHOT_COLS[] = { EVENT_COLS, COL(C_INT, row, xmin),
                                            COL(C_INT, row, xmax), { 0 } };

/* What a newer version calls an event of a kind that we do not know is none of ours. */
static void take(const struct row *row, struct tail_event *list, size_t *n)
{
    enum event_kind kind;
    if (event_kind_of(row->event, &kind))
        list[(*n)++] = (struct tail_event){ row->id, kind, row->account_id, row->collection,
                                            row->record_id, row->record, row->previous,
                                            row->created_at };
}

/* --- gaps --------------------------------------------------------------------------------------*/

static void put_gap(struct tail *tail, size_t at, struct gap gap)
{
    if (gap.from > gap.to)
        return;
    if (tail->n == tail->room) {
        size_t room = tail->room == 0 ? 16 : 2 * tail->room;
        tail->gaps = arena_grow(tail->mem, tail->gaps, tail->room * sizeof gap,
                                room * sizeof gap);
        tail->room = room;
    }
    memmove(&tail->gaps[at + 1], &tail->gaps[at], (tail->n - at) * sizeof gap);
    tail->gaps[at] = gap;
    tail->n++;
}

/* Behind the newest: what lies between is late. */
static void advance(struct tail *tail, int64_t id, int64_t xmax)
{
    put_gap(tail, tail->n, (struct gap){ tail->newest + 1, id - 1, xmax });
    tail->newest = id;
}

/* A late one has come: its gap may be left on both sides of it. */
static void fill(struct tail *tail, int64_t id)
{
    for (size_t i = 0; i < tail->n && tail->gaps[i].from <= id; i++) {
        const struct gap gap = tail->gaps[i];
        if (id > gap.to)
            continue;
        tail->gaps[i].to = id - 1;
        put_gap(tail, i + 1, (struct gap){ id + 1, gap.to, gap.until });
        return;
    }
}

/* Empty ones go, and those up to `upto` whose transactions are over. */
static void drop_gaps(struct tail *tail, int64_t xmin, int64_t upto)
{
    size_t kept = 0;
    for (size_t i = 0; i < tail->n; i++) {
        const struct gap gap = tail->gaps[i];
        if (gap.from <= gap.to && (gap.until > xmin || gap.to > upto))
            tail->gaps[kept++] = gap;
    }
    tail->n = kept;
}

static struct str gaps_json(struct cx *cx, const struct tail *tail)
{
    struct buf out;
    struct js js;
    buf_init(&out, cx->mem, SIZE_MAX);
    js_init(&js, &out);
    js_array(&js, NULL);
    for (size_t i = 0; i < tail->n; i++) {
        js_object(&js, NULL);
        js_int(&js, "a", tail->gaps[i].from);
        js_int(&js, "b", tail->gaps[i].to);
        js_end(&js);
    }
    js_end(&js);
    return buf_text(&out);
}

/* --- the end -----------------------------------------------------------------------------------*/

/* What was under way when we came is late as well, if it was drawn lately. */
static bool look_back(struct cx *cx, struct tail *tail)
{
    static const struct sql LATELY = SQL(
        "SELECT id, CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint) AS xmax"
        " FROM event_outbox WHERE id > :after ORDER BY id");
    static const struct col COLS[] = { COL(C_INT, row, id), COL(C_INT, row, xmax), { 0 } };
    struct rows rows SCOPED(rows_close) = { 0 };
    struct row row;
    bool is_first = true;
    TRY(db_query(cx, LATELY, BIND(p_int("after", tail->newest - LOOK_BACK)), &rows));
    for (; rows_next(&rows, COLS, &row); is_first = false) {
        if (is_first)
            tail->newest = row.id;
        advance(tail, row.id, row.xmax);
    }
    return rows_done(&rows);
}

static bool find_end(struct cx *cx, int64_t *end)
{
    static const struct sql NEWEST = SQL("SELECT MAX(id) AS id FROM event_outbox");
    static const struct col COLS[] = { COL(C_INT, row, id), { 0 } };
    struct rows rows SCOPED(rows_close) = { 0 };
    struct row row = { 0 };
    TRY(db_query(cx, NEWEST, NO_BINDS, &rows));
    bool got = rows_next(&rows, COLS, &row);
    *end = row.id;
    return got || rows_done(&rows);
}

static bool open_tail(struct cx *cx, struct tail *tail)
{
    int64_t floor;
    TRY(tail_floor(cx, &floor));
    TRY(find_end(cx, &tail->newest));
    if (tail->newest < floor)
        tail->newest = floor;
    return db_is_postgres(cx->db) ? look_back(cx, tail) : db_harden(cx);
}

bool tail_open(struct cx *cx, struct arena *keep, struct tail **out)
{
    *out = arena_make(keep, struct tail);
    (*out)->mem = keep;
    struct str before = db_scope(cx, S("*"));
    bool well = open_tail(cx, *out);
    db_scope(cx, before);
    return well;
}

/* --- reading -----------------------------------------------------------------------------------*/

static const struct sql NEXT = SQL(
    "SELECT id, event, account_id, collection, record_id, record, previous, created_at"
    " FROM event_outbox WHERE id > :after ORDER BY id LIMIT :room");
/* The row of the snapshot is there even when there are no events. */
static const struct sql NEXT_OR_LATE = SQL(
    "SELECT e.id, e.event, e.account_id, e.collection, e.record_id, e.record, e.previous,"
    " e.created_at, CAST(CAST(pg_snapshot_xmin(s.s) AS text) AS bigint) AS xmin,"
    " CAST(CAST(pg_snapshot_xmax(s.s) AS text) AS bigint) AS xmax"
    " FROM (SELECT pg_current_snapshot() AS s) s LEFT JOIN ("
    "(SELECT o.* FROM jsonb_to_recordset(CAST(:gaps AS jsonb)) AS g(a bigint, b bigint)"
    " JOIN event_outbox o ON o.id BETWEEN g.a AND g.b ORDER BY o.id LIMIT :room)"
    " UNION ALL (SELECT o.* FROM event_outbox o WHERE o.id > :after ORDER BY o.id LIMIT :room)"
    ") e ON TRUE ORDER BY e.id LIMIT :room");

static bool read_next(struct cx *cx, struct tail *tail, struct tail_event *list, size_t room,
                      size_t *n)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct row row;
    size_t seen = 0;
    uint64_t version = db_data_version(cx);
    TRY(db_query(cx, NEXT, BIND(p_int("after", tail->newest), p_int("room", (int64_t)room)),
                 &rows));
    for (; rows_next(&rows, ROW_COLS, &row); seen++) {
        take(&row, list, n);
        tail->newest = row.id;
    }
    TRY(rows_done(&rows));
    tail->version = seen < room ? version : 0;
    return seen == 0 || db_harden(cx);
}

static bool read_late(struct cx *cx, struct tail *tail, struct tail_event *list, size_t room,
                      size_t *n)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    int64_t *ids = arena_list(cx->mem, int64_t, room);
    struct row row = { 0 };
    size_t seen = 0;
    TRY(db_query(cx, NEXT_OR_LATE, BIND(p_text("gaps", gaps_json(cx, tail)),
                                        p_int("after", tail->newest),
                                        p_int("room", (int64_t)room)), &rows));
    while (seen < room && rows_next(&rows, SNAPSHOT_COLS, &row) && row.id != 0) {
        take(&row, list, n);
        ids[seen++] = row.id;
    }
    TRY(rows_done(&rows));
    for (size_t i = 0; i < seen; i++)
        if (ids[i] > tail->newest)
            advance(tail, ids[i], row.xmax);
        else
            fill(tail, ids[i]);
    drop_gaps(tail, row.xmin, seen < room ? INT64_MAX : ids[seen - 1]);
    return true;
}

bool tail_read(struct cx *cx, struct tail *tail, struct tail_event *list, size_t room, size_t *n)
{
    struct tail before = *tail;
    struct str scope = db_scope(cx, S("*"));
    *n = 0;
    bool well = db_is_postgres(cx->db) ? read_late(cx, tail, list, room, n)
                                       : read_next(cx, tail, list, room, n);
    db_scope(cx, scope);
    if (!well) {                        /* what was not given out is read again */
        *n = 0;
        *tail = before;
    }
    return well;
}

bool tail_stirs(struct cx *cx, struct tail *tail, bool *stirs)
{
    int64_t end = 0;
    *stirs = true;
    if (!db_is_postgres(cx->db)) {
        *stirs = tail->version == 0 || db_data_version(cx) != tail->version;
        return true;
    }
    if (tail->n > 0)
        return true;
    struct str scope = db_scope(cx, S("*"));
    bool well = find_end(cx, &end);
    db_scope(cx, scope);
    *stirs = end > tail->newest;
    return well;
}

int64_t tail_position(const struct tail *tail)
{
    return tail->n > 0 ? tail->gaps[0].from - 1 : tail->newest;
}

int64_t tail_newest(const struct tail *tail)
{
    return tail->newest;
}

/* --- what was read before ----------------------------------------------------------------------*/

static bool in_gap(const struct tail *tail, int64_t id)
{
    for (size_t i = 0; i < tail->n && tail->gaps[i].from <= id; i++)
        if (id <= tail->gaps[i].to)
            return true;
    return false;
}

static const struct sql SINCE = SQL(
    "SELECT id, event, account_id, collection, record_id, record, previous, created_at"
    " FROM event_outbox WHERE id > :after AND id <= :upto"
    " AND (account_id = :account OR :everybody = 1) ORDER BY id LIMIT :room");

static bool read_since(struct cx *cx, const struct tail *tail, struct binds binds,
                       struct tail_event *list, size_t *n, size_t *seen, int64_t *last)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct row row;
    TRY(db_query(cx, SINCE, binds, &rows));
    for (; rows_next(&rows, ROW_COLS, &row); (*seen)++) {
        *last = row.id;
        if (!in_gap(tail, row.id))
            take(&row, list, n);
    }
    return rows_done(&rows);
}

bool tail_since(struct cx *cx, const struct tail *tail, struct str account_id, int64_t after,
                int64_t upto, struct tail_event *list, size_t room, size_t *n, int64_t *reached)
{
    int64_t last = after, end = upto < tail->newest ? upto : tail->newest;
    size_t seen = 0;
    if (end - after > WINDOW)
        end = after + WINDOW;
    *n = 0;
    struct str scope = db_scope(cx, S("*"));
    bool well = read_since(cx, tail, BIND(
        p_int("after", after), p_int("upto", end),
        p_text("account", str_absent(account_id) ? S("") : account_id),
        p_int("everybody", str_absent(account_id)), p_int("room", (int64_t)room)),
        list, n, &seen, &last);
    db_scope(cx, scope);
    *reached = seen == room ? last : upto > tail->newest && end == tail->newest ? upto : end;
    return well;
}

bool tail_floor(struct cx *cx, int64_t *floor)
{
    static const struct sql FLOOR = SQL("SELECT newest AS id FROM event_floor WHERE id = 1");
    static const struct col COLS[] = { COL(C_INT, row, id), { 0 } };
    struct rows rows SCOPED(rows_close) = { 0 };
    struct row row = { 0 };
    TRY(db_query(cx, FLOOR, NO_BINDS, &rows));
    bool got = rows_next(&rows, COLS, &row);
    *floor = row.id;
    return got || rows_done(&rows);
}
