/* overview.c — asks each part for its figures; large tables are gone through once for each. */
#include "app/overview.h"

#include <stdlib.h>

#include "app/diskuse.h"
#include "base/num.h"
#include "base/settings.h"
#include "base/when.h"
#include "db/rows.h"

enum { ALL_COLLECTIONS = 1000000 };

/* ---- accounts and users ---- */

#define GROWTH_OF(table) \
    "SELECT count(*) AS total," \
    " COALESCE(sum(CASE WHEN created_at >= :since THEN 1 ELSE 0 END), 0) AS recent," \
    " COALESCE(sum(CASE WHEN created_at >= :before AND created_at < :since THEN 1 ELSE 0 END), 0)" \
    " AS previous FROM " table
#define PER_DAY_OF(table) \
    "SELECT (created_at - :first) / 86400000000 AS day, count(*) AS count FROM " table \
    " WHERE created_at >= :first GROUP BY (created_at - :first) / 86400000000"
static const struct sql ACCOUNTS = SQL(GROWTH_OF("accounts"));
static const struct sql USERS = SQL(GROWTH_OF("users"));
static const struct sql ACCOUNTS_PER_DAY = SQL(PER_DAY_OF("accounts"));
static const struct sql USERS_PER_DAY = SQL(PER_DAY_OF("users"));
static const struct col GROWTH_COLS[] = {
    COL(C_INT, overview_growth, total), COL(C_INT, overview_growth, recent),
    COL(C_INT, overview_growth, previous), { 0 },
};
struct day { int64_t day, count; };
static const struct col DAY_COLS[] = { COL(C_INT, day, day), COL(C_INT, day, count), { 0 } };

static bool count(struct cx *cx, struct sql sql, size_t days, struct overview_growth *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    int64_t range = (int64_t)days * WHEN_DAY;
    TRY(db_query(cx, sql, BIND(p_time("since", cx->now - range),
                               p_time("before", cx->now - 2 * range)), &rows));
    return rows_next(&rows, GROWTH_COLS, out) || rows_done(&rows);
}

static bool count_days(struct cx *cx, struct sql sql, int64_t first, size_t days,
                       struct overview_growth *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct day row;
    TRY(db_query(cx, sql, BIND(p_time("first", first)), &rows));
    while (rows_next(&rows, DAY_COLS, &row)) {
        size_t at;
        if (num_size(row.day, &at) && at < days)        /* a clock may have been wrong */
            out->per_day[at] = row.count;
    }
    return rows_done(&rows);
}

static bool read_growth(struct cx *cx, size_t days, struct overview *out)
{
    TRY(count(cx, ACCOUNTS, days, &out->accounts));
    TRY(count(cx, USERS, days, &out->users));
    TRY(count_days(cx, ACCOUNTS_PER_DAY, out->first_day, days, &out->accounts));
    return count_days(cx, USERS_PER_DAY, out->first_day, days, &out->users);
}

static const struct sql NEWEST = SQL(
    "SELECT u.id, u.email, u.account_id, COALESCE(a.account_code, 'UNKNOWN') AS account_code,"
    " COALESCE(a.name, 'Unknown') AS account_name, u.created_at"
    " FROM users u LEFT JOIN accounts a ON a.id = u.account_id"
    " ORDER BY u.created_at DESC, u.id DESC LIMIT :limit");
static const struct col PERSON_COLS[] = {
    COL(C_TEXT, overview_person, id),           COL(C_TEXT, overview_person, email),
    COL(C_TEXT, overview_person, account_id),   COL(C_TEXT, overview_person, account_code),
    COL(C_TEXT, overview_person, account_name), COL(C_TIME, overview_person, created_at),
    { 0 },
};

static bool read_people(struct cx *cx, struct overview *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, NEWEST, BIND(p_int("limit", OVERVIEW_PEOPLE)), &rows));
    while (out->people_n < OVERVIEW_PEOPLE
           && rows_next(&rows, PERSON_COLS, &out->people[out->people_n]))
        out->people_n++;
    return out->people_n == OVERVIEW_PEOPLE || rows_done(&rows);
}

/* ---- what there is ---- */

static int by_records(const void *a, const void *b)
{
    const struct catalogue_item *one = a, *two = b;
    if (one->record_count != two->record_count)
        return one->record_count < two->record_count ? 1 : -1;
    return str_cmp(one->name, two->name);
}

static bool read_collections(struct cx *cx, struct overview *out)
{
    const struct catalogue_query all = { .page = 1, .page_size = ALL_COLLECTIONS };
    struct catalogue_page *page = &out->collections;
    TRY(catalogue_list(cx, &all, page));
    if (page->n > 1)
        qsort(page->items, page->n, sizeof *page->items, by_records);
    for (size_t i = 0; i < page->n; i++) {
        out->records += page->items[i].record_count;
        out->public_collections += page->items[i].has_public_access;
    }
    return true;
}

static const struct sql IN_USE = SQL(
    "SELECT (SELECT count(*) FROM refresh_tokens WHERE is_revoked = :no AND expires_at > :now)"
    " AS active_sessions, (SELECT count(*) FROM macros) AS macros,"
    " (SELECT count(*) FROM api_keys WHERE is_active = :yes"
    " AND token_type = 'api_key' AND (expires_at IS NULL OR expires_at > :now)) AS api_keys_active,"
    " (SELECT count(*) FROM invitations WHERE accepted_at IS NULL AND expires_at > :now)"
    " AS invitations_pending");
static const struct col IN_USE_COLS[] = {
    COL(C_INT, overview, active_sessions), COL(C_INT, overview, macros),
    COL(C_INT, overview, api_keys_active), COL(C_INT, overview, invitations_pending), { 0 },
};

static bool read_in_use(struct cx *cx, struct overview *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, IN_USE, BIND(p_bool("no", false), p_bool("yes", true),
                                  p_time("now", cx->now)), &rows));
    return rows_next(&rows, IN_USE_COLS, out) || rows_done(&rows);
}

bool overview_read(struct cx *cx, size_t days, struct overview *out)
{
    *out = (struct overview){ .people_n = 0 };
    if (days == 0 || days > OVERVIEW_DAYS)
        return broken(cx, "an overview of %zu days", days);
    out->first_day = (cx->now / WHEN_DAY - (int64_t)days + 1) * WHEN_DAY;
    TRY(read_growth(cx, days, out));
    TRY(read_people(cx, out));
    TRY(read_collections(cx, out));
    TRY(read_in_use(cx, out));
    TRY(queue_counts(cx, &out->jobs));
    TRY(entries_latest(cx, OVERVIEW_ENTRIES, &out->latest));
    TRY(entries_days(cx, out->first_day, out->changes, days));
    out->storage_bytes = diskuse_bytes(cx->set->storage_path);
    return true;
}
