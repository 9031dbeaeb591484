/* codelistchoice.c — merges values, extensions, overrides and labels into what one account sees. */
#include "codelists/codelistchoice.h"

#include "base/js.h"
#include "base/jv.h"
#include "codelists/codelistvalue.h"
#include "db/rows.h"

#define LABEL(language) \
    "(SELECT l.label FROM codelist_value_labels l WHERE l.account_id = v.account_id" \
    " AND l.value_id = v.id AND l.language = " language ")"

static const struct sql CHOICES = SQL(
    "SELECT v.id, v.account_id, v.code,"
    " COALESCE(" LABEL(":language") ", " LABEL(":primary") ", " LABEL("'en'") ", v.code) AS label,"
    " v.definition, v.metadata, o.metadata_override,"
    " COALESCE(o.sort_order, v.sort_order) AS place,"
    " COALESCE(o.is_default, :no) AS is_default, v.is_active"
    " FROM codelist_values v LEFT JOIN codelist_account_overrides o"
    " ON o.account_id = :account AND o.value_id = v.id"
    " WHERE v.codelist_id = :list AND v.account_id IN (:owner, :extender)"
    " AND v.code = COALESCE(:code, v.code) AND v.is_active IN (:yes, :also)"
    " AND COALESCE(o.visibility, 'visible') IN ('visible', :hidden)"
    " AND (v.account_id = :extender OR NOT EXISTS (SELECT 1 FROM codelist_values e"
    " WHERE e.codelist_id = v.codelist_id AND e.account_id = :extender AND e.code = v.code))"
    " ORDER BY is_default DESC, place, v.code");
struct row {
    struct str id, account_id, code, label, definition, metadata, override;
    int64_t sort_order;
    bool is_default, is_active;
};
static const struct col ROW_COLS[] = {
    COL(C_TEXT, row, id),         COL(C_TEXT, row, account_id), COL(C_TEXT, row, code),
    COL(C_TEXT, row, label),      COL(C_TEXT, row, definition), COL(C_TEXT, row, metadata),
    COL(C_TEXT, row, override),   COL(C_INT, row, sort_order),  COL(C_BOOL, row, is_default),
    COL(C_BOOL, row, is_active),  { 0 },
};

/* ---- metadata ---- */

static bool object_of(struct cx *cx, struct str text, struct jv *out)
{
    struct jv_fault fault;
    return (jv_parse(cx, text, out, &fault) && out->kind == JV_OBJECT)
        || broken(cx, "the metadata of a codelist is no JSON object");
}

static void put_members(struct cx *cx, struct js *js, struct jv from, struct jv but)
{
    struct str key;
    struct jv value;
    for (struct jv_each e = jv_each(from); jv_next(&e, &key, &value);) {
        if (jv_get(but, key).kind != JV_ABSENT)
            continue;
        js_key(js, key);
        js_raw(js, NULL, jv_print(cx->mem, value));
    }
}

/* The value's members and the override's, which win; an empty object says as little as none. */
static bool merge(struct cx *cx, struct str metadata, struct str override, struct str *out)
{
    struct jv own = { .kind = JV_ABSENT }, over = { .kind = JV_ABSENT };
    struct buf text;
    struct js js;
    if (!str_absent(metadata))
        TRY(object_of(cx, metadata, &own));
    if (!str_absent(override))
        TRY(object_of(cx, override, &over));
    *out = NO_STR;
    if (jv_count(own) + jv_count(over) == 0)
        return true;
    buf_init(&text, cx->mem, 16 + 6 * (metadata.n + override.n));
    js_init(&js, &text);
    js_object(&js, NULL);
    put_members(cx, &js, own, over);
    put_members(cx, &js, over, (struct jv){ .kind = JV_ABSENT });
    js_end(&js);
    *out = buf_text(&text);
    return js_done(&js) || broken(cx, "the metadata of a codelist could not be merged");
}

/* ---- values ---- */

static struct str primary_of(struct str language)
{
    size_t dash;
    return str_find(language, '-', &dash) ? str_sub(language, 0, dash) : language;
}

static bool take(struct cx *cx, const struct codelist *list, const struct row *row,
                 struct codelistchoices *out)
{
    struct codelistchoice *choice;
    bool is_system = list->is_system && str_eq(row->account_id, list->account_id);
    if ((out->n & (out->n - 1)) == 0)           /* it grows at 0, 1, 2, 4, 8 … */
        out->at = arena_grow(cx->mem, out->at, out->n * sizeof *choice,
                             (out->n == 0 ? 1 : 2 * out->n) * sizeof *choice);
    choice = &out->at[out->n++];
    *choice = (struct codelistchoice){
        .code = row->code, .label = row->label, .definition = row->definition,
        .scope = is_system ? S("system") : S("account"), .value_id = row->id,
        .sort_order = row->sort_order, .is_default = row->is_default,
        .is_active = row->is_active };
    return merge(cx, row->metadata, row->override, &choice->metadata);
}

struct wanted { struct str code, language; bool with_inactive, with_hidden; };

static bool load(struct cx *cx, const struct codelist *list, struct str account,
                 struct wanted wanted, struct codelistchoices *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct row row;
    struct str language = str_lower(cx->mem, wanted.language);
    *out = (struct codelistchoices){ NULL, 0 };
    TRY(codelist_query(cx, CHOICES, BIND(
        p_text("list", list->id), p_text("owner", list->account_id), p_text("account", account),
        p_text("extender", codelistvalue_extender(list, account)),
        p_text("language", language), p_text("primary", primary_of(language)),
        p_text("code", wanted.code), p_bool("yes", true), p_bool("no", false),
        p_bool("also", !wanted.with_inactive),
        p_text("hidden", wanted.with_hidden ? S("hidden") : S("visible"))), &rows));
    while (rows_next(&rows, ROW_COLS, &row))
        TRY(take(cx, list, &row, out));
    return rows_done(&rows);
}

bool codelistchoice_list(struct cx *cx, const struct codelist *list, struct str account,
                         struct str language, bool with_inactive, struct codelistchoices *out)
{
    return load(cx, list, account, (struct wanted){ .language = language,
                                                    .with_inactive = with_inactive }, out);
}

bool codelistchoice_find(struct cx *cx, const struct codelist *list, struct str code,
                         struct str language, struct codelistchoice *out)
{
    struct codelistchoices found;
    TRY(load(cx, list, cx->who->account_id, (struct wanted){ code, language, true, true },
             &found));
    if (found.n == 0)
        return fail_detail(cx, E_NOT_FOUND, "Value '%.*s' not found on codelist '%.*s'",
                           STR_ARG(code), STR_ARG(list->code));
    *out = found.at[0];
    return true;
}
