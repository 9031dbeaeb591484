/* trailquery.c — finds the ids of what is asked for, then reads their rows. */
#include "audit/trailquery.h"

#include "base/num.h"
#include "db/qb.h"

struct found { int64_t id; };
static const struct col FOUND_COLS[] = { COL(C_INT, found, id), { 0 } };
struct figure { int64_t figure; };
static const struct col FIGURE_COLS[] = { COL(C_INT, figure, figure), { 0 } };

/* ---- what is asked for ---- */

struct search {
    const struct trailquery *query;
    int64_t from, upto;
    struct entries_span span;
};

static void put_and(struct qb *q, bool *any)
{
    qb_lit(q, *any ? SQL_OF(" AND ") : SQL_OF(" WHERE "));
    *any = true;
}

static void put_text(struct qb *q, bool *any, struct str column, struct str value)
{
    if (str_absent(value))
        return;
    put_and(q, any);
    qb_ident(q, column);
    qb_lit(q, SQL_OF(" = "));
    qb_value(q, p_text(NULL, value));
}

static void put_ids(struct qb *q, bool *any, struct sql side, int64_t id)
{
    put_and(q, any);
    qb_lit(q, side);
    qb_value(q, p_int(NULL, id));
}

static void put_where(struct qb *q, const struct search *search)
{
    const struct trailquery *query = search->query;
    int64_t low = search->span.first, high = search->span.last;     /* one of each side: engines
                                                                       look at the first alone    */
    bool any = false;
    if (query->after_id >= low && query->after_id > 0)
        low = query->after_id + 1;
    if (query->before_id > 0 && query->before_id <= high)
        high = query->before_id - 1;
    qb_lit(q, SQL_OF(" FROM audit_log"));
    put_text(q, &any, S("record_id"), query->record_id);
    put_text(q, &any, S("account_id"), query->account_id);
    put_text(q, &any, S("table_name"), query->table_name);
    put_text(q, &any, S("user_id"), query->user_id);
    put_text(q, &any, S("operation"), query->operation);
    put_text(q, &any, S("column_name"), query->column_name);
    put_text(q, &any, S("user_email"), query->user_email);
    put_text(q, &any, S("request_id"), query->request_id);
    if (search->from != 0) {
        put_and(q, &any);
        qb_lit(q, SQL_OF("occurred_at >= "));
        qb_value(q, p_time(NULL, search->from));
    }
    if (search->upto != 0) {
        put_and(q, &any);
        qb_lit(q, SQL_OF("occurred_at <= "));
        qb_value(q, p_time(NULL, search->upto));
    }
    if (low > 0)
        put_ids(q, &any, SQL_OF("id >= "), low);
    if (high < INT64_MAX)
        put_ids(q, &any, SQL_OF("id <= "), high);
}

/* A record has so few rows that bounds would only lead away from its index. */
static bool set_span(struct cx *cx, struct search *search)
{
    search->span = (struct entries_span){ 0, INT64_MAX };
    return !str_absent(search->query->record_id) || (search->from == 0 && search->upto == 0)
        || entries_span(cx, search->from, search->upto, &search->span);
}

static bool start(struct cx *cx, const struct trailquery *query, struct search *out)
{
    *out = (struct search){ .query = query, .from = query->from, .upto = query->upto };
    db_scope(cx, S("*"));
    return set_span(cx, out);
}

static bool read_figure(struct qb *q, int64_t *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct figure row = { 0 };
    TRY(qb_query(q, &rows));
    *out = rows_next(&rows, FIGURE_COLS, &row) ? row.figure : 0;
    return rows_done(&rows);
}

/* ---- in which order ---- */

static const struct { struct str name; bool is_nullable; } COLUMNS[] = {
    { S_INIT("occurred_at"), false }, { S_INIT("id"), false },
    { S_INIT("account_id"), false },  { S_INIT("operation"), false },
    { S_INIT("table_name"), false },  { S_INIT("record_id"), false },
    { S_INIT("column_name"), false }, { S_INIT("old_value"), true },
    { S_INIT("new_value"), true },    { S_INIT("user_id"), false },
    { S_INIT("user_email"), false },  { S_INIT("user_name"), false },
    { S_INIT("es_username"), true },  { S_INIT("es_reason"), true },
    { S_INIT("es_timestamp"), true }, { S_INIT("ip_address"), true },
    { S_INIT("user_agent"), true },   { S_INIT("request_id"), true },
    { S_INIT("checksum"), true },     { S_INIT("previous_hash"), true },
    { S_INIT("extra_metadata"), true },
};
enum { BY_TIME, BY_ID };

static size_t column_of(struct str name)
{
    for (size_t i = 0; i < COUNT(COLUMNS); i++)
        if (str_eq(COLUMNS[i].name, name))
            return i;
    return BY_TIME;
}

static void put_order(struct qb *q, size_t column, bool ascending)
{
    qb_lit(q, SQL_OF(" ORDER BY "));
    qb_ident(q, COLUMNS[column].name);
    qb_lit(q, ascending ? SQL_OF(" ASC") : SQL_OF(" DESC"));
    if (COLUMNS[column].is_nullable && qb_is_postgres(q))
        qb_lit(q, ascending ? SQL_OF(" NULLS FIRST") : SQL_OF(" NULLS LAST"));
    if (column != BY_ID)
        qb_lit(q, SQL_OF(", id DESC"));
}

static void put_limit(struct qb *q, int64_t limit, int64_t skip)
{
    qb_lit(q, SQL_OF(" LIMIT "));
    qb_value(q, p_int(NULL, limit));
    qb_lit(q, SQL_OF(" OFFSET "));
    qb_value(q, p_int(NULL, skip));
}

/*
 * The first rows by time are not older (younger, going up) than the oldest of as many rows at the
 * end of the trail: so the others need not be sorted, nor even looked at.
 */
static bool narrow(struct cx *cx, struct search *search, int64_t rows, bool ascending)
{
    struct qb q;
    int64_t at;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT "));
    qb_lit(&q, ascending ? SQL_OF("max") : SQL_OF("min"));
    qb_lit(&q, SQL_OF("(occurred_at) AS figure FROM (SELECT occurred_at"));
    put_where(&q, search);
    put_order(&q, BY_ID, ascending);
    put_limit(&q, rows, 0);
    qb_lit(&q, SQL_OF(") AS ends"));
    TRY(read_figure(&q, &at));
    if (ascending)
        search->upto = at;
    else
        search->from = at;
    return set_span(cx, search);
}

/* Room for the page at ids; *n: how many there are. */
static bool find(struct cx *cx, struct search *search, const struct trailquery_page *page,
                 int64_t *ids, size_t room, size_t *n)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    struct found row;
    size_t column = column_of(page->sort_by);
    if (column == BY_TIME && str_absent(search->query->record_id))
        TRY(narrow(cx, search, page->skip + page->limit, page->ascending));
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT id"));
    put_where(&q, search);
    put_order(&q, column, page->ascending);
    put_limit(&q, page->limit, page->skip);
    TRY(qb_query(&q, &rows));
    *n = 0;
    while (*n < room && rows_next(&rows, FOUND_COLS, &row))
        ids[(*n)++] = row.id;
    return *n == room || rows_done(&rows);
}

/* ---- all of it ---- */

bool trailquery_count(struct cx *cx, const struct trailquery *query, int64_t *total)
{
    struct search search;
    struct qb q;
    TRY(start(cx, query, &search));
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT count(*) AS figure"));
    put_where(&q, &search);
    return read_figure(&q, total);
}

/* One that was pruned meanwhile is passed over. */
static bool pass_on(struct cx *cx, int64_t id, const struct trailquery_reader *reader)
{
    struct audit_row row;
    bool found;
    TRY(entries_find(cx, id, &found, &row));
    return !found || reader->row(cx, reader->state, &row);
}

bool trailquery_ids(struct cx *cx, const struct trailquery *query,
                    const struct trailquery_page *page, int64_t *ids, size_t *n)
{
    struct search search;
    size_t room;
    if (!num_size(page->limit, &room))
        return broken(cx, "a negative number of audit rows");
    TRY(start(cx, query, &search));
    return find(cx, &search, page, ids, room, n);
}

bool trailquery_read(struct cx *cx, const struct trailquery *query,
                     const struct trailquery_page *page, const struct trailquery_reader *reader)
{
    size_t room, n;
    if (!num_size(page->limit, &room))
        return broken(cx, "a negative number of audit rows");
    int64_t *ids = arena_list(cx->mem, int64_t, room);
    TRY(trailquery_ids(cx, query, page, ids, &n));
    for (size_t i = 0; i < n; i++) {
        struct arena_mark mark = arena_mark(cx->mem);
        TRY(pass_on(cx, ids[i], reader));
        arena_rewind(cx->mem, mark);
    }
    return true;
}
