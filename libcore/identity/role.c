/* role.c — finds, creates, changes and deletes roles. */
#include "identity/role.h"

#include <inttypes.h>

#include "audit/change.h"
#include "base/js.h"
#include "db/rows.h"
#include "identity/permission.h"

#define ROLE_COLUMNS "SELECT id, name, description, created_at, updated_at FROM roles"
static const struct sql ROLE_BY_NAME = SQL(ROLE_COLUMNS " WHERE name = :name");
static const struct sql ROLE_BY_ID = SQL(ROLE_COLUMNS " WHERE id = :id");
static const struct sql ROLES = SQL(ROLE_COLUMNS " ORDER BY id");
static const struct col ROLE_COLS[] = {
    COL(C_INT, role, id),          COL(C_TEXT, role, name), COL(C_TEXT, role, description),
    COL(C_TIME, role, created_at), COL(C_TIME, role, updated_at), { 0 },
};

/* ---- find ---- */

static bool find(struct cx *cx, struct sql sql, struct binds key, bool *found, struct role *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, sql, key, &rows));
    *found = rows_next(&rows, ROLE_COLS, out);
    return *found || rows_done(&rows);
}

bool role_by_name(struct cx *cx, struct str name, bool *found, struct role *out)
{
    return find(cx, ROLE_BY_NAME, BIND(p_text("name", name)), found, out);
}

bool role_by_id(struct cx *cx, int64_t id, bool *found, struct role *out)
{
    return find(cx, ROLE_BY_ID, BIND(p_int("id", id)), found, out);
}

bool role_get(struct cx *cx, int64_t id, struct role *out)
{
    bool found;
    TRY(role_by_id(cx, id, &found, out));
    return found || fail(cx, E_NOT_FOUND, "Not found", "Role with ID %" PRId64 " not found", id);
}

bool role_all(struct cx *cx, struct role_list *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct role role, *list = NULL;
    size_t n = 0;
    TRY(db_query(cx, ROLES, NO_BINDS, &rows));
    while (rows_next(&rows, ROLE_COLS, &role)) {
        list = arena_more(cx->mem, list, n, sizeof *list);
        list[n++] = role;
    }
    *out = (struct role_list){ list, n };
    return rows_done(&rows);
}

/* ---- change ---- */

static bool is_default(const struct role *role)
{
    return str_eq(role->name, S("admin")) || str_eq(role->name, S("user"));
}

static bool check_name(struct cx *cx, struct str *name)
{
    struct str sent = *name;
    struct buf input;
    *name = str_trim(sent);
    if (name->n > 0)
        return true;
    buf_init(&input, cx->mem, SIZE_MAX);
    js_quote(&input, sent);
    fail_add_field(cx, &(struct err_field){
        .type = "value_error", .loc = S("[\"body\",\"name\"]"), .input = buf_text(&input),
        .msg = S("Value error, Role name cannot be empty"), .ctx = S("{\"error\":{}}") });
    return fail_fields(cx);
}

/* What the constraint on names refused, if anything. */
static bool check_free(struct cx *cx, const struct refusal *refusal, const struct role *role)
{
    if (refusal->kind == V_UNIQUE)
        return fail_detail(cx, E_CONFLICT, "Role with name '%.*s' already exists",
                           STR_ARG(role->name));
    return refusal->kind == V_NONE
        || broken(cx, "roles refused a row: %.*s", STR_ARG(refusal->constraint));
}

bool role_create(struct cx *cx, struct role *role)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct refusal refusal = { .kind = V_NONE };
    TRY(check_name(cx, &role->name));
    TRY(tx_begin(cx, &tx));
    TRY(db_hold_definitions(cx));
    role->created_at = role->updated_at = cx->now;
    TRY(change_insert(cx, &(struct change){
        .table = S("roles"), .account_id = S(SYSTEM_ACCOUNT), .generated_id = &role->id,
        .refusal = &refusal,
        .new_values = BIND(p_text("name", role->name), p_text("description", role->description),
                           p_time("created_at", cx->now), p_time("updated_at", cx->now)) }));
    TRY(check_free(cx, &refusal, role));
    return tx_commit(&tx);
}

static bool write(struct cx *cx, const struct role *before, const struct role *after)
{
    struct refusal refusal = { .kind = V_NONE };
    TRY(change_update(cx, &(struct change){
        .table = S("roles"), .account_id = S(SYSTEM_ACCOUNT), .refusal = &refusal,
        .record_id = str_fmt(cx->mem, "%" PRId64, after->id), .key = BIND(p_int("id", after->id)),
        .new_values = BIND(p_text("name", after->name), p_text("description", after->description),
                           p_time("updated_at", after->updated_at)) }));
    TRY(check_free(cx, &refusal, after));
    return str_eq(before->name, after->name) || db_bump_identities(cx);
}

bool role_update(struct cx *cx, int64_t id, const struct role_change *change, struct role *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct str name = change->name;
    struct role before;
    if (!str_absent(name))
        TRY(check_name(cx, &name));
    TRY(tx_begin(cx, &tx));
    TRY(db_hold_definitions(cx));
    TRY(role_get(cx, id, &before));
    *out = before;
    if (!str_absent(name))
        out->name = name;
    if (!str_absent(change->description) || !change->keeps_description)
        out->description = change->description;
    if (is_default(&before) && !str_eq(before.name, out->name))
        return fail_detail(cx, E_UNPROCESSABLE, "Cannot rename default role '%.*s'",
                           STR_ARG(before.name));
    if (str_eq(before.name, out->name) && str_eq(before.description, out->description))
        return tx_commit(&tx);
    out->updated_at = cx->now;
    TRY(write(cx, &before, out));
    return tx_commit(&tx);
}

bool role_delete(struct cx *cx, int64_t id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct refusal refusal = { .kind = V_NONE };
    struct role role;
    TRY(tx_begin(cx, &tx));
    TRY(db_hold_definitions(cx));
    TRY(role_get(cx, id, &role));
    if (is_default(&role))
        return fail_detail(cx, E_UNPROCESSABLE, "Cannot delete default role '%.*s'",
                           STR_ARG(role.name));
    TRY(permission_forget(cx, id));
    TRY(change_delete(cx, &(struct change){
        .table = S("roles"), .account_id = S(SYSTEM_ACCOUNT), .refusal = &refusal,
        .record_id = str_fmt(cx->mem, "%" PRId64, id), .key = BIND(p_int("id", id)) }));
    if (refusal.kind == V_REFERENCE)
        return fail_detail(cx, E_CONFLICT, "Role is in use");
    if (refusal.kind != V_NONE)
        return broken(cx, "a role cannot go: %.*s", STR_ARG(refusal.constraint));
    return tx_commit(&tx);
}
