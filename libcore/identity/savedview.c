/* savedview.c — makes, lists, renames and deletes saved views. */
#include "identity/savedview.h"

#include "audit/change.h"
#include "base/ident.h"
#include "base/utf8.h"
#include "db/rows.h"

#define VIEW_COLUMNS "SELECT id, account_id, user_id, page, name, query, created_at, updated_at" \
    " FROM saved_views WHERE account_id = :account AND user_id = :user"
static const struct sql VIEW_BY_ID = SQL(VIEW_COLUMNS " AND id = :id");
static const struct sql VIEWS_OF_PAGE = SQL(VIEW_COLUMNS " AND page = :page ORDER BY name, id");
static const struct col VIEW_COLS[] = {
    COL(C_TEXT, savedview, id),         COL(C_TEXT, savedview, account_id),
    COL(C_TEXT, savedview, user_id),    COL(C_TEXT, savedview, page),
    COL(C_TEXT, savedview, name),       COL(C_TEXT, savedview, query),
    COL(C_TIME, savedview, created_at), COL(C_TIME, savedview, updated_at), { 0 },
};

bool savedview_list(struct cx *cx, struct str account_id, struct str user_id, struct str page,
                    struct savedview_list *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct savedview row;
    *out = (struct savedview_list){ NULL, 0 };
    TRY(db_query(cx, VIEWS_OF_PAGE, BIND(p_text("account", account_id), p_text("user", user_id),
                                         p_text("page", page)), &rows));
    while (rows_next(&rows, VIEW_COLS, &row)) {
        out->at = arena_more(cx->mem, out->at, out->n, sizeof *out->at);
        out->at[out->n++] = row;
    }
    return rows_done(&rows);
}

static bool get(struct cx *cx, struct str account_id, struct str user_id, struct str id,
                struct savedview *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, VIEW_BY_ID, BIND(p_text("account", account_id), p_text("user", user_id),
                                      p_text("id", id)), &rows));
    if (rows_next(&rows, VIEW_COLS, out))
        return true;
    TRY(rows_done(&rows));
    return fail(cx, E_NOT_FOUND, "Not found", "Saved view not found");
}

/* ---- what may be saved ---- */

static bool check_name(struct cx *cx, struct str *name)
{
    *name = str_trim(*name);
    size_t n = utf8_count(*name);
    bool good = n > 0 && n <= SAVEDVIEW_NAME_MOST;
    for (size_t i = 0; i < name->n && good; i++)
        good = (unsigned char)name->p[i] >= ' ' && name->p[i] != '\x7f';
    return good || fail_field(cx, E_INVALID, "Validation error", "name",
                              "A view needs a name of at most %d characters", SAVEDVIEW_NAME_MOST);
}

static bool check_page(struct cx *cx, struct str page)
{
    bool good = page.n > 0 && page.n <= SAVEDVIEW_PAGE_MOST;
    for (size_t i = 0; i < page.n && good; i++)
        good = (page.p[i] >= 'a' && page.p[i] <= 'z') || (page.p[i] >= 'A' && page.p[i] <= 'Z')
            || (page.p[i] >= '0' && page.p[i] <= '9') || page.p[i] == '_' || page.p[i] == '-'
            || page.p[i] == '/';
    return good || fail_field(cx, E_INVALID, "Validation error", "page",
                              "This page has no saved views");
}

static bool check_query(struct cx *cx, struct str query)
{
    if (query.n > SAVEDVIEW_QUERY_MOST)
        return fail_field(cx, E_INVALID, "Validation error", "query",
                          "A view has at most %d characters in its address",
                          SAVEDVIEW_QUERY_MOST);
    for (size_t i = 0; i < query.n; i++)
        if (query.p[i] <= ' ' || query.p[i] >= '\x7f' || query.p[i] == '#')
            return fail_field(cx, E_INVALID, "Validation error", "query",
                              "This is no query of an address");
    return !str_absent(query) || fail_field(cx, E_INVALID, "Validation error", "query",
                                            "This is no query of an address");
}

static bool check_room(struct cx *cx, const struct savedview *view)
{
    struct savedview_list list;
    TRY(savedview_list(cx, view->account_id, view->user_id, view->page, &list));
    return list.n < SAVEDVIEW_MOST
        || fail_field(cx, E_INVALID, "Validation error", "name",
                      "A page has at most %d saved views", SAVEDVIEW_MOST);
}

static bool check_refusal(struct cx *cx, const struct refusal *refusal)
{
    if (refusal->kind == V_UNIQUE)
        return fail_field(cx, E_CONFLICT, "Conflict", "name",
                          "You have a view of that name here already");
    if (refusal->kind == V_REFERENCE)
        return fail_detail(cx, E_NOT_FOUND, "User not found");
    return refusal->kind == V_NONE || broken(cx, "saved_views refused a row");
}

/* ---- changes ---- */

static bool insert(struct cx *cx, const struct savedview *view)
{
    struct refusal refusal = { .kind = V_NONE };
    TRY(change_insert(cx, &(struct change){
        .table = S("saved_views"), .account_id = view->account_id, .refusal = &refusal,
        .new_values = BIND(p_text("id", view->id), p_text("account_id", view->account_id),
                           p_text("user_id", view->user_id), p_text("page", view->page),
                           p_text("name", view->name), p_text("query", view->query),
                           p_time("created_at", view->created_at),
                           p_time("updated_at", view->updated_at)),
        .new_told = BIND(p_text("query", S("***"))) }));
    return check_refusal(cx, &refusal);
}

bool savedview_create(struct cx *cx, struct savedview *view)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(check_name(cx, &view->name) && check_page(cx, view->page));
    TRY(check_query(cx, view->query));
    view->id = ident_uuid(cx->mem, cx->now);
    view->created_at = view->updated_at = cx->now;
    TRY(tx_begin(cx, &tx));
    TRY(tx_lock(cx, str_fmt(cx->mem, "saved views %.*s", STR_ARG(view->user_id))));
    TRY(check_room(cx, view));
    return insert(cx, view) && tx_commit(&tx);
}

bool savedview_rename(struct cx *cx, struct str account_id, struct str user_id, struct str id,
                      struct str name)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct refusal refusal = { .kind = V_NONE };
    struct savedview old;
    TRY(check_name(cx, &name));
    TRY(tx_begin(cx, &tx));
    TRY(get(cx, account_id, user_id, id, &old));
    if (str_eq(old.name, name))
        return true;
    TRY(change_update(cx, &(struct change){
        .table = S("saved_views"), .account_id = account_id, .record_id = id, .refusal = &refusal,
        .key = BIND(p_text("account_id", account_id), p_text("id", id)),
        .old_values = BIND(p_text("name", old.name), p_time("updated_at", old.updated_at)),
        .new_values = BIND(p_text("name", name), p_time("updated_at", cx->now)) }));
    return check_refusal(cx, &refusal) && tx_commit(&tx);
}

bool savedview_delete(struct cx *cx, struct str account_id, struct str user_id, struct str id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct savedview old;
    TRY(tx_begin(cx, &tx));
    TRY(get(cx, account_id, user_id, id, &old));
    TRY(change_delete(cx, &(struct change){
        .table = S("saved_views"), .account_id = account_id, .record_id = id,
        .key = BIND(p_text("account_id", account_id), p_text("id", id)),
        .old_told = BIND(p_text("query", S("***"))) }));
    return tx_commit(&tx);
}
