/* codelist.c — makes, finds, changes and retires the lists of codes. */
#include "codelists/codelist.h"

#include "audit/change.h"
#include "base/ident.h"
#include "db/rows.h"
#include "identity/account.h"

/* ---- find ---- */

#define LISTS \
    "SELECT id, account_id, code, name, description, definition, scope, external_code, version," \
    " metadata, is_extensible, is_active, is_builtin, created_at, updated_at FROM codelists" \
    " WHERE (account_id = :account OR (account_id = :system AND scope = 'system'))"

static const struct sql BY_CODE = SQL(
    LISTS " AND code = :code ORDER BY CASE WHEN account_id = :account THEN 0 ELSE 1 END LIMIT 1");
static const struct sql SEEN = SQL(
    LISTS " AND scope = COALESCE(:scope, scope) AND is_active IN (:yes, :also)"
    " ORDER BY CASE WHEN scope = 'system' THEN 0 ELSE 1 END, code");
static const struct col LIST_COLS[] = {
    COL(C_TEXT, codelist, id),            COL(C_TEXT, codelist, account_id),
    COL(C_TEXT, codelist, code),          COL(C_TEXT, codelist, name),
    COL(C_TEXT, codelist, description),   COL(C_TEXT, codelist, definition),
    COL(C_TEXT, codelist, scope),         COL(C_TEXT, codelist, external_code),
    COL(C_TEXT, codelist, version),       COL(C_TEXT, codelist, metadata),
    COL(C_BOOL, codelist, is_extensible), COL(C_BOOL, codelist, is_active),
    COL(C_BOOL, codelist, is_builtin),    COL(C_TIME, codelist, created_at),
    COL(C_TIME, codelist, updated_at),    { 0 },
};

bool codelist_query(struct cx *cx, struct sql sql, struct binds binds, struct rows *rows)
{
    struct str before = db_scope(cx, S("*"));
    bool asked = db_query(cx, sql, binds, rows);
    db_scope(cx, before);
    return asked;
}

static bool next(struct rows *rows, struct codelist *out)
{
    *out = (struct codelist){ .id = NO_STR };
    if (!rows_next(rows, LIST_COLS, out))
        return false;
    out->is_system = str_eq(out->scope, S("system"));
    return true;
}

bool codelist_look(struct cx *cx, struct str code, struct str account, bool *found,
                   struct codelist *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(codelist_query(cx, BY_CODE, BIND(p_text("account", account), p_text("code", code),
                                         p_text("system", S(SYSTEM_ACCOUNT))), &rows));
    *found = next(&rows, out);
    return *found || rows_done(&rows);
}

bool codelist_find(struct cx *cx, struct str code, struct str account, struct codelist *out)
{
    bool found;
    TRY(codelist_look(cx, code, account, &found, out));
    return found
        || fail_detail(cx, E_NOT_FOUND, "Codelist '%.*s' not found", STR_ARG(code));
}

bool codelist_take(struct cx *cx, struct str code, struct str account, struct codelist *out)
{
    if (!tx_is_open(cx))
        return broken(cx, "a codelist was taken outside a transaction");
    TRY(codelist_find(cx, code, account, out));
    TRY(tx_lock(cx, str_fmt(cx->mem, "codelist %.*s", STR_ARG(out->id))));
    return codelist_find(cx, code, account, out);
}

bool codelist_list(struct cx *cx, struct str scope, bool only_active, struct codelists *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct codelist row;
    size_t room = 0;
    *out = (struct codelists){ NULL, 0 };
    TRY(codelist_query(cx, SEEN, BIND(p_text("account", cx->who->account_id),
                                      p_text("system", S(SYSTEM_ACCOUNT)), p_text("scope", scope),
                                      p_bool("yes", true), p_bool("also", only_active)), &rows));
    while (next(&rows, &row)) {
        if (out->n == room) {
            room = room == 0 ? 16 : 2 * room;
            out->at = arena_grow(cx->mem, out->at, out->n * sizeof row, room * sizeof row);
        }
        out->at[out->n++] = row;
    }
    return rows_done(&rows);
}

/* ---- who may ---- */

bool codelist_account(struct cx *cx, struct str named, struct str *account)
{
    struct account other;
    bool found;
    *account = cx->who->account_id;
    if (str_absent(named) || str_eq(named, *account))
        return true;
    if (!cx->who->is_superadmin)
        return fail_detail(cx, E_FORBIDDEN, "Superadmin access required");
    TRY(account_by_id(cx, named, &found, &other));
    *account = other.id;
    return found || fail_detail(cx, E_NOT_FOUND, "Account not found");
}

bool codelist_allowed(struct cx *cx, bool is_system, const char *what)
{
    return !is_system || cx->who->is_superadmin
        || fail_detail(cx, E_FORBIDDEN, "Superadmin required to %s", what);
}

/* ---- make and change ---- */

static bool is_code(struct str code)
{
    for (size_t i = 0; i < code.n; i++) {
        char c = code.p[i];
        bool fits = (c >= 'a' && c <= 'z') || (i > 0 && (c == '_' || (c >= '0' && c <= '9')));
        if (!fits)
            return false;
    }
    return code.n > 0 && code.n <= CODELIST_CODE_MOST;
}

static bool insert(struct cx *cx, const struct codelist *list)
{
    struct refusal refusal = { .kind = V_NONE };
    TRY(change_insert(cx, &(struct change){
        .table = S("codelists"), .account_id = list->account_id, .refusal = &refusal,
        .new_values = BIND(
            p_text("id", list->id), p_text("account_id", list->account_id),
            p_text("code", list->code), p_text("name", list->name),
            p_text("description", list->description), p_text("definition", list->definition),
            p_text("scope", list->scope), p_bool("is_extensible", list->is_extensible),
            p_bool("is_active", list->is_active), p_bool("is_builtin", list->is_builtin),
            p_text("external_code", list->external_code), p_text("version", list->version),
            p_text("metadata", list->metadata), p_time("created_at", list->created_at),
            p_time("updated_at", list->updated_at)) }));
    if (refusal.kind == V_UNIQUE && list->is_system)
        return fail_detail(cx, E_CONFLICT, "System codelist '%.*s' already exists",
                           STR_ARG(list->code));
    if (refusal.kind == V_UNIQUE)
        return fail_detail(cx, E_CONFLICT, "Codelist '%.*s' already exists for this account",
                           STR_ARG(list->code));
    return refusal.kind == V_NONE
        || broken(cx, "codelists refused a row: %.*s", STR_ARG(refusal.constraint));
}

bool codelist_create(struct cx *cx, struct codelist *list)
{
    struct codelist other;
    bool found;
    list->is_system = str_eq(list->scope, S("system"));
    TRY(codelist_allowed(cx, list->is_system, "create system codelists"));
    if (!is_code(list->code))
        return fail_detail(cx, E_INVALID, "Codelist code must match ^[a-z][a-z0-9_]*$");
    TRY(codelist_look(cx, list->code, cx->who->account_id, &found, &other));
    if (found && other.is_system && !list->is_system)
        return fail_detail(cx, E_CONFLICT, "Cannot create account codelist '%.*s': a system"
                           " codelist with this code already exists", STR_ARG(list->code));
    list->id = ident_uuid(cx->mem, cx->now);
    list->account_id = list->is_system ? S(SYSTEM_ACCOUNT) : cx->who->account_id;
    list->created_at = list->updated_at = cx->now;
    return insert(cx, list);
}

static struct str or_kept(struct str to, struct str kept)
{
    return str_absent(to) ? kept : to;
}

static bool is_same(const struct codelist *a, const struct codelist *b)
{
    return str_eq(a->name, b->name) && str_eq(a->description, b->description)
        && str_eq(a->definition, b->definition) && str_eq(a->external_code, b->external_code)
        && str_eq(a->version, b->version) && str_eq(a->metadata, b->metadata)
        && a->is_extensible == b->is_extensible && a->is_active == b->is_active;
}

/* Writes what differs; the caller goes on with the new state. */
static bool write(struct cx *cx, struct codelist *list, struct codelist to)
{
    if (is_same(list, &to))
        return true;
    to.updated_at = cx->now;
    *list = to;
    return change_update(cx, &(struct change){
        .table = S("codelists"), .account_id = to.account_id, .record_id = to.id,
        .key = BIND(p_text("account_id", to.account_id), p_text("id", to.id)),
        .new_values = BIND(
            p_text("name", to.name), p_text("description", to.description),
            p_text("definition", to.definition), p_text("external_code", to.external_code),
            p_text("version", to.version), p_text("metadata", to.metadata),
            p_bool("is_extensible", to.is_extensible), p_bool("is_active", to.is_active),
            p_time("updated_at", to.updated_at)) });
}

bool codelist_update(struct cx *cx, struct codelist *list, const struct codelist_change *change)
{
    struct codelist to = *list;
    TRY(codelist_allowed(cx, list->is_system, "update system codelists"));
    to.name = or_kept(change->name, list->name);
    to.description = or_kept(change->description, list->description);
    to.definition = or_kept(change->definition, list->definition);
    to.external_code = or_kept(change->external_code, list->external_code);
    to.version = or_kept(change->version, list->version);
    to.metadata = or_kept(change->metadata, list->metadata);
    if (change->is_extensible >= 0)
        to.is_extensible = change->is_extensible != 0;
    if (change->is_active >= 0)
        to.is_active = change->is_active != 0;
    return write(cx, list, to);
}

/* ---- delete ---- */

static const struct sql OVERRIDES = SQL(
    "SELECT id FROM codelist_account_overrides"
    " WHERE account_id = :account AND codelist_id = :list ORDER BY id");
static const struct sql LABELS = SQL(
    "SELECT l.id FROM codelist_value_labels l JOIN codelist_values v"
    " ON v.account_id = l.account_id AND v.id = l.value_id"
    " WHERE l.account_id = :account AND v.codelist_id = :list ORDER BY l.id");
static const struct sql VALUES = SQL(
    "SELECT id FROM codelist_values"
    " WHERE account_id = :account AND codelist_id = :list ORDER BY id");
/* Whoever made it: an extension of any account keeps the list, too. */
static const struct sql IS_USED = SQL(
    "SELECT id FROM codelist_values WHERE codelist_id = :list LIMIT 1");

/* One by one, so that the history says what went. */
static bool remove_all(struct cx *cx, const struct codelist *list, struct sql of, struct str table)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct str *ids = NULL;
    size_t n = 0, room = 0;
    TRY(db_query(cx, of, BIND(p_text("account", list->account_id), p_text("list", list->id)),
                 &rows));
    while (rows_step(&rows)) {
        if (n == room) {
            room = room == 0 ? 16 : 2 * room;
            ids = arena_grow(cx->mem, ids, n * sizeof *ids, room * sizeof *ids);
        }
        ids[n++] = str_copy(cx->mem, rows_text(&rows, 0));
    }
    TRY(rows_done(&rows));
    for (size_t i = 0; i < n; i++)
        TRY(change_delete(cx, &(struct change){
            .table = table, .account_id = list->account_id, .record_id = ids[i],
            .key = BIND(p_text("account_id", list->account_id), p_text("id", ids[i])) }));
    return true;
}

static bool remove_list(struct cx *cx, const struct codelist *list)
{
    TRY(remove_all(cx, list, OVERRIDES, S("codelist_account_overrides")));
    TRY(remove_all(cx, list, LABELS, S("codelist_value_labels")));
    TRY(remove_all(cx, list, VALUES, S("codelist_values")));
    return change_delete(cx, &(struct change){
        .table = S("codelists"), .account_id = list->account_id, .record_id = list->id,
        .key = BIND(p_text("account_id", list->account_id), p_text("id", list->id)) });
}

static bool is_used(struct cx *cx, const struct codelist *list, bool *used)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(codelist_query(cx, IS_USED, BIND(p_text("list", list->id)), &rows));
    *used = rows_step(&rows);
    return *used || rows_done(&rows);
}

bool codelist_delete(struct cx *cx, struct codelist *list, bool hard)
{
    struct codelist to = *list;
    bool used = false;
    TRY(codelist_allowed(cx, list->is_system, "delete system codelists"));
    to.is_active = false;
    if (!hard)
        return write(cx, list, to);
    if (list->is_builtin)
        return fail_detail(cx, E_FORBIDDEN, "Builtin codelist '%.*s' cannot be hard-deleted",
                           STR_ARG(list->code));
    if (list->is_system)
        TRY(is_used(cx, list, &used));
    if (used)
        return fail_detail(cx, E_FORBIDDEN, "System codelist '%.*s' has values; soft-deactivate"
                           " instead", STR_ARG(list->code));
    return remove_list(cx, list);
}
