/* codelistvalue.c — finds the values of a list as an account sees them, adds and changes them. */
#include "codelists/codelistvalue.h"

#include "audit/change.h"
#include "base/ident.h"
#include "db/rows.h"

/* ---- find ---- */

static const struct sql VALUES = SQL(
    "SELECT v.id, v.codelist_id, v.account_id, v.code, v.external_code, v.definition, v.metadata,"
    " v.sort_order, v.created_at, v.updated_at, v.is_active,"
    " l.id, l.value_id, l.language, l.label, l.description, l.is_preferred"
    " FROM codelist_values v LEFT JOIN codelist_value_labels l"
    " ON l.account_id = v.account_id AND l.value_id = v.id"
    " WHERE v.codelist_id = :list AND v.account_id IN (:owner, :account)"
    " AND v.code = COALESCE(:code, v.code) AND v.is_active IN (:yes, :also)"
    " ORDER BY v.sort_order, v.code, v.id, l.language");
struct row { struct codelistvalue value; struct codelistlabel label; };
static const struct col ROW_COLS[] = {
    COL(C_TEXT, row, value.id),          COL(C_TEXT, row, value.codelist_id),
    COL(C_TEXT, row, value.account_id),  COL(C_TEXT, row, value.code),
    COL(C_TEXT, row, value.external_code), COL(C_TEXT, row, value.definition),
    COL(C_TEXT, row, value.metadata),    COL(C_INT, row, value.sort_order),
    COL(C_TIME, row, value.created_at),  COL(C_TIME, row, value.updated_at),
    COL(C_BOOL, row, value.is_active),   COL(C_TEXT, row, label.id),
    COL(C_TEXT, row, label.value_id),    COL(C_TEXT, row, label.language),
    COL(C_TEXT, row, label.label),       COL(C_TEXT, row, label.description),
    COL(C_BOOL, row, label.is_preferred), { 0 },
};

struct str codelistvalue_extender(const struct codelist *list, struct str account)
{
    return list->is_system && !list->is_extensible ? list->account_id : account;
}

static void set_scope(const struct codelist *list, struct codelistvalue *value)
{
    value->is_system = list->is_system && str_eq(value->account_id, list->account_id);
    value->scope = value->is_system ? S("system") : S("account");
}

static void *grown(struct cx *cx, void *list, size_t n, size_t each)
{
    bool full = (n & (n - 1)) == 0;     /* it grows at 0, 1, 2, 4, 8 … */
    return full ? arena_grow(cx->mem, list, n * each, (n == 0 ? 1 : 2 * n) * each) : list;
}

/* Rows of one value follow each other: one for each of its labels. */
static void take(struct cx *cx, const struct codelist *list, struct row *row,
                 struct codelistvalues *out)
{
    if (out->n == 0 || !str_eq(out->at[out->n - 1].id, row->value.id)) {
        set_scope(list, &row->value);
        out->at = grown(cx, out->at, out->n, sizeof *out->at);
        out->at[out->n++] = row->value;
    }
    struct codelistlabels *labels = &out->at[out->n - 1].labels;
    if (str_absent(row->label.id))
        return;
    labels->at = grown(cx, labels->at, labels->n, sizeof *labels->at);
    labels->at[labels->n++] = row->label;
}

struct wanted { struct str code; bool with_inactive; };

static bool load(struct cx *cx, const struct codelist *list, struct str account,
                 struct wanted wanted, struct codelistvalues *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct row row = { .value.id = NO_STR };
    *out = (struct codelistvalues){ NULL, 0 };
    TRY(codelist_query(cx, VALUES, BIND(
        p_text("list", list->id), p_text("owner", list->account_id),
        p_text("account", codelistvalue_extender(list, account)), p_text("code", wanted.code),
        p_bool("yes", true), p_bool("also", !wanted.with_inactive)), &rows));
    while (rows_next(&rows, ROW_COLS, &row)) {
        take(cx, list, &row, out);
        row = (struct row){ .value.id = NO_STR };
    }
    return rows_done(&rows);
}

bool codelistvalue_list(struct cx *cx, const struct codelist *list, struct str account,
                        bool with_inactive, struct codelistvalues *out)
{
    return load(cx, list, account, (struct wanted){ NO_STR, with_inactive }, out);
}

bool codelistvalue_look(struct cx *cx, const struct codelist *list, struct str account,
                        struct str code, bool *found, struct codelistvalue *out)
{
    struct codelistvalues all;
    TRY(load(cx, list, account, (struct wanted){ code, true }, &all));
    *found = all.n > 0;
    for (size_t i = 0; i < all.n; i++)
        if (i == 0 || str_eq(all.at[i].account_id, account))
            *out = all.at[i];
    return true;
}

bool codelistvalue_find(struct cx *cx, const struct codelist *list, struct str account,
                        struct str code, struct codelistvalue *out)
{
    bool found;
    TRY(codelistvalue_look(cx, list, account, code, &found, out));
    return found || fail_detail(cx, E_NOT_FOUND, "Value '%.*s' not found on codelist '%.*s'",
                                STR_ARG(code), STR_ARG(list->code));
}

/* ---- change ---- */

static bool is_code(struct str code)
{
    for (size_t i = 0; i < code.n; i++) {
        char c = code.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && (i == 0 || (c != '.' && c != '_' && c != '-')))
            return false;
    }
    return code.n > 0 && code.n <= CODELISTVALUE_CODE_MOST;
}

static bool is_taken(struct cx *cx, const struct codelist *list, struct str code)
{
    return fail_detail(cx, E_CONFLICT, "Value code '%.*s' already exists on codelist '%.*s'",
                       STR_ARG(code), STR_ARG(list->code));
}

static bool insert(struct cx *cx, const struct codelistvalue *value)
{
    return change_insert(cx, &(struct change){
        .table = S("codelist_values"), .account_id = value->account_id,
        .new_values = BIND(
            p_text("id", value->id), p_text("account_id", value->account_id),
            p_text("codelist_id", value->codelist_id), p_text("code", value->code),
            p_text("external_code", value->external_code),
            p_int("sort_order", value->sort_order), p_bool("is_active", value->is_active),
            p_text("definition", value->definition), p_text("metadata", value->metadata),
            p_time("created_at", value->created_at), p_time("updated_at", value->updated_at)) });
}

bool codelistvalue_add(struct cx *cx, const struct codelist *list, struct codelistvalue *value)
{
    struct codelistvalue other;
    bool found;
    struct str account = cx->who->account_id;
    if (!is_code(value->code))
        return fail_detail(cx, E_INVALID, "Value code must be non-empty alphanumeric (with ._-)");
    if (!cx->who->is_superadmin && list->is_system && !list->is_extensible)
        return fail_detail(cx, E_FORBIDDEN, "Codelist '%.*s' is not extensible",
                           STR_ARG(list->code));
    TRY(codelistvalue_look(cx, list, account, value->code, &found, &other));
    if (found)
        return is_taken(cx, list, value->code);
    value->id = ident_uuid(cx->mem, cx->now);
    value->codelist_id = list->id;
    value->account_id = account;
    value->created_at = value->updated_at = cx->now;
    set_scope(list, value);
    TRY(insert(cx, value));
    return codelistlabel_put(cx, value, value->labels);
}

static bool is_same(const struct codelistvalue *a, const struct codelistvalue *b)
{
    return str_eq(a->definition, b->definition) && str_eq(a->external_code, b->external_code)
        && str_eq(a->metadata, b->metadata) && a->sort_order == b->sort_order
        && a->is_active == b->is_active;
}

bool codelistvalue_update(struct cx *cx, struct codelistvalue *value,
                          const struct codelistvalue_change *to)
{
    struct codelistvalue was = *value;
    TRY(codelist_allowed(cx, value->is_system, "update system values"));
    if (!str_absent(to->definition))
        value->definition = to->definition;
    if (!str_absent(to->external_code))
        value->external_code = to->external_code;
    if (!str_absent(to->metadata))
        value->metadata = to->metadata;
    if (to->sort_order != CODELISTVALUE_KEPT)
        value->sort_order = to->sort_order;
    if (to->is_active >= 0)
        value->is_active = to->is_active != 0;
    if (is_same(&was, value))
        return true;
    value->updated_at = cx->now;
    return change_update(cx, &(struct change){
        .table = S("codelist_values"), .account_id = value->account_id, .record_id = value->id,
        .key = BIND(p_text("account_id", value->account_id), p_text("id", value->id)),
        .new_values = BIND(
            p_text("external_code", value->external_code),
            p_int("sort_order", value->sort_order), p_bool("is_active", value->is_active),
            p_text("definition", value->definition), p_text("metadata", value->metadata),
            p_time("updated_at", value->updated_at)) });
}
