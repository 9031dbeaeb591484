/* codelists.c — lists of codes: list, make, read, change, retire, export, import (data.md §19). */
#include "routes.h"

#include "codelists/codelistpackage.h"
#include "codelists/codelistvalue.h"

static const struct output LIST_OUT[] = {
    OUT(O_TEXT, codelist, id),            OUT(O_TEXT, codelist, code),
    OUT(O_TEXT, codelist, name),          OUT(O_TEXT, codelist, description),
    OUT(O_TEXT, codelist, definition),    OUT(O_TEXT, codelist, scope),
    OUT(O_TEXT, codelist, account_id),    OUT(O_BOOL, codelist, is_system),
    OUT(O_BOOL, codelist, is_extensible), OUT(O_BOOL, codelist, is_active),
    OUT(O_BOOL, codelist, is_builtin),    OUT(O_TEXT, codelist, external_code),
    OUT(O_TEXT, codelist, version),       OUT(O_JSON, codelist, metadata, .about = "an object"),
    OUT(O_TIME, codelist, created_at),    OUT(O_TIME, codelist, updated_at),
    { 0 },
};

/* ---- reading ---- */

struct list_in { struct str scope; bool active; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_TEXT, list_in, scope, .one_of = "system|account"),
    IN(QUERY, T_BOOL, list_in, active, .about = "only those that are"), { 0 },
};

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct codelists found;
    struct js *js = reply_js(reply);
    TRY(codelist_list(cx, in->scope, in->active, &found));
    js_array(js, NULL);
    for (size_t i = 0; i < found.n; i++)
        output_object(js, NULL, LIST_OUT, &found.at[i]);
    js_end(js);
    return true;
}

struct one_in { struct str code; bool hard; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, code), { 0 } };
static const struct input DELETE_IN[] = {
    IN(PATH, T_TEXT, one_in, code),
    IN(QUERY, T_BOOL, one_in, hard, .about = "remove it, with its values"), { 0 },
};

static bool get(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct codelist found;
    TRY(codelist_find(cx, in->code, cx->who->account_id, &found));
    return reply_with(reply, LIST_OUT, &found);
}

/* ---- changing ---- */

struct create_in {
    struct str code, name, scope, description, definition, external_code, version;
    bool is_extensible;
    int64_t is_active;
    struct jv metadata;
};
static const struct input CREATE_IN[] = {
    IN(BODY, T_TEXT, create_in, code, .required = true, .min = 1, .max = CODELIST_CODE_MOST,
       .about = "small letters, digits and _; begins with a letter"),
    IN(BODY, T_TEXT, create_in, name, .required = true, .min = 1, .max = CODELIST_NAME_MOST),
    IN(BODY, T_TEXT, create_in, scope, .one_of = "system|account", .literal = true,
       .about = "account, unless a superadmin says system"),
    IN(BODY, T_TEXT, create_in, description), IN(BODY, T_TEXT, create_in, definition),
    IN(BODY, T_TEXT, create_in, external_code), IN(BODY, T_TEXT, create_in, version),
    IN(BODY, T_OBJECT, create_in, metadata),
    IN(BODY, T_BOOL, create_in, is_extensible, .about = "may accounts add values of their own?"),
    IN(BODY, T_FLAG, create_in, is_active, .otherwise = 1),
    { 0 },
};

static struct str object_text(struct cx *cx, struct jv object)
{
    return object.kind == JV_OBJECT ? jv_print_sorted(cx->mem, object) : NO_STR;
}

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct create_in *in = input;
    struct codelist made = {
        .code = in->code, .name = in->name, .description = in->description,
        .definition = in->definition, .external_code = in->external_code,
        .version = in->version, .metadata = object_text(cx, in->metadata),
        .scope = str_absent(in->scope) ? S("account") : in->scope,
        .is_extensible = in->is_extensible, .is_active = in->is_active != 0 };
    TRY(codelist_create(cx, &made));
    return reply_with(reply, LIST_OUT, &made);
}

struct update_in { struct str code; struct codelist_change to; struct jv metadata; };
static const struct input UPDATE_IN[] = {
    IN(PATH, T_TEXT, update_in, code),
    IN_AS(BODY, T_TEXT, update_in, to.name, "name", .min = 1, .max = CODELIST_NAME_MOST),
    IN_AS(BODY, T_TEXT, update_in, to.description, "description"),
    IN_AS(BODY, T_TEXT, update_in, to.definition, "definition"),
    IN_AS(BODY, T_TEXT, update_in, to.external_code, "external_code"),
    IN_AS(BODY, T_TEXT, update_in, to.version, "version"),
    IN(BODY, T_OBJECT, update_in, metadata),
    IN_AS(BODY, T_FLAG, update_in, to.is_extensible, "is_extensible", .otherwise = -1),
    IN_AS(BODY, T_FLAG, update_in, to.is_active, "is_active", .otherwise = -1),
    { 0 },
};

static bool update(struct cx *cx, const void *input, struct reply *reply)
{
    const struct update_in *in = input;
    struct codelist_change to = in->to;
    struct codelist changed;
    to.metadata = object_text(cx, in->metadata);
    TRY(codelist_take(cx, in->code, cx->who->account_id, &changed));
    TRY(codelist_update(cx, &changed, &to));
    return reply_with(reply, LIST_OUT, &changed);
}

static bool retire(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct codelist gone;
    TRY(codelist_take(cx, in->code, cx->who->account_id, &gone));
    TRY(codelist_delete(cx, &gone, in->hard));
    return reply_with(reply, LIST_OUT, &gone);
}

/* ---- packages ---- */

/* What codelistpackage_write writes, for the reference. */
static const struct output PACKED_LABEL_OUT[] = {
    OUT(O_TEXT, codelistlabel, language),    OUT(O_TEXT, codelistlabel, label),
    OUT(O_TEXT, codelistlabel, description), OUT(O_BOOL, codelistlabel, is_preferred), { 0 },
};
struct packed_value { struct codelistvalue is; struct out_list labels; };
#define OUT_VALUE(type, member) OUT_AS(type, packed_value, is.member, #member)
static const struct output PACKED_VALUE_OUT[] = {
    OUT_VALUE(O_TEXT, code),       OUT_VALUE(O_TEXT, external_code),
    OUT_VALUE(O_INT, sort_order),  OUT_VALUE(O_BOOL, is_active),
    OUT_VALUE(O_TEXT, definition), OUT_VALUE(O_JSON, metadata),
    OUT(O_LIST, packed_value, labels, .of = PACKED_LABEL_OUT), { 0 },
};
static const struct output PACKED_LIST_OUT[] = {
    OUT(O_TEXT, codelist, code),          OUT(O_TEXT, codelist, name),
    OUT(O_TEXT, codelist, description),   OUT(O_TEXT, codelist, definition),
    OUT(O_TEXT, codelist, scope),         OUT(O_BOOL, codelist, is_extensible),
    OUT(O_BOOL, codelist, is_active),     OUT(O_BOOL, codelist, is_builtin),
    OUT(O_TEXT, codelist, external_code), OUT(O_TEXT, codelist, version),
    OUT(O_JSON, codelist, metadata),      { 0 },
};
struct package {
    struct str format, format_version;
    struct codelist codelist;
    struct out_list values;
};
static const struct output PACKAGE_OUT[] = {
    OUT(O_TEXT, package, format), OUT(O_TEXT, package, format_version),
    OUT(O_OBJECT, package, codelist, .of = PACKED_LIST_OUT),
    OUT(O_LIST, package, values, .of = PACKED_VALUE_OUT), { 0 },
};

static bool export(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct codelist list;
    TRY(codelist_find(cx, in->code, cx->who->account_id, &list));
    return codelistpackage_write(cx, &list, reply_js(reply));
}

struct import_in { struct jv package; };
static const struct input IMPORT_IN[] = {
    IN(BODY, T_OBJECT, import_in, package, .required = true, .about = "as export gives it"), { 0 },
};

static bool import(struct cx *cx, const void *input, struct reply *reply)
{
    const struct import_in *in = input;
    struct codelist made;
    TRY(codelistpackage_import(cx, in->package, S("[\"body\",\"package\""), &made));
    return reply_with(reply, LIST_OUT, &made);
}

const struct route codelists_routes[] = {
    { GET, "/api/v1/codelists", .need = NEED_USER, INPUT(LIST_IN, list_in), .run = list,
      .title = "List the codelists that the caller sees",
      .about = "An array: those of the system, then the account's own, by code." },
    { POST, "/api/v1/codelists", .need = NEED_ADMIN, INPUT(CREATE_IN, create_in),
      .output = LIST_OUT, .status = 201, .run = create, .title = "Create a codelist",
      .about = "Of the scope account: seen by the caller's account alone, which may not reuse the"
               " code of a list of the system. Superadmins make lists of the scope system, which"
               " everybody sees." },
    { GET, "/api/v1/codelists/{code}", .need = NEED_USER, INPUT(ONE_IN, one_in),
      .output = LIST_OUT, .run = get, .title = "Show a codelist" },
    { PATCH, "/api/v1/codelists/{code}", .need = NEED_ADMIN, INPUT(UPDATE_IN, update_in),
      .output = LIST_OUT, .run = update, .title = "Change a codelist",
      .about = "What is left out, or null, stays; the code always does." },
    { DELETE, "/api/v1/codelists/{code}", .need = NEED_ADMIN, INPUT(DELETE_IN, one_in),
      .output = LIST_OUT, .run = retire, .title = "Deactivate a codelist, or remove it",
      .about = "Removed is an account's list with its values, and a list of the system that has"
               " none." },
    { GET, "/api/v1/codelists/{code}/export", .need = NEED_ADMIN, INPUT(ONE_IN, one_in),
      .output = PACKAGE_OUT, .run = export, .title = "Export a codelist as a package" },
    { POST, "/api/v1/codelists/import", .need = NEED_SUPERADMIN, INPUT(IMPORT_IN, import_in),
      .output = LIST_OUT, .status = 201, .run = import, .alone = true,
      .title = "Import a package as a codelist of the system",
      .about = "What is there already changes, nothing is taken away; all of it or nothing." },
    { 0 },
};
