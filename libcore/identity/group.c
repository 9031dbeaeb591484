/* group.c — makes, finds, changes and deletes groups; who is in them. */
#include "identity/group.h"

#include "audit/change.h"
#include "base/ident.h"
#include "db/qb.h"
#include "identity/account.h"

/* ---- make ---- */

static bool check_name(struct cx *cx, const struct refusal *refusal)
{
    if (refusal->kind == V_UNIQUE)
        return fail_detail(cx, E_CONFLICT, "Group with this name already exists in the account");
    return refusal->kind == V_NONE
        || broken(cx, "groups refused a row: %.*s", STR_ARG(refusal->constraint));
}

bool group_create(struct cx *cx, struct group *group)
{
    struct refusal refusal = { .kind = V_NONE };
    group->id = ident_uuid(cx->mem, cx->now);
    group->created_at = group->updated_at = cx->now;
    TRY(change_insert(cx, &(struct change){
        .table = S("groups"), .account_id = group->account_id, .refusal = &refusal,
        .new_values = BIND(p_text("id", group->id), p_text("account_id", group->account_id),
                           p_text("name", group->name), p_text("description", group->description),
                           p_time("created_at", group->created_at),
                           p_time("updated_at", group->updated_at)) }));
    return check_name(cx, &refusal);
}

bool group_open(struct cx *cx, struct group *group)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct account account;
    bool found;
    if (str_absent(group->account_id))
        group->account_id = cx->who->account_id;
    if (!cx->who->is_superadmin && !str_eq(group->account_id, cx->who->account_id))
        return fail_detail(cx, E_FORBIDDEN, "Cannot create groups in another account");
    TRY(tx_begin(cx, &tx));
    TRY(account_by_id(cx, group->account_id, &found, &account));
    if (!found)
        return fail_detail(cx, E_NOT_FOUND, "Account not found");
    group->account_code = account.account_code;
    TRY(group_create(cx, group));
    return tx_commit(&tx);
}

bool group_create_pii(struct cx *cx, struct str account_id, struct group *out)
{
    *out = (struct group){
        .account_id = account_id, .name = S(GROUP_PII),
        .description = S("Users in this group can view unmasked PII data") };
    return group_create(cx, out);
}

bool group_is_standing(const struct group *group)
{
    return str_eq(group->name, S(GROUP_PII));
}

/* ---- find ---- */

static const struct col GROUP_COLS[] = {
    COL(C_TEXT, group, id),           COL(C_TEXT, group, account_id),
    COL(C_TEXT, group, account_code), COL(C_TEXT, group, name),
    COL(C_TEXT, group, description),  COL(C_INT, group, member_count),
    COL(C_TIME, group, created_at),   COL(C_TIME, group, updated_at), { 0 },
};

static void put_columns(struct qb *q)
{
    qb_lit(q, SQL_OF(
        "SELECT g.id, g.account_id, a.account_code, g.name, g.description,"
        " (SELECT COUNT(*) FROM users_groups m"
        " WHERE m.account_id = g.account_id AND m.group_id = g.id) AS member_count,"
        " g.created_at, g.updated_at"));
}

/* The tenant comes first; superadmins have none. */
static void put_seen(struct qb *q)
{
    qb_lit(q, SQL_OF(" FROM groups g JOIN accounts a ON a.id = g.account_id"));
    if (q->cx->who->is_superadmin) {
        qb_lit(q, SQL_OF(" WHERE 1 = 1"));
        return;
    }
    qb_lit(q, SQL_OF(" WHERE g.account_id = "));
    qb_value(q, p_text(NULL, q->cx->who->account_id));
}

static void put_wanted(struct qb *q, const struct group_query *query)
{
    struct param part = p_text(NULL, str_lower(q->cx->mem, query->search));
    if (!str_absent(query->account_id)) {
        qb_lit(q, SQL_OF(" AND g.account_id = "));
        qb_value(q, p_text(NULL, query->account_id));
    }
    if (query->search.n == 0)
        return;
    qb_lit(q, SQL_OF(" AND (REPLACE(LOWER(g.name), "));
    qb_value(q, part);
    qb_lit(q, SQL_OF(", '') <> LOWER(g.name) OR REPLACE(LOWER(g.description), "));
    qb_value(q, part);
    qb_lit(q, SQL_OF(", '') <> LOWER(g.description))"));
}

static void put_order(struct qb *q, struct str sort)
{
    bool descending = str_starts(sort, S("-"));
    struct str column = descending ? str_sub(sort, 1, sort.n) : sort;
    qb_lit(q, SQL_OF(" ORDER BY "));
    qb_column(q, 'g', str_eq(column, S("name")) ? column : S("created_at"));
    qb_lit(q, descending ? SQL_OF(" DESC, g.id DESC") : SQL_OF(", g.id"));
}

bool group_get(struct cx *cx, struct str id, struct group *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    qb_init(&q, cx);
    put_columns(&q);
    put_seen(&q);
    qb_lit(&q, SQL_OF(" AND g.id = "));
    qb_value(&q, p_text(NULL, id));
    TRY(qb_query(&q, &rows));
    if (rows_next(&rows, GROUP_COLS, out))
        return true;
    return rows_done(&rows) && fail_detail(cx, E_NOT_FOUND, "Group not found");
}

static bool total_of(struct cx *cx, const struct group_query *query, int64_t *total)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT COUNT(*) AS n"));
    put_seen(&q);
    put_wanted(&q, query);
    TRY(qb_query(&q, &rows));
    *total = rows_step(&rows) ? rows_int(&rows, 0) : 0;
    return rows_done(&rows);
}

bool group_list(struct cx *cx, const struct group_query *query, struct group_page *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct group group;
    struct qb q;
    *out = (struct group_page){ 0 };
    TRY(total_of(cx, query, &out->total));
    qb_init(&q, cx);
    put_columns(&q);
    put_seen(&q);
    put_wanted(&q, query);
    put_order(&q, query->sort);
    qb_lit(&q, SQL_OF(" LIMIT "));
    qb_number(&q, query->limit);
    qb_lit(&q, SQL_OF(" OFFSET "));
    qb_value(&q, p_int(NULL, query->skip));
    TRY(qb_query(&q, &rows));
    while (rows_next(&rows, GROUP_COLS, &group)) {
        out->at = arena_more(cx->mem, out->at, out->n, sizeof group);
        out->at[out->n++] = group;
    }
    return rows_done(&rows);
}

/* ---- change ---- */

static bool write(struct cx *cx, const struct group *group)
{
    struct refusal refusal = { .kind = V_NONE };
    TRY(change_update(cx, &(struct change){
        .table = S("groups"), .account_id = group->account_id, .record_id = group->id,
        .key = BIND(p_text("account_id", group->account_id), p_text("id", group->id)),
        .refusal = &refusal,
        .new_values = BIND(p_text("name", group->name), p_text("description", group->description),
                           p_time("updated_at", group->updated_at)) }));
    return check_name(cx, &refusal);
}

bool group_update(struct cx *cx, struct str id, const struct group_change *to, struct group *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct group before;
    TRY(tx_begin(cx, &tx));
    TRY(group_get(cx, id, &before));
    *out = before;
    if (!str_absent(to->name))
        out->name = to->name;
    if (!str_absent(to->description))
        out->description = to->description;
    bool renamed = !str_eq(out->name, before.name);
    if (renamed && group_is_standing(&before))
        return fail_detail(cx, E_UNPROCESSABLE, "Cannot rename system group '" GROUP_PII "'");
    if (!renamed && str_eq(out->description, before.description))
        return tx_commit(&tx);
    out->updated_at = cx->now;
    TRY(write(cx, out));
    if (renamed)
        TRY(db_bump_identities(cx));
    return tx_commit(&tx);
}

/* ---- members ---- */

bool group_add(struct cx *cx, const struct group *group, struct str user_id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct refusal refusal = { .kind = V_NONE };
    TRY(tx_begin(cx, &tx));
    TRY(change_insert(cx, &(struct change){
        .table = S("users_groups"), .account_id = group->account_id, .record_id = user_id,
        .refusal = &refusal,
        .new_values = BIND(p_text("account_id", group->account_id), p_text("user_id", user_id),
                           p_text("group_id", group->id)) }));
    if (refusal.kind == V_UNIQUE)
        return fail_detail(cx, E_CONFLICT, "User already in group");
    if (refusal.kind == V_REFERENCE)
        return fail_detail(cx, E_NOT_FOUND, "User not found");
    if (refusal.kind != V_NONE)
        return broken(cx, "users_groups refused a row: %.*s", STR_ARG(refusal.constraint));
    TRY(db_bump_identities(cx));
    return tx_commit(&tx);
}

/* Who is no member any more is none: two who take somebody out have both done so. */
static bool take_out(struct cx *cx, const struct group *group, struct str user_id)
{
    bool well = change_delete(cx, &(struct change){
        .table = S("users_groups"), .account_id = group->account_id, .record_id = user_id,
        .key = BIND(p_text("account_id", group->account_id), p_text("user_id", user_id),
                    p_text("group_id", group->id)) });
    if (!well && cx->err.kind != E_NOT_FOUND)
        return false;
    fail_forget(cx);
    return true;
}

bool group_remove(struct cx *cx, const struct group *group, struct str user_id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(take_out(cx, group, user_id));
    TRY(db_bump_identities(cx));
    return tx_commit(&tx);
}

static const struct sql GROUPS_OF_USER = SQL(
    "SELECT g.name FROM users_groups m"
    " JOIN groups g ON g.account_id = m.account_id AND g.id = m.group_id"
    " WHERE m.account_id = :account AND m.user_id = :user ORDER BY g.name");
static const struct col NAME_COLS[] = { COL(C_TEXT, group, name), { 0 } };

bool group_names_of(struct cx *cx, struct str account_id, struct str user_id,
                    struct group_names *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct group row = { .name = NO_STR };
    struct str *names = NULL;
    size_t n = 0;
    TRY(db_query(cx, GROUPS_OF_USER, BIND(p_text("account", account_id), p_text("user", user_id)),
                 &rows));
    while (rows_next(&rows, NAME_COLS, &row)) {
        names = arena_more(cx->mem, names, n, sizeof *names);
        names[n++] = row.name;
    }
    *out = (struct group_names){ names, n };
    return rows_done(&rows);
}

/* ---- delete ---- */

/* Until the end of the transaction nobody joins; SQLite has one writer anyway. */
static bool close_door(struct cx *cx, const struct group *group)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    if (!db_is_postgres(cx->db))
        return true;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT id FROM groups WHERE account_id = "));
    qb_value(&q, p_text(NULL, group->account_id));
    qb_lit(&q, SQL_OF(" AND id = "));
    qb_value(&q, p_text(NULL, group->id));
    qb_lit(&q, SQL_OF(" FOR UPDATE"));
    TRY(qb_query(&q, &rows));
    while (rows_step(&rows))
        ;
    return rows_done(&rows);
}

static const struct sql MEMBERS_OF_GROUP = SQL(
    "SELECT user_id FROM users_groups WHERE account_id = :account AND group_id = :group");

/* One by one, so that the history says who lost what the group gave. */
static bool take_out_all(struct cx *cx, const struct group *group)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct str *ids = NULL;
    size_t n = 0;
    TRY(db_query(cx, MEMBERS_OF_GROUP, BIND(p_text("account", group->account_id),
                                            p_text("group", group->id)), &rows));
    for (; rows_step(&rows); n++) {
        ids = arena_more(cx->mem, ids, n, sizeof *ids);
        ids[n] = str_copy(cx->mem, rows_text(&rows, 0));
    }
    TRY(rows_done(&rows));
    rows_close(&rows);
    for (size_t i = 0; i < n; i++)
        TRY(take_out(cx, group, ids[i]));
    return true;
}

bool group_delete(struct cx *cx, struct str id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct group group;
    TRY(tx_begin(cx, &tx));
    TRY(group_get(cx, id, &group));
    TRY(close_door(cx, &group));
    TRY(group_get(cx, id, &group));
    if (group_is_standing(&group))
        return fail_detail(cx, E_UNPROCESSABLE, "Cannot delete system group '" GROUP_PII "'");
    TRY(take_out_all(cx, &group));
    TRY(change_delete(cx, &(struct change){
        .table = S("groups"), .account_id = group.account_id, .record_id = group.id,
        .key = BIND(p_text("account_id", group.account_id), p_text("id", group.id)) }));
    TRY(db_bump_identities(cx));
    return tx_commit(&tx);
}
