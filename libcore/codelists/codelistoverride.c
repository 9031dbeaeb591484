/* codelistoverride.c — sets, clears and lists how an account sees the values of a list. */
#include "codelists/codelistoverride.h"

#include "audit/change.h"
#include "base/ident.h"
#include "db/rows.h"

#define TABLE S("codelist_account_overrides")

/* In the order of the values, whose rows may be the system's. */
static const struct sql OF_LIST = SQL(
    "SELECT o.id, o.account_id, o.codelist_id, o.value_id, o.visibility, o.metadata_override,"
    " COALESCE(o.sort_order, :none) AS place, o.is_default"
    " FROM codelist_account_overrides o JOIN codelist_values v ON v.id = o.value_id"
    " WHERE o.account_id = :account AND o.codelist_id = :list"
    " ORDER BY v.sort_order, v.code, o.id");
static const struct col OVERRIDE_COLS[] = {
    COL(C_TEXT, codelistoverride, id),          COL(C_TEXT, codelistoverride, account_id),
    COL(C_TEXT, codelistoverride, codelist_id), COL(C_TEXT, codelistoverride, value_id),
    COL(C_TEXT, codelistoverride, visibility),  COL(C_TEXT, codelistoverride, metadata_override),
    COL(C_INT, codelistoverride, sort_order),   COL(C_BOOL, codelistoverride, is_default), { 0 },
};
static const struct sql OF_VALUE = SQL(
    "SELECT id FROM codelist_account_overrides"
    " WHERE account_id = :account AND value_id = :value");
static const struct sql DEFAULT_BESIDE = SQL(
    "SELECT id FROM codelist_account_overrides WHERE account_id = :account"
    " AND codelist_id = :list AND value_id <> :value AND is_default = :yes");

bool codelistoverride_account(struct cx *cx, struct str named, const char *doing,
                              struct str *account)
{
    if (cx->who->is_superadmin && str_absent(named))
        return fail_detail(cx, E_INVALID, "Superadmin must pass account_id when %s overrides",
                           doing);
    return codelist_account(cx, named, account);
}

bool codelistoverride_list(struct cx *cx, const struct codelist *list, struct str account,
                           struct codelistoverrides *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct codelistoverride row;
    size_t room = 0;
    *out = (struct codelistoverrides){ NULL, 0 };
    TRY(codelist_query(cx, OF_LIST, BIND(p_text("account", account), p_text("list", list->id),
                                         p_int("none", CODELISTOVERRIDE_NO_ORDER)), &rows));
    while (rows_next(&rows, OVERRIDE_COLS, &row)) {
        if (out->n == room) {
            room = room == 0 ? 16 : 2 * room;
            out->at = arena_grow(cx->mem, out->at, out->n * sizeof row, room * sizeof row);
        }
        out->at[out->n++] = row;
    }
    return rows_done(&rows);
}

static bool find_id(struct cx *cx, struct sql sql, struct binds binds, struct str *id)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, sql, binds, &rows));
    *id = rows_step(&rows) ? str_copy(cx->mem, rows_text(&rows, 0)) : NO_STR;
    return !str_absent(*id) || rows_done(&rows);
}

static bool of_value(struct cx *cx, const struct codelistvalue *value, struct str account,
                     struct str *id)
{
    return find_id(cx, OF_VALUE, BIND(p_text("account", account), p_text("value", value->id)), id);
}

static bool write(struct cx *cx, struct str account, struct str id, struct binds values)
{
    return change_update(cx, &(struct change){
        .table = TABLE, .account_id = account, .record_id = id, .new_values = values,
        .key = BIND(p_text("account_id", account), p_text("id", id)) });
}

/* The default there was makes room. */
static bool make_room(struct cx *cx, const struct codelistoverride *override)
{
    struct str id;
    TRY(find_id(cx, DEFAULT_BESIDE, BIND(
        p_text("account", override->account_id), p_text("list", override->codelist_id),
        p_text("value", override->value_id), p_bool("yes", true)), &id));
    return str_absent(id)
        || write(cx, override->account_id, id, BIND(p_bool("is_default", false)));
}

bool codelistoverride_set(struct cx *cx, const struct codelistvalue *value,
                          struct codelistoverride *to)
{
    struct param order = to->sort_order == CODELISTOVERRIDE_NO_ORDER
                       ? p_null("sort_order") : p_int("sort_order", to->sort_order);
    to->codelist_id = value->codelist_id;
    to->value_id = value->id;
    if (to->is_default)
        TRY(make_room(cx, to));
    TRY(of_value(cx, value, to->account_id, &to->id));
    if (!str_absent(to->id))
        return write(cx, to->account_id, to->id, BIND(
            p_text("visibility", to->visibility), p_bool("is_default", to->is_default), order,
            p_text("metadata_override", to->metadata_override)));
    to->id = ident_uuid(cx->mem, cx->now);
    return change_insert(cx, &(struct change){
        .table = TABLE, .account_id = to->account_id,
        .new_values = BIND(
            p_text("id", to->id), p_text("account_id", to->account_id),
            p_text("codelist_id", to->codelist_id), p_text("value_id", to->value_id),
            p_text("visibility", to->visibility), p_bool("is_default", to->is_default), order,
            p_text("metadata_override", to->metadata_override)) });
}

bool codelistoverride_clear(struct cx *cx, const struct codelistvalue *value, struct str account)
{
    struct str id;
    TRY(of_value(cx, value, account, &id));
    return str_absent(id) || change_delete(cx, &(struct change){
        .table = TABLE, .account_id = account, .record_id = id,
        .key = BIND(p_text("account_id", account), p_text("id", id)) });
}
