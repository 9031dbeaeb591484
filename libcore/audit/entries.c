/* entries.c — reads the trail from its end, and counts it by days. */
#include "audit/entries.h"

#include "audit/auditrow.h"
#include "audit/mask.h"
#include "base/num.h"
#include "base/when.h"

#define LATE (60 * WHEN_MINUTE)
enum { SHORT_TRAIL = 50000 };

static const struct sql LATEST = SQL(AUDITROW_SELECT " ORDER BY id DESC LIMIT :limit");
static const struct sql BY_ID = SQL(AUDITROW_SELECT " WHERE id = :id");

static bool next_row(struct cx *cx, struct rows *rows, struct audit_row *row)
{
    if (!rows_next(rows, auditrow_cols, row))
        return false;
    if (!cx->who->sees_pii) {
        row->old_value = mask_column(cx->mem, row->column_name, row->old_value);
        row->new_value = mask_column(cx->mem, row->column_name, row->new_value);
    }
    return true;
}

bool entries_latest(struct cx *cx, int64_t limit, struct entries *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    size_t most, n = 0;
    if (!num_size(limit, &most))
        return broken(cx, "a negative number of audit rows");
    struct audit_row *list = arena_list(cx->mem, struct audit_row, most);
    TRY(db_query(cx, LATEST, BIND(p_int("limit", limit)), &rows));
    while (n < most && next_row(cx, &rows, &list[n]))
        n++;
    *out = (struct entries){ list, n };
    return n == most || rows_done(&rows);
}

bool entries_find(struct cx *cx, int64_t id, bool *found, struct audit_row *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, BY_ID, BIND(p_int("id", id)), &rows));
    *found = next_row(cx, &rows, out);
    return *found || rows_done(&rows);
}

/* ---- by time ---- */

struct mark { int64_t id, occurred_at; };
static const struct sql AT_OR_AFTER = SQL(
    "SELECT id, occurred_at FROM audit_log WHERE id >= :id ORDER BY id LIMIT 1");
static const struct sql LAST = SQL(
    "SELECT id, occurred_at FROM audit_log ORDER BY id DESC LIMIT 1");
static const struct col MARK_COLS[] = {
    COL(C_INT, mark, id), COL(C_TIME, mark, occurred_at), { 0 },
};

static bool look(struct cx *cx, struct sql sql, struct binds binds, struct mark *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    *out = (struct mark){ .id = 0, .occurred_at = INT64_MAX };
    TRY(db_query(cx, sql, binds, &rows));
    return rows_next(&rows, MARK_COLS, out) || rows_done(&rows);
}

/* The first id whose row is not older than since, by halving. */
static bool first_since(struct cx *cx, int64_t since, int64_t *id)
{
    struct mark mark;
    int64_t low = 1, high;
    TRY(look(cx, LAST, NO_BINDS, &mark));
    for (high = mark.id; low < high; ) {
        int64_t middle = low + (high - low) / 2;
        TRY(look(cx, AT_OR_AFTER, BIND(p_int("id", middle)), &mark));
        if (mark.occurred_at >= since)
            high = middle;
        else
            low = mark.id + 1;
    }
    *id = low;
    return true;
}

static const struct sql OLDEST = SQL("SELECT min(id) AS id, 0 AS occurred_at FROM audit_log");

bool entries_span(struct cx *cx, int64_t from, int64_t upto, struct entries_span *out)
{
    struct mark oldest, newest;
    *out = (struct entries_span){ 0, INT64_MAX };
    TRY(look(cx, OLDEST, NO_BINDS, &oldest));
    TRY(look(cx, LAST, NO_BINDS, &newest));
    if (newest.id - oldest.id < SHORT_TRAIL)
        return true;
    if (from != 0)
        TRY(first_since(cx, from - LATE, &out->first));
    if (upto != 0)
        TRY(first_since(cx, upto + LATE + 1, &out->last));
    return true;
}

struct day { int64_t day, count; struct str operation; };
static const struct sql BY_DAY = SQL(
    "SELECT (occurred_at - :since) / 86400000000 AS day, operation, count(*) AS count"
    " FROM audit_log WHERE id >= :first AND occurred_at >= :since"
    " GROUP BY (occurred_at - :since) / 86400000000, operation");
static const struct col DAY_COLS[] = {
    COL(C_INT, day, day), COL(C_TEXT, day, operation), COL(C_INT, day, count), { 0 },
};

bool entries_days(struct cx *cx, int64_t since, struct entries_day *days, size_t n)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct day row;
    int64_t first;
    TRY(first_since(cx, since - LATE, &first));
    TRY(db_query(cx, BY_DAY, BIND(p_int("first", first), p_time("since", since)), &rows));
    while (rows_next(&rows, DAY_COLS, &row)) {
        size_t at;
        if (!num_size(row.day, &at) || at >= n)
            continue;
        int64_t *count = str_eq(row.operation, S("CREATE")) ? &days[at].create
            : str_eq(row.operation, S("UPDATE")) ? &days[at].update : &days[at].delete;
        *count = row.count;
    }
    return rows_done(&rows);
}
