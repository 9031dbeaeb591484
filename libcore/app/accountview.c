/* accountview.c — asks for the figures of one account. */
#include "app/accountview.h"

#include <stdlib.h>

#include "base/num.h"
#include "base/when.h"
#include "data/holdings.h"
#include "db/qb.h"

static const struct sql GROWTH = SQL(
    "SELECT count(*) AS total,"
    " COALESCE(sum(CASE WHEN created_at >= :since THEN 1 ELSE 0 END), 0) AS recent,"
    " COALESCE(sum(CASE WHEN created_at >= :before AND created_at < :since THEN 1 ELSE 0 END), 0)"
    " AS previous FROM users WHERE account_id = :account");
static const struct sql PER_DAY = SQL(
    "SELECT (created_at - :first) / 86400000000, count(*) FROM users"
    " WHERE account_id = :account AND created_at >= :first"
    " GROUP BY (created_at - :first) / 86400000000");
static const struct col GROWTH_COLS[] = {
    COL(C_INT, overview_growth, total), COL(C_INT, overview_growth, recent),
    COL(C_INT, overview_growth, previous), { 0 },
};

static bool count_users(struct cx *cx, struct str account, size_t days, struct accountview *out)
{
    struct rows rows SCOPED(rows_close) = { 0 }, per_day SCOPED(rows_close) = { 0 };
    int64_t range = (int64_t)days * WHEN_DAY;
    TRY(db_query(cx, GROWTH, BIND(p_text("account", account), p_time("since", cx->now - range),
                                  p_time("before", cx->now - 2 * range)), &rows));
    if (!rows_next(&rows, GROWTH_COLS, &out->users))
        return rows_done(&rows);
    TRY(db_query(cx, PER_DAY, BIND(p_text("account", account), p_time("first", out->first_day)),
                 &per_day));
    while (rows_step(&per_day)) {
        size_t at;
        if (num_size(rows_int(&per_day, 0), &at) && at < days)  /* a clock may have been wrong */
            out->users.per_day[at] = rows_int(&per_day, 1);
    }
    return rows_done(&per_day);
}

static const struct sql NEWEST = SQL(
    "SELECT u.id, u.email, u.account_id, a.account_code, a.name AS account_name, u.created_at"
    " FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.account_id = :account"
    " ORDER BY u.created_at DESC, u.id DESC LIMIT :limit");
static const struct col PERSON_COLS[] = {
    COL(C_TEXT, overview_person, id),           COL(C_TEXT, overview_person, email),
    COL(C_TEXT, overview_person, account_id),   COL(C_TEXT, overview_person, account_code),
    COL(C_TEXT, overview_person, account_name), COL(C_TIME, overview_person, created_at), { 0 },
};

static bool read_people(struct cx *cx, struct str account, struct accountview *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, NEWEST, BIND(p_text("account", account), p_int("limit", OVERVIEW_PEOPLE)),
                 &rows));
    while (out->people_n < OVERVIEW_PEOPLE
           && rows_next(&rows, PERSON_COLS, &out->people[out->people_n]))
        out->people_n++;
    return out->people_n == OVERVIEW_PEOPLE || rows_done(&rows);
}

static const struct sql IN_USE = SQL(
    "SELECT (SELECT count(*) FROM groups WHERE account_id = :account),"
    " (SELECT count(*) FROM refresh_tokens WHERE account_id = :account AND is_revoked = :no"
    " AND expires_at > :now),"
    " (SELECT count(*) FROM invitations WHERE account_id = :account AND accepted_at IS NULL"
    " AND expires_at > :now),"
    " (SELECT count(*) FROM (SELECT 1 FROM files WHERE account_id = :account LIMIT 10001) f)");

static bool read_in_use(struct cx *cx, struct str account, struct accountview *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, IN_USE, BIND(p_text("account", account), p_bool("no", false),
                                  p_time("now", cx->now)), &rows));
    if (rows_step(&rows)) {
        out->groups = rows_int(&rows, 0);
        out->sessions = rows_int(&rows, 1);
        out->invitations_pending = rows_int(&rows, 2);
        out->files = rows_int(&rows, 3);
    }
    return rows_done(&rows);
}

static bool count_records(struct cx *cx, struct str account, struct str name,
                          struct accountview *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    const struct collection *c = NULL;
    struct qb q;
    TRY(collection_definition(cx, name, &c));
    if (c == NULL)
        return true;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT count(*) FROM (SELECT 1 FROM "));
    qb_ident(&q, c->table);
    qb_lit(&q, SQL_OF(" WHERE account_id = "));
    qb_value(&q, p_text(NULL, account));
    qb_lit(&q, SQL_OF(" LIMIT 10001) x"));
    TRY(qb_query(&q, &rows));
    int64_t count = rows_step(&rows) ? rows_int(&rows, 0) : 0;
    TRY(rows_done(&rows));
    bool is_more = count > ACCOUNTVIEW_MOST;
    out->records[out->records_n++] = (struct accountview_records){
        c->name, is_more ? ACCOUNTVIEW_MOST : count, is_more };
    out->records_total += count - is_more;
    out->is_more |= is_more;
    return true;
}

static int by_count(const void *a, const void *b)
{
    const struct accountview_records *one = a, *two = b;
    if (one->count != two->count)
        return one->count < two->count ? 1 : -1;
    return str_cmp(one->collection, two->collection);
}

static bool read_records(struct cx *cx, struct str account, struct accountview *out)
{
    struct str *names;
    size_t n;
    TRY(holdings_names(cx, account, &names, &n));
    out->records = arena_list(cx->mem, struct accountview_records, n + 1);
    for (size_t i = 0; i < n; i++)
        TRY(count_records(cx, account, names[i], out));
    if (out->records_n > 1)
        qsort(out->records, out->records_n, sizeof *out->records, by_count);
    return true;
}

bool accountview_read(struct cx *cx, struct str account_id, size_t days, struct accountview *out)
{
    *out = (struct accountview){ .people_n = 0 };
    if (days == 0 || days > OVERVIEW_DAYS)
        return broken(cx, "a view of %zu days", days);
    if (!cx->who->is_superadmin && !str_eq(account_id, cx->who->account_id))
        return fail_detail(cx, E_NOT_FOUND, "Account not found");
    out->first_day = (cx->now / WHEN_DAY - (int64_t)days + 1) * WHEN_DAY;
    TRY(count_users(cx, account_id, days, out));
    TRY(read_people(cx, account_id, out));
    TRY(read_in_use(cx, account_id, out));
    return read_records(cx, account_id, out);
}
