/* permissions.c — what superadmins let roles do with collections (permissions.md). */
#include "permissions.h"

#include <inttypes.h>

#include "data/rolerules.h"

#define NOT_A_LIST "Value error, Fields must be '*' or a list of field names"

/* ---- what goes out ---- */

struct grant_view { struct str rule, fields; };
static const struct output GRANT_OUT[] = {
    OUT(O_TEXT, grant_view, rule),
    OUT(O_JSON, grant_view, fields, .about = "\"*\" for every field, or their names"), { 0 },
};
struct rules_view { const struct grant_view *create, *read, *update, *delete; };
static const struct output RULES_OUT[] = {
    OUT(O_MAYBE, rules_view, create, .of = GRANT_OUT),
    OUT(O_MAYBE, rules_view, read, .of = GRANT_OUT),
    OUT(O_MAYBE, rules_view, update, .of = GRANT_OUT),
    OUT(O_MAYBE, rules_view, delete, .of = GRANT_OUT), { 0 },
};
struct permission_view {
    int64_t id, role_id; struct str collection; struct rules_view rules;
    int64_t created_at, updated_at;
};
static const struct output PERMISSION_OUT[] = {
    OUT(O_INT, permission_view, id), OUT(O_INT, permission_view, role_id),
    OUT(O_TEXT, permission_view, collection),
    OUT(O_OBJECT, permission_view, rules, .of = RULES_OUT),
    OUT(O_TIME, permission_view, created_at), OUT(O_TIME, permission_view, updated_at), { 0 },
};

static const struct grant_view *view_grant(struct cx *cx, const struct grant *grant)
{
    struct grant_view *view = arena_make(cx->mem, struct grant_view);
    if (str_absent(grant->rule))
        return NULL;
    *view = (struct grant_view){ grant->rule, grant->fields };
    if (str_eq(view->fields, S("*")))
        view->fields = S("\"*\"");
    return view;
}

static struct rules_view view_rules(struct cx *cx, const struct permission *permission)
{
    const struct grant *grants = permission->grants;
    return (struct rules_view){ view_grant(cx, &grants[PERMISSION_CREATE]),
                                view_grant(cx, &grants[PERMISSION_READ]),
                                view_grant(cx, &grants[PERMISSION_UPDATE]),
                                view_grant(cx, &grants[PERMISSION_DELETE]) };
}

static struct permission_view view_of(struct cx *cx, const struct permission *permission)
{
    return (struct permission_view){ permission->id, permission->role_id, permission->collection,
                                     view_rules(cx, permission), permission->created_at,
                                     permission->updated_at };
}

/* ---- what comes in: the members that an input table cannot describe ---- */

/* Adds a fault; at is the place of the object within the body, member what is wrong in it. */
static void wrong(struct cx *cx, struct str at, const char *member, const char *type,
                  struct str msg, struct jv input)
{
    bool is_value = str_eq(str_of(type), S("value_error"));
    fail_add_field(cx, &(struct err_field){
        .type = type, .msg = msg, .input = jv_print(cx->mem, input),
        .loc = str_fmt(cx->mem, "[\"body\"%.*s%s%s%s]", STR_ARG(at), *member != '\0' ? ",\"" : "",
                       member, *member != '\0' ? "\"" : ""),
        .ctx = is_value ? S("{\"error\":{}}") : NO_STR });
}

/* A text that is there and not blank; null is NO_STR where it may be. */
static struct str read_text(struct cx *cx, struct str at, struct jv object, const char *member,
                            bool may_be_null, const char *blank)
{
    struct jv value = jv_get(object, str_of(member));
    if (value.kind == JV_ABSENT)
        wrong(cx, at, member, "missing", S("Field required"), object);
    else if (value.kind != JV_TEXT && (value.kind != JV_NULL || !may_be_null))
        wrong(cx, at, member, "string_type", S("Input should be a valid string"), value);
    else if (value.kind == JV_TEXT && str_trim(jv_text(value)).n == 0)
        wrong(cx, at, member, "value_error", str_of(blank), value);
    return jv_text(value);
}

static bool are_names(struct jv list)
{
    for (size_t i = 0; i < jv_count(list); i++)
        if (str_trim(jv_text(jv_at(list, i))).n == 0)
            return false;
    return true;
}

static struct str read_fields(struct cx *cx, struct str at, struct jv object)
{
    struct jv value = jv_get(object, S("fields"));
    if (value.kind == JV_ABSENT || str_eq(jv_text(value), S("*")))
        return S("*");
    if (value.kind == JV_ARRAY && are_names(value))
        return jv_print(cx->mem, value);
    wrong(cx, at, "fields", "value_error", S(NOT_A_LIST), value);
    return NO_STR;
}

static struct grant read_grant(struct cx *cx, struct str at, struct jv object, bool may_be_null)
{
    struct grant grant = { .rule = read_text(cx, at, object, "rule", may_be_null,
                                             "Value error, Rule cannot be empty") };
    if (!may_be_null || jv_get(object, S("rule")).kind != JV_NULL)
        grant.fields = read_fields(cx, at, object);
    return grant;
}

static void read_rules(struct cx *cx, struct jv rules, struct grant grants[PERMISSION_OPERATIONS])
{
    size_t given = 0;
    for (int op = 0; op < PERMISSION_OPERATIONS; op++) {
        const char *word = permission_operations[op];
        struct jv rule = jv_get(rules, str_of(word));
        struct str at = str_fmt(cx->mem, ",\"rules\",\"%s\"", word);
        grants[op] = (struct grant){ NO_STR, NO_STR };
        if (rule.kind <= JV_NULL)
            continue;
        given++;
        if (rule.kind == JV_OBJECT)
            grants[op] = read_grant(cx, at, rule, false);
        else
            wrong(cx, at, "", "dict_type", S("Input should be a valid dictionary"), rule);
    }
    if (given == 0)
        wrong(cx, NO_STR, "rules", "value_error",
              S("Value error, At least one operation needs a rule"), rules);
}

static enum permission_operation read_operation(struct cx *cx, struct str at, struct jv object)
{
    struct jv value = jv_get(object, S("operation"));
    for (int op = 0; op < PERMISSION_OPERATIONS; op++)
        if (str_eq(jv_text(value), str_of(permission_operations[op])))
            return (enum permission_operation)op;
    if (value.kind == JV_ABSENT) {
        wrong(cx, at, "operation", "missing", S("Field required"), object);
        return PERMISSION_OPERATIONS;
    }
    fail_add_field(cx, &(struct err_field){
        .type = "literal_error", .loc = str_fmt(cx->mem, "[\"body\"%.*s,\"operation\"]",
                                                STR_ARG(at)),
        .msg = S("Input should be 'create', 'read', 'update' or 'delete'"),
        .input = jv_print(cx->mem, value),
        .ctx = S("{\"expected\":\"'create', 'read', 'update' or 'delete'\"}") });
    return PERMISSION_OPERATIONS;
}

static struct rolerules_update read_update(struct cx *cx, size_t i, struct jv object)
{
    struct str at = str_fmt(cx->mem, ",\"updates\",%zu", i);
    struct rolerules_update update = { .operation = PERMISSION_OPERATIONS };
    if (object.kind != JV_OBJECT) {
        wrong(cx, at, "", "model_attributes_type",
              S("Input should be a valid dictionary or object to extract fields from"), object);
        return update;
    }
    update.collection = read_text(cx, at, object, "collection", false,
                                  "Value error, Collection cannot be empty");
    update.operation = read_operation(cx, at, object);
    update.grant = read_grant(cx, at, object, true);
    return update;
}

/* ---- /permissions ---- */

struct create_in { int64_t role_id; struct str collection; struct jv rules; };
static const struct input CREATE_IN[] = {
    IN(BODY, T_INT, create_in, role_id, .required = true, .least = 1),
    IN(BODY, T_TEXT, create_in, collection, .required = true, .pattern = "[^[:space:]]",
       .about = "The name of a collection, or * for every one"),
    IN(BODY, T_OBJECT, create_in, rules, .required = true,
       .about = "create, read, update, delete: each left out (stays as it is) or an object with"
                " rule, an expression (true: every row of the account), and fields, \"*\" or a"
                " list of names"),
    { 0 },
};

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct create_in *in = input;
    struct grant grants[PERMISSION_OPERATIONS];
    struct permission permission;
    read_rules(cx, in->rules, grants);
    TRY(fail_fields(cx));
    TRY(rolerules_grant(cx, in->role_id, in->collection, grants, &permission));
    struct permission_view view = view_of(cx, &permission);
    return reply_with(reply, PERMISSION_OUT, &view);
}

struct list_out { struct out_list items; int64_t total; };
static const struct output LIST_OUT[] = {
    OUT(O_LIST, list_out, items, .of = PERMISSION_OUT), OUT(O_INT, list_out, total), { 0 },
};

static bool list(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct permission_list all;
    TRY(permission_all(cx, 0, &all));
    struct permission_view *views = arena_list(cx->mem, struct permission_view, all.n);
    for (size_t i = 0; i < all.n; i++)
        views[i] = view_of(cx, &all.at[i]);
    struct list_out out = { { views, all.n, sizeof *views }, (int64_t)all.n };
    return reply_with(reply, LIST_OUT, &out);
}

struct one_in { int64_t permission_id; };
static const struct input ONE_IN[] = { IN(PATH, T_INT, one_in, permission_id), { 0 } };

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct permission permission;
    TRY(permission_get(cx, in->permission_id, &permission));
    struct permission_view view = view_of(cx, &permission);
    return reply_with(reply, PERMISSION_OUT, &view);
}

static bool remove_one(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    TRY(permission_delete(cx, in->permission_id));
    return reply_empty(reply);
}

/* ---- /roles/{id}/permissions ---- */

struct collection_view { struct str collection, permission_id; struct rules_view rules; };
static const struct output COLLECTION_OUT[] = {
    OUT(O_TEXT, collection_view, collection),
    OUT(O_JSON, collection_view, permission_id, .about = "Null without a permission"),
    OUT_AS(O_MAYBE, collection_view, rules.create, "create", .of = GRANT_OUT),
    OUT_AS(O_MAYBE, collection_view, rules.read, "read", .of = GRANT_OUT),
    OUT_AS(O_MAYBE, collection_view, rules.update, "update", .of = GRANT_OUT),
    OUT_AS(O_MAYBE, collection_view, rules.delete, "delete", .of = GRANT_OUT), { 0 },
};
struct role_view { int64_t role_id; struct str role_name; struct out_list permissions; };
static const struct output ROLE_OUT[] = {
    OUT(O_INT, role_view, role_id), OUT(O_TEXT, role_view, role_name),
    OUT(O_LIST, role_view, permissions, .of = COLLECTION_OUT), { 0 },
};

struct role_in { int64_t role_id; };
static const struct input ROLE_IN[] = { IN(PATH, T_INT, role_in, role_id), { 0 } };

static bool show_role(struct cx *cx, const struct role_in *in, bool is_matrix, struct reply *reply)
{
    struct permission_list held;
    struct role role;
    TRY(rolerules_list(cx, in->role_id, is_matrix, &role, &held));
    struct collection_view *views = arena_list(cx->mem, struct collection_view, held.n);
    for (size_t i = 0; i < held.n; i++) {
        views[i].collection = held.at[i].collection;
        views[i].rules = view_rules(cx, &held.at[i]);
        if (held.at[i].id != 0)
            views[i].permission_id = str_fmt(cx->mem, "%" PRId64, held.at[i].id);
    }
    struct role_view out = { role.id, role.name, { views, held.n, sizeof *views } };
    return reply_with(reply, ROLE_OUT, &out);
}

static bool granted(struct cx *cx, const void *input, struct reply *reply)
{
    return show_role(cx, input, false, reply);
}

static bool matrix(struct cx *cx, const void *input, struct reply *reply)
{
    return show_role(cx, input, true, reply);
}

struct bulk_in { int64_t role_id; struct jv updates; };
static const struct input BULK_IN[] = {
    IN(PATH, T_INT, bulk_in, role_id),
    IN(BODY, T_LIST, bulk_in, updates, .required = true, .min = 1,
       .about = "Objects with collection (or *), operation (create, read, update, delete), rule"
                " (an expression; null takes the permission away), and fields (\"*\" or names)"),
    { 0 },
};
struct bulk_out { int64_t success_count, failure_count; struct out_list errors; };
static const struct output BULK_OUT[] = {
    OUT(O_INT, bulk_out, success_count), OUT(O_INT, bulk_out, failure_count),
    OUT(O_TEXTS, bulk_out, errors), { 0 },
};

static bool bulk(struct cx *cx, const void *input, struct reply *reply)
{
    const struct bulk_in *in = input;
    size_t n = jv_count(in->updates);
    struct rolerules_update *updates = arena_list(cx->mem, struct rolerules_update, n);
    struct rolerules_outcome done;
    for (size_t i = 0; i < n; i++)
        updates[i] = read_update(cx, i, jv_at(in->updates, i));
    TRY(fail_fields(cx));
    TRY(rolerules_bulk(cx, in->role_id, updates, n, &done));
    struct bulk_out out = { done.success_count, done.failure_count,
        { done.errors, (size_t)done.failure_count, sizeof *done.errors } };
    return reply_with(reply, BULK_OUT, &out);
}

const struct route permissions_routes[] = {
    { POST, "/api/v1/permissions", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      INPUT(CREATE_IN, create_in), .output = PERMISSION_OUT, .status = 201, .run = create,
      .title = "Grant a role operations on a collection",
      .about = "People of the role may do what the collection's own rule or one of the role's"
               " permissions allows; several add up. A rule is compiled against the collection now;"
               " one for * at each use, where it grants nothing if it cannot be compiled. No rule"
               " reaches beyond the account. Everybody obeys from the next request on." },
    { GET, "/api/v1/permissions", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      .output = LIST_OUT, .run = list, .title = "List the permissions of every role",
      .about = "One item for a role and a collection; its id is that of its oldest operation." },
    { GET, "/api/v1/permissions/{permission_id}", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      INPUT(ONE_IN, one_in), .output = PERMISSION_OUT, .run = show, .title = "Show a permission" },
    { DELETE, "/api/v1/permissions/{permission_id}", .need = NEED_SUPERADMIN,
      .errors = SHAPE_DETAIL, INPUT(ONE_IN, one_in), .status = 204, .run = remove_one,
      .title = "Take a permission away",
      .about = "All of its operations. One of them alone: its rule null in /permissions/bulk." },
    { GET, "/api/v1/roles/{role_id}/permissions", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(ROLE_IN, role_in), .output = ROLE_OUT, .run = granted,
      .title = "Show what a role is granted" },
    { GET, "/api/v1/roles/{role_id}/permissions/matrix", .need = NEED_SUPERADMIN,
      .errors = SHAPE_DETAIL, INPUT(ROLE_IN, role_in), .output = ROLE_OUT, .run = matrix,
      .title = "Show what a role is granted, collection by collection",
      .about = "With * first and every collection, also those without a permission." },
    { PUT, "/api/v1/roles/{role_id}/permissions/bulk", .need = NEED_SUPERADMIN,
      .errors = SHAPE_DETAIL, INPUT(BULK_IN, bulk_in), .output = BULK_OUT, .run = bulk,
      .alone = true, .title = "Change many permissions of a role",
      .about = "Each update stands alone: what is wrong with one is told in errors, and the others"
               " are done." },
    { 0 },
};
