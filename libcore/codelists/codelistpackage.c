/* codelistpackage.c — checks a package from its outside in, then writes list, values and labels. */
#include "codelists/codelistpackage.h"

#include "codelists/codelistread.h"
#include "codelists/codelistvalue.h"

static const struct codelistread_limits ANY = { 0 };

struct package {
    struct codelist list;
    struct codelist_change change;              /* the same, for a list that is there */
    struct codelistvalue *values;
    struct codelistvalue_change *changes;
    size_t n;
};

/* ---- read ---- */

static bool refuse(struct cx *cx, const char *why)
{
    return fail_detail(cx, E_UNPROCESSABLE, "%s", why);
}

static struct codelistread member_of(struct cx *cx, struct jv from, struct str path,
                                     const char *name)
{
    return (struct codelistread){ cx, jv_get(from, str_of(name)),
                                  str_fmt(cx->mem, "%.*s,\"%s\"", STR_ARG(path), name) };
}

static bool read_list(const struct codelistread *r, struct package *out)
{
    struct codelist_change *to = &out->change;
    struct str code = jv_text(jv_get(r->from, S("code")));
    if (code.n == 0 || jv_text(jv_get(r->from, S("name"))).n == 0)
        return refuse(r->cx, "Package codelist.code and name are required");
    to->name = codelistread_text(r, "name",
                                 (struct codelistread_limits){ true, CODELIST_NAME_MOST });
    to->description = codelistread_text(r, "description", ANY);
    to->definition = codelistread_text(r, "definition", ANY);
    to->external_code = codelistread_text(r, "external_code", ANY);
    to->version = codelistread_text(r, "version", ANY);
    to->metadata = codelistread_object(r, "metadata");
    to->is_extensible = codelistread_flag(r, "is_extensible", -1);
    to->is_active = codelistread_flag(r, "is_active", -1);
    out->list = (struct codelist){
        .code = code, .name = to->name, .description = to->description,
        .definition = to->definition, .external_code = to->external_code, .version = to->version,
        .metadata = to->metadata, .scope = S("system"), .is_extensible = to->is_extensible > 0,
        .is_active = to->is_active != 0,
        .is_builtin = codelistread_flag(r, "is_builtin", false) != 0 };
    return true;
}

static bool read_labels(const struct codelistread *r, struct codelistlabels *out)
{
    struct codelistread labels = member_of(r->cx, r->from, r->path, "labels");
    if (labels.from.kind == JV_ABSENT || labels.from.kind == JV_NULL)
        return true;
    if (labels.from.kind != JV_ARRAY)
        return refuse(r->cx, "The labels of a value must be a list");
    return codelistlabel_read(r->cx, labels.from, labels.path, out);
}

static bool read_value(const struct codelistread *r, struct codelistvalue *value,
                       struct codelistvalue_change *to)
{
    struct str code = jv_text(jv_get(r->from, S("code")));
    if (code.n == 0)
        return refuse(r->cx, "Each value requires a code");
    to->definition = codelistread_text(r, "definition", ANY);
    to->external_code = codelistread_text(r, "external_code", ANY);
    to->metadata = codelistread_object(r, "metadata");
    to->sort_order = codelistread_int(r, "sort_order", CODELISTVALUE_KEPT);
    to->is_active = codelistread_flag(r, "is_active", -1);
    *value = (struct codelistvalue){
        .code = code, .definition = to->definition, .external_code = to->external_code,
        .metadata = to->metadata, .is_active = to->is_active != 0,
        .sort_order = to->sort_order == CODELISTVALUE_KEPT ? 0 : to->sort_order };
    return read_labels(r, &value->labels);
}

static bool read_values(const struct codelistread *r, struct package *out)
{
    if (r->from.kind == JV_ABSENT || r->from.kind == JV_NULL)
        return true;
    if (r->from.kind != JV_ARRAY)
        return refuse(r->cx, "Package values must be a list");
    out->n = jv_count(r->from);
    out->values = arena_list(r->cx->mem, struct codelistvalue, out->n);
    out->changes = arena_list(r->cx->mem, struct codelistvalue_change, out->n);
    for (size_t i = 0; i < out->n; i++) {
        struct codelistread item = codelistread_item(r->cx, r->from, i, r->path);
        TRY(read_value(&item, &out->values[i], &out->changes[i]));
    }
    return true;
}

static bool read(struct cx *cx, struct jv package, struct str path, struct package *out)
{
    struct codelistread list = member_of(cx, package, path, "codelist");
    struct codelistread values = member_of(cx, package, path, "values");
    struct jv version = jv_get(package, S("format_version"));
    *out = (struct package){ .n = 0 };
    if (!str_eq(jv_text(jv_get(package, S("format"))), S(CODELISTPACKAGE_FORMAT)))
        return refuse(cx, "Invalid package format; expected " CODELISTPACKAGE_FORMAT);
    if (version.kind != JV_ABSENT && !str_eq(jv_text(version), S(CODELISTPACKAGE_VERSION)))
        return refuse(cx, "Invalid package format_version; expected " CODELISTPACKAGE_VERSION);
    TRY(read_list(&list, out));
    TRY(read_values(&values, out));
    return fail_fields(cx);
}

/* ---- write ---- */

static bool put_list(struct cx *cx, const struct package *package, struct codelist *out)
{
    const struct str code = package->list.code, account = S(SYSTEM_ACCOUNT);
    bool found;
    TRY(codelist_look(cx, code, account, &found, out));
    if (found && out->is_system) {
        TRY(codelist_take(cx, code, account, out));
        return codelist_update(cx, out, &package->change);
    }
    *out = package->list;
    TRY(codelist_create(cx, out));
    return codelist_take(cx, code, account, out);
}

static bool put_value(struct cx *cx, const struct codelist *list, struct codelistvalue *value,
                      const struct codelistvalue_change *change)
{
    struct codelistvalue there;
    bool found;
    TRY(codelistvalue_look(cx, list, list->account_id, value->code, &found, &there));
    if (!found)
        return codelistvalue_add(cx, list, value);
    TRY(codelistvalue_update(cx, &there, change));
    return codelistlabel_put(cx, &there, value->labels);
}

bool codelistpackage_import(struct cx *cx, struct jv package, struct str path,
                            struct codelist *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct package sent;
    TRY(read(cx, package, path, &sent));
    TRY(tx_begin(cx, &tx));
    TRY(put_list(cx, &sent, out));
    for (size_t i = 0; i < sent.n; i++)
        TRY(put_value(cx, out, &sent.values[i], &sent.changes[i]));
    return tx_commit(&tx);
}

/* ---- write ---- */

static void write_list(struct js *js, const struct codelist *list)
{
    js_object(js, "codelist");
    js_text(js, "code", list->code);
    js_text(js, "name", list->name);
    js_text(js, "description", list->description);
    js_text(js, "definition", list->definition);
    js_text(js, "scope", list->scope);
    js_bool(js, "is_extensible", list->is_extensible);
    js_bool(js, "is_active", list->is_active);
    js_bool(js, "is_builtin", list->is_builtin);
    js_text(js, "external_code", list->external_code);
    js_text(js, "version", list->version);
    js_raw(js, "metadata", list->metadata);
    js_end(js);
}

static void write_labels(struct js *js, const struct codelistlabels *labels)
{
    js_array(js, "labels");
    for (size_t i = 0; i < labels->n; i++) {
        const struct codelistlabel *label = &labels->at[i];
        js_object(js, NULL);
        js_text(js, "language", label->language);
        js_text(js, "label", label->label);
        js_text(js, "description", label->description);
        js_bool(js, "is_preferred", label->is_preferred);
        js_end(js);
    }
    js_end(js);
}

static void write_value(struct js *js, const struct codelistvalue *value)
{
    js_object(js, NULL);
    js_text(js, "code", value->code);
    js_text(js, "external_code", value->external_code);
    js_int(js, "sort_order", value->sort_order);
    js_bool(js, "is_active", value->is_active);
    js_text(js, "definition", value->definition);
    js_raw(js, "metadata", value->metadata);
    write_labels(js, &value->labels);
    js_end(js);
}

bool codelistpackage_write(struct cx *cx, const struct codelist *list, struct js *js)
{
    struct codelistvalues found;
    TRY(codelist_allowed(cx, list->is_system, "export system codelists"));
    TRY(codelistvalue_list(cx, list, list->account_id, true, &found));
    js_object(js, NULL);
    js_text(js, "format", S(CODELISTPACKAGE_FORMAT));
    js_text(js, "format_version", S(CODELISTPACKAGE_VERSION));
    write_list(js, list);
    js_array(js, "values");
    for (size_t i = 0; i < found.n; i++)
        write_value(js, &found.at[i]);
    js_end(js);
    js_end(js);
    return true;
}
