/* directory.c — pages of accounts, and how many people each has. */
#include "identity/directory.h"

#include "base/ident.h"
#include "db/qb.h"

#define ENTRY_COLUMNS \
    "SELECT a.id, a.account_code, a.slug, a.name, a.created_at, a.updated_at," \
    " (SELECT COUNT(*) FROM users u WHERE u.account_id = a.id) AS user_count FROM "
static const struct sql ENTRY_BY_ID = SQL(ENTRY_COLUMNS "accounts a WHERE a.id = :account");
static const struct col ENTRY_COLS[] = {
    COL(C_TEXT, directory_entry, account.id),   COL(C_TEXT, directory_entry, account.account_code),
    COL(C_TEXT, directory_entry, account.slug), COL(C_TEXT, directory_entry, account.name),
    COL(C_TIME, directory_entry, account.created_at),
    COL(C_TIME, directory_entry, account.updated_at),
    COL(C_INT, directory_entry, user_count), { 0 },
};

bool directory_find(struct cx *cx, struct str id, bool *found, struct directory_entry *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    *found = false;
    if (!ident_is_uuid(id))
        return true;
    TRY(db_query(cx, ENTRY_BY_ID, BIND(p_text("account", id)), &rows));
    *found = rows_next(&rows, ENTRY_COLS, out);
    return *found || rows_done(&rows);
}

static bool check_sort(struct cx *cx, struct str column)
{
    static const struct str SORTS[] = {
        S_INIT("id"), S_INIT("slug"), S_INIT("name"), S_INIT("created_at"), S_INIT("account_code"),
    };
    for (size_t i = 0; i < COUNT(SORTS); i++)
        if (str_eq(SORTS[i], column))
            return true;
    return fail_detail(cx, E_UNPROCESSABLE, "Invalid sort_by column. Must be one of: id, slug,"
                                            " name, created_at, account_code");
}

/* No LIKE: what was typed has no special characters, and case is that of ASCII on both engines. */
static void put_search(struct qb *q, struct str part)
{
    static const struct sql BEFORE[] = {
        SQL(" WHERE REPLACE(LOWER(r.name), "), SQL(" OR REPLACE(r.slug, "),
        SQL(" OR REPLACE(LOWER(r.account_code), "), SQL(" OR REPLACE(r.id, "),
    };
    static const struct sql AFTER[] = {
        SQL(", '') <> LOWER(r.name)"), SQL(", '') <> r.slug"),
        SQL(", '') <> LOWER(r.account_code)"), SQL(", '') <> r.id"),
    };
    for (size_t i = 0; i < COUNT(BEFORE) && part.n > 0; i++) {
        qb_lit(q, BEFORE[i]);
        qb_value(q, p_text(NULL, part));
        qb_lit(q, AFTER[i]);
    }
}

static bool total_of(struct cx *cx, struct str part, int64_t *total)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT COUNT(*) AS n FROM accounts r"));
    put_search(&q, part);
    TRY(qb_query(&q, &rows));
    *total = rows_step(&rows) ? rows_int(&rows, 0) : 0;
    return rows_done(&rows);
}

static void put_order(struct qb *q, char table, const struct directory_query *query)
{
    bool ascending = str_eq(query->sort_order, S("asc"));
    qb_lit(q, SQL_OF(" ORDER BY "));
    qb_column(q, table, query->sort_by);
    qb_lit(q, ascending ? SQL_OF(", ") : SQL_OF(" DESC, "));
    qb_column(q, table, S("id"));
    qb_lit(q, ascending ? SQL_OF("") : SQL_OF(" DESC"));
}

/* People are counted for the accounts of the page alone. */
static void put_page(struct qb *q, const struct directory_query *query, struct str part)
{
    qb_lit(q, SQL_OF(ENTRY_COLUMNS
        "(SELECT r.id, r.account_code, r.slug, r.name, r.created_at, r.updated_at"
        " FROM accounts r"));
    put_search(q, part);
    put_order(q, 'r', query);
    qb_lit(q, SQL_OF(" LIMIT "));
    qb_number(q, query->page_size);
    qb_lit(q, SQL_OF(" OFFSET "));
    qb_value(q, p_int(NULL, (query->page - 1) * query->page_size));
    qb_lit(q, SQL_OF(") a"));
    put_order(q, 'a', query);
}

bool directory_list(struct cx *cx, const struct directory_query *query, struct directory_page *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct str part = str_absent(query->search) ? S("") : str_lower(cx->mem, query->search);
    struct directory_entry entry;
    struct qb q;
    TRY(check_sort(cx, query->sort_by));
    *out = (struct directory_page){
        arena_list(cx->mem, struct directory_entry, (size_t)query->page_size), 0, 0 };
    TRY(total_of(cx, part, &out->total));
    qb_init(&q, cx);
    put_page(&q, query, part);
    TRY(qb_query(&q, &rows));
    while (rows_next(&rows, ENTRY_COLS, &entry))
        out->at[out->n++] = entry;
    return rows_done(&rows);
}
