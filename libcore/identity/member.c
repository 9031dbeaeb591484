/* member.c — reads people with their account, role and groups, in one statement for a page. */
#include "identity/member.h"

#include "base/ident.h"
#include "db/qb.h"

/* A row for each group of each person, or one without. */
struct row { struct member member; struct str group; };
static const struct col ROW_COLS[] = {
    COL(C_TEXT, row, member.id),             COL(C_TEXT, row, member.email),
    COL(C_TEXT, row, member.account_id),     COL(C_TEXT, row, member.account_code),
    COL(C_TEXT, row, member.account_name),   COL(C_INT, row, member.role_id),
    COL(C_TEXT, row, member.role),           COL(C_BOOL, row, member.is_active),
    COL(C_BOOL, row, member.email_verified), COL(C_TEXT, row, member.auth_provider),
    COL(C_TEXT, row, member.auth_provider_name),
    COL(C_TEXT, row, member.external_id),    COL(C_TEXT, row, member.external_email),
    COL(C_TEXT, row, member.profile_data),   COL(C_TIME, row, member.email_verified_at),
    COL(C_TIME, row, member.created_at),     COL(C_TIME, row, member.last_login),
    COL(C_TEXT, row, group), { 0 },
};

/* ---- order ---- */

/* by_hand: the rows are few and found by another index; this keeps SQLite from walking all rows in
 * the order that is wanted. */
struct order { struct str column; bool is_nullable, descending, by_hand; };

static struct order order_of(struct str sort)
{
    static const struct { struct str column; bool is_nullable; } SORTS[] = {
        { S_INIT("created_at"), false },     { S_INIT("updated_at"), false },
        { S_INIT("id"), false },             { S_INIT("email"), false },
        { S_INIT("account_id"), false },     { S_INIT("role_id"), false },
        { S_INIT("is_active"), false },      { S_INIT("email_verified"), false },
        { S_INIT("last_login"), true },      { S_INIT("email_verified_at"), true },
        { S_INIT("auth_provider"), false },  { S_INIT("auth_provider_name"), true },
    };
    struct order order = { .column = SORTS[0].column };
    sort = str_trim(sort);
    order.descending = str_starts(sort, S("-"));
    if (order.descending || str_starts(sort, S("+")))
        sort = str_sub(sort, 1, sort.n);
    for (size_t i = 0; i < COUNT(SORTS); i++)
        if (str_eq(SORTS[i].column, sort)) {
            order.column = SORTS[i].column;
            order.is_nullable = SORTS[i].is_nullable;
        }
    return order;
}

/* NULLs stand first going up and last going down, as in lists of records. */
static void put_order(struct qb *q, const struct order *order)
{
    qb_lit(q, SQL_OF(" ORDER BY "));
    qb_column(q, 'u', order->column);
    if (order->by_hand)
        qb_lit(q, SQL_OF(" || ''"));
    qb_lit(q, order->descending ? SQL_OF(" DESC") : SQL_OF(" ASC"));
    if (order->is_nullable && qb_is_postgres(q))
        qb_lit(q, order->descending ? SQL_OF(" NULLS LAST") : SQL_OF(" NULLS FIRST"));
    qb_lit(q, order->descending ? SQL_OF(", u.id DESC") : SQL_OF(", u.id"));
}

/* ---- which ---- */

static void put_clause(struct qb *q, struct sql before, struct param value)
{
    qb_lit(q, before);
    qb_value(q, value);
}

/* The tenant comes first, whatever was asked for; superadmins have none. */
static void put_seen(struct qb *q)
{
    const struct actor *who = q->cx->who;
    if (who->is_superadmin)
        qb_lit(q, SQL_OF(" WHERE 1 = 1"));
    else
        put_clause(q, SQL_OF(" WHERE u.account_id = "), p_text(NULL, who->account_id));
}

static void put_where(struct qb *q, const struct member_query *query)
{
    struct str part = str_absent(query->search) ? S("") : str_lower(q->cx->mem, query->search);
    put_seen(q);
    if (!str_absent(query->account_id))
        put_clause(q, SQL_OF(" AND u.account_id = "), p_text(NULL, query->account_id));
    if (query->role_id != MEMBER_ANY)
        put_clause(q, SQL_OF(" AND u.role_id = "), p_int(NULL, query->role_id));
    if (query->is_active != MEMBER_ANY)
        put_clause(q, SQL_OF(" AND u.is_active = "), p_bool(NULL, query->is_active != 0));
    if (part.n > 0) {
        put_clause(q, SQL_OF(" AND REPLACE(LOWER(u.email), "), p_text(NULL, part));
        qb_lit(q, SQL_OF(", '') <> LOWER(u.email)"));
    }
    if (!str_absent(query->group_id)) {
        put_clause(q, SQL_OF(" AND u.id IN (SELECT x.user_id FROM users_groups x"
                             " WHERE x.account_id = "), p_text(NULL, query->account_id));
        put_clause(q, SQL_OF(" AND x.group_id = "), p_text(NULL, query->group_id));
        qb_lit(q, SQL_OF(")"));
    }
}

/* ---- reading ---- */

static void put_columns(struct qb *q)
{
    qb_lit(q, SQL_OF(
        "SELECT u.id, u.email, u.account_id, a.account_code, a.name, u.role_id, r.name,"
        " u.is_active, u.email_verified, u.auth_provider, u.auth_provider_name, u.external_id,"
        " u.external_email, u.profile_data, u.email_verified_at, u.created_at, u.last_login,"
        " g.name FROM "));
}

static void put_joins(struct qb *q)
{
    qb_lit(q, SQL_OF(
        " JOIN accounts a ON a.id = u.account_id LEFT JOIN roles r ON r.id = u.role_id"
        " LEFT JOIN users_groups m ON m.account_id = u.account_id AND m.user_id = u.id"
        " LEFT JOIN groups g ON g.account_id = m.account_id AND g.id = m.group_id"));
}

static void add_group(struct arena *mem, struct member *member, struct str name)
{
    struct group_names *groups = &member->groups;
    struct str *names = arena_more(mem, (void *)(uintptr_t)groups->at, groups->n, sizeof *names);
    names[groups->n++] = name;
    groups->at = names;
}

/* Rows of one person come together. */
static bool read_rows(struct qb *q, struct members *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct row row = { .group = NO_STR };
    struct arena *mem = q->cx->mem;
    TRY(qb_query(q, &rows));
    while (rows_next(&rows, ROW_COLS, &row)) {
        if (out->n == 0 || !str_eq(out->at[out->n - 1].id, row.member.id)) {
            out->at = arena_more(mem, out->at, out->n, sizeof *out->at);
            out->at[out->n++] = row.member;
        }
        if (!str_absent(row.group))
            add_group(mem, &out->at[out->n - 1], row.group);
    }
    return rows_done(&rows);
}

bool member_find(struct cx *cx, struct str id, bool *found, struct member *out)
{
    struct members found_list = { 0 };
    struct qb q;
    *found = false;
    if (!ident_is_uuid(id))
        return true;
    qb_init(&q, cx);
    put_columns(&q);
    qb_lit(&q, SQL_OF("users u"));
    put_joins(&q);
    put_seen(&q);
    put_clause(&q, SQL_OF(" AND u.id = "), p_text(NULL, id));
    qb_lit(&q, SQL_OF(" ORDER BY g.name"));
    TRY(read_rows(&q, &found_list));
    *found = found_list.n > 0;
    if (*found)
        *out = found_list.at[0];
    return true;
}

static bool total_of(struct cx *cx, const struct member_query *query, int64_t *total)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT COUNT(*) AS n FROM users u"));
    put_where(&q, query);
    TRY(qb_query(&q, &rows));
    *total = rows_step(&rows) ? rows_int(&rows, 0) : 0;
    return rows_done(&rows);
}

bool member_list(struct cx *cx, const struct member_query *query, struct members *out)
{
    struct order order = order_of(query->sort);
    struct qb q;
    order.by_hand = !str_absent(query->group_id) && str_eq(order.column, S("email"));
    *out = (struct members){ 0 };
    TRY(total_of(cx, query, &out->total));
    qb_init(&q, cx);
    put_columns(&q);
    qb_lit(&q, SQL_OF("(SELECT u.* FROM users u"));
    put_where(&q, query);
    put_order(&q, &order);
    if (query->limit > 0) {
        qb_lit(&q, SQL_OF(" LIMIT "));
        qb_number(&q, query->limit);
        put_clause(&q, SQL_OF(" OFFSET "), p_int(NULL, query->skip));
    }
    qb_lit(&q, SQL_OF(") u"));
    put_joins(&q);
    put_order(&q, &order);
    qb_lit(&q, SQL_OF(", g.name"));
    return read_rows(&q, out);
}
