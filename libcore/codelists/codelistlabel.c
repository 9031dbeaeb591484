/* codelistlabel.c — reads labels from a request and keeps one for each language of a value. */
#include "codelists/codelistlabel.h"

#include "audit/change.h"
#include "base/ident.h"
#include "codelists/codelistread.h"
#include "codelists/codelistvalue.h"
#include "db/rows.h"

static bool read_one(const struct codelistread *r, struct codelistlabel *out)
{
    const struct codelistread_limits language = { true, CODELISTLABEL_LANGUAGE_MOST };
    const struct codelistread_limits label = { true, CODELISTLABEL_MOST };
    struct cx *cx = r->cx;
    if (!codelistread_is_object(r))
        return true;
    out->language = codelistread_text(r, "language", language);
    out->label = codelistread_text(r, "label", label);
    out->description = codelistread_text(r, "description", (struct codelistread_limits){ 0 });
    out->is_preferred = codelistread_flag(r, "is_preferred", true) != 0;
    if (cx->err.field_count > 0)
        return true;
    out->language = str_lower(cx->mem, str_trim(out->language));
    out->label = str_trim(out->label);
    if (out->language.n == 0)
        return fail_detail(cx, E_UNPROCESSABLE, "Language is required");
    return out->label.n > 0 || fail_detail(cx, E_UNPROCESSABLE, "Label is required");
}

bool codelistlabel_read(struct cx *cx, struct jv array, struct str path,
                        struct codelistlabels *out)
{
    out->n = jv_count(array);
    out->at = arena_list(cx->mem, struct codelistlabel, out->n);
    for (size_t i = 0; i < out->n; i++) {
        struct codelistread r = codelistread_item(cx, array, i, path);
        TRY(read_one(&r, &out->at[i]));
    }
    return true;
}

static const struct sql OF_LANGUAGE = SQL(
    "SELECT id FROM codelist_value_labels"
    " WHERE account_id = :account AND value_id = :value AND language = :language");

static bool find(struct cx *cx, struct str account_id, const struct codelistlabel *label,
                 struct str *id)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, OF_LANGUAGE, BIND(p_text("account", account_id),
                                       p_text("value", label->value_id),
                                       p_text("language", label->language)), &rows));
    *id = rows_step(&rows) ? str_copy(cx->mem, rows_text(&rows, 0)) : NO_STR;
    return !str_absent(*id) || rows_done(&rows);
}

static bool insert(struct cx *cx, struct str account_id, struct codelistlabel *label)
{
    label->id = ident_uuid(cx->mem, cx->now);
    return change_insert(cx, &(struct change){
        .table = S("codelist_value_labels"), .account_id = account_id,
        .new_values = BIND(
            p_text("id", label->id), p_text("account_id", account_id),
            p_text("value_id", label->value_id), p_text("language", label->language),
            p_text("label", label->label), p_text("description", label->description),
            p_bool("is_preferred", label->is_preferred)) });
}

static bool put_one(struct cx *cx, struct str account_id, struct codelistlabel *label)
{
    TRY(find(cx, account_id, label, &label->id));
    if (str_absent(label->id))
        return insert(cx, account_id, label);
    return change_update(cx, &(struct change){
        .table = S("codelist_value_labels"), .account_id = account_id, .record_id = label->id,
        .key = BIND(p_text("account_id", account_id), p_text("id", label->id)),
        .new_values = BIND(p_text("label", label->label),
                           p_text("description", label->description),
                           p_bool("is_preferred", label->is_preferred)) });
}

bool codelistlabel_put(struct cx *cx, const struct codelistvalue *value,
                       struct codelistlabels labels)
{
    TRY(codelist_allowed(cx, value->is_system, "update system value labels"));
    for (size_t i = 0; i < labels.n; i++) {
        labels.at[i].value_id = value->id;
        TRY(put_one(cx, value->account_id, &labels.at[i]));
    }
    return true;
}
