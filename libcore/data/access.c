/* access.c — what a caller may do with a collection: which rows, which fields. */
#include "data/access.h"

#include <stdlib.h>
#include <string.h>

#include "base/settings.h"
#include "data/macrobook.h"
#include "data/relations.h"
#include "identity/permission.h"

static const struct jv NO_DATA = { .kind = JV_ABSENT };
static const enum permission_operation PERMISSIONS[OP_COUNT] = {
    [OP_LIST] = PERMISSION_READ,     [OP_VIEW] = PERMISSION_READ,
    [OP_CREATE] = PERMISSION_CREATE, [OP_UPDATE] = PERMISSION_UPDATE,
    [OP_DELETE] = PERMISSION_DELETE,
};
static const enum rule_use USES[OP_COUNT] = {
    [OP_LIST] = RULE_LIST,     [OP_VIEW] = RULE_VIEW,     [OP_CREATE] = RULE_CREATE,
    [OP_UPDATE] = RULE_UPDATE, [OP_DELETE] = RULE_DELETE,
};

/* --- grants ----------------------------------------------------------------------------------- */

/* A rule that does not compile grants nothing; rule NULL with no text is the public one. */
static bool add_grant(struct cx *cx, struct access *access, const struct rule *rule,
                      const struct field_list *list)
{
    if (access->n == ACCESS_GRANTS)
        return broken(cx, "more than %d grants", ACCESS_GRANTS);
    access->grants[access->n++] = (struct access_grant){
        .rule = rule, .list = list == NULL || list->all ? NULL : list,
    };
    return true;
}

/* In place. */
static void fold_grants(struct cx *cx, struct access *access)
{
    size_t kept = 0;

    for (size_t i = 0; i < access->n; i++) {
        struct access_grant grant = access->grants[i];
        enum rule_verdict verdict = grant.rule == NULL
                                        ? RULE_ALWAYS : rule_fold(cx, grant.rule, &access->caller);
        if (verdict == RULE_NEVER)
            continue;
        if (verdict == RULE_ALWAYS)
            grant.rule = NULL;
        access->grants[kept++] = grant;
    }
    access->n = kept;
}

static bool add_collection_rule(struct cx *cx, struct access *access)
{
    const struct collection *c = access->collection;
    enum operation op = access->operation;
    const struct field_list *list = op < OP_DELETE ? &c->lists[op] : NULL;

    if (str_absent(c->rules[op]))
        return true;
    access->answer = ACCESS_GRANTED;
    if (c->rules[op].n == 0)
        return add_grant(cx, access, NULL, list);
    if (access->caller.who->kind == ACTOR_ANONYMOUS) {
        access->answer = ACCESS_SIGN_IN;
        return true;
    }
    if (c->parsed[op] == NULL) {
        access->answer = ACCESS_INVALID;
        return true;
    }
    return add_grant(cx, access, c->parsed[op], list);
}

/* Stored lists are "*" or a JSON array of texts; anything else names nothing. */
static struct field_list *read_list(struct cx *cx, struct str text)
{
    struct field_list *list = arena_make(cx->mem, struct field_list);
    struct jv_fault fault;
    struct str *names;
    struct jv array;

    list->text = text;
    list->all = str_eq(text, S("*"));
    if (list->all || !jv_parse(cx, text, &array, &fault))
        return list;
    names = arena_list(cx->mem, struct str, jv_count(array));
    for (size_t i = 0; i < jv_count(array); i++) {
        struct str name = jv_text(jv_at(array, i));
        if (!str_absent(name))
            names[list->n++] = name;
    }
    list->names = names;
    return list;
}

static bool add_permissions(struct cx *cx, struct access *access)
{
    const struct collection *c = access->collection;
    const struct rule_macros macros = macrobook_kept(cx);
    const struct rule_relations relations = relations_kept(cx);
    struct rule_names names = c->names;
    struct grants grants = { 0 };

    names.macros = &macros;
    names.relations = &relations;
    if (access->caller.who->kind != ACTOR_USER || str_absent(access->caller.who->role))
        return true;
    TRY(permission_grants(cx, access->caller.who->role, c->name, PERMISSIONS[access->operation],
                          &grants));
    for (size_t i = 0; i < grants.n; i++) {
        struct rule_fault fault;
        struct rule *rule;
        if (!rule_read(cx->mem, grants.at[i].rule, USES[access->operation], &names, &rule,
                       &fault)) {
            TRY(cx->err.kind == E_NONE);
            if (access->answer != ACCESS_GRANTED)
                access->answer = ACCESS_INVALID;
            continue;
        }
        access->answer = ACCESS_GRANTED;
        TRY(add_grant(cx, access, rule, read_list(cx, grants.at[i].fields)));
    }
    return true;
}

static struct param data_value(struct cx *cx, struct jv value)
{
    switch (value.kind) {
    case JV_BOOL:
        return p_bool(NULL, jv_bool(value));
    case JV_INT:
    case JV_REAL:
        return p_real(NULL, jv_real(value));
    case JV_TEXT:
        return p_text(NULL, jv_text(value));
    case JV_ARRAY:
    case JV_OBJECT:
        return p_text(NULL, jv_print(cx->mem, value));
    default:
        return p_null(NULL);
    }
}

struct rule_data *access_values(struct cx *cx, struct jv object, size_t *n)
{
    struct rule_data *values = arena_list(cx->mem, struct rule_data, jv_count(object) + 1);
    struct jv value;

    *n = 0;
    for (struct jv_each e = jv_each(object); jv_next(&e, &values[*n].field, &value); (*n)++)
        values[*n].value = data_value(cx, value);
    return values;
}

static bool permission_of(struct str word, enum permission_operation *out)
{
    static const struct { struct str word; enum permission_operation operation; } WORDS[] = {
        { S_INIT("create"), PERMISSION_CREATE }, { S_INIT("read"), PERMISSION_READ },
        { S_INIT("list"), PERMISSION_READ },     { S_INIT("view"), PERMISSION_READ },
        { S_INIT("update"), PERMISSION_UPDATE }, { S_INIT("delete"), PERMISSION_DELETE },
    };

    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (str_eq_nocase(WORDS[i].word, word)) {
            *out = WORDS[i].operation;
            return true;
        }
    return false;
}

/* @has_permission: whether the caller's role has any grant of the kind. */
static bool may(void *state, struct str word, struct str collection)
{
    struct cx *cx = state;
    enum permission_operation operation;
    struct grants grants = { 0 };

    return cx->who->kind == ACTOR_USER && permission_of(word, &operation)
        && permission_grants(cx, cx->who->role, collection, operation, &grants) && grants.n > 0;
}

struct rule_caller access_caller(struct cx *cx, struct jv data)
{
    struct rule_caller caller = { .who = cx->who, .may = may, .state = cx };

    if (data.kind == JV_OBJECT)
        caller.data = access_values(cx, data, &caller.data_count);
    return caller;
}

/* What is submitted for an encrypted field is no rule's to know. */
static void give_data(struct cx *cx, const struct collection *collection, struct jv data,
                      struct rule_caller *caller)
{
    struct rule_data *values;

    if (data.kind != JV_OBJECT)
        return;
    values = access_values(cx, data, &caller->data_count);
    for (size_t i = 0; i < caller->data_count; i++) {
        const struct field *field = collection_field(collection, values[i].field);
        if (field != NULL && field->encrypted)
            values[i].value = p_null(NULL);
    }
    caller->data = values;
}

bool access_gather(struct cx *cx, const struct collection *collection, enum operation operation,
                   struct jv data, struct access *out)
{
    *out = (struct access){
        .collection = collection,
        .operation = operation,
        .account_id = cx->who->is_superadmin ? NO_STR : cx->who->account_id,
        .is_masked = !cx->who->is_superadmin && !cx->who->sees_pii,
        .caller = { .who = cx->who },
    };
    if (cx->who->is_superadmin) {
        out->n = 1;
        return true;
    }
    if (str_absent(out->account_id))
        return broken(cx, "a caller without an account reached the records");
    if (collection == NULL) {
        out->answer = ACCESS_NO_RULES;
        return true;
    }
    out->caller = access_caller(cx, NO_DATA);
    give_data(cx, collection, data, &out->caller);
    out->answer = collection->has_rules ? ACCESS_LOCKED : ACCESS_NO_RULES;
    TRY(add_collection_rule(cx, out));
    return add_permissions(cx, out);
}

void access_fold(struct cx *cx, const struct access *gathered, struct access *out)
{
    *out = *gathered;
    out->caller = access_caller(cx, NO_DATA);
    fold_grants(cx, out);
}

bool access_open(struct cx *cx, const struct collection *collection, enum operation operation,
                 struct jv data, struct access *out)
{
    TRY(access_gather(cx, collection, operation, data, out));
    fold_grants(cx, out);
    return true;
}

bool access_allowed(struct cx *cx, const struct access *access, struct str name)
{
    const char *word = collection_operations[access->operation];

    switch (access->answer) {
    case ACCESS_GRANTED:
        return true;
    case ACCESS_NO_RULES:
        return fail_detail(cx, E_FORBIDDEN, "Permission denied for %s on %.*s (no rules defined)",
                           word, STR_ARG(name));
    case ACCESS_LOCKED:
        return fail_detail(cx, E_FORBIDDEN, "Access denied: %s is locked for this collection",
                           word);
    case ACCESS_SIGN_IN:
        fail_detail(cx, E_UNAUTHENTICATED, "Authentication required to access this resource");
        cx->err.challenge = true;
        return false;
    case ACCESS_INVALID:
        break;
    }
    return fail_detail(cx, E_FORBIDDEN, "Access denied: invalid rule for this collection");
}

/* --- rows ------------------------------------------------------------------------------------- */

bool access_is_conditional(const struct access *access)
{
    for (size_t i = 0; i < access->n; i++)
        if (access->grants[i].rule == NULL)
            return false;
    return true;
}

void access_where_tenant(struct qb *q, const struct access *access)
{
    if (str_absent(access->account_id)) {
        qb_lit(q, SQL_OF(" WHERE 1 = 1"));
        return;
    }
    qb_lit(q, SQL_OF(" WHERE "));
    qb_column(q, q->row, S("account_id"));
    qb_lit(q, SQL_OF(" = "));
    qb_value(q, p_text(NULL, access->account_id));
}

static bool put_conditions(struct qb *q, const struct access *access, const bool *chosen)
{
    bool first = true;

    qb_lit(q, SQL_OF("("));
    for (size_t i = 0; i < access->n; i++) {
        if (!chosen[i])
            continue;
        if (!first)
            qb_lit(q, SQL_OF(" OR "));
        first = false;
        TRY(rule_sql(q, access->grants[i].rule, &access->caller));
    }
    qb_lit(q, SQL_OF(")"));
    return true;
}

static const bool ALL_GRANTS[ACCESS_GRANTS] = { true, true, true, true, true, true, true, true };

bool access_and_grants(struct qb *q, const struct access *access)
{
    if (!access_is_conditional(access))
        return true;
    if (access->n == 0) {
        qb_lit(q, SQL_OF(" AND 1 = 0"));
        return true;
    }
    qb_lit(q, SQL_OF(" AND "));
    return put_conditions(q, access, ALL_GRANTS);
}

bool access_verdict(struct qb *q, const struct access *access)
{
    if (!access_is_conditional(access) || access->n == 0) {
        qb_lit(q, access->n == 0 ? SQL_OF(", 0") : SQL_OF(", 1"));
        return true;
    }
    qb_lit(q, SQL_OF(", CASE WHEN "));
    TRY(put_conditions(q, access, ALL_GRANTS));
    qb_lit(q, SQL_OF(" THEN 1 ELSE 0 END"));
    return true;
}

/* --- fields ----------------------------------------------------------------------------------- */

static const struct rule_name *name_of(const struct access *access, const struct field *field)
{
    return collection_name_of(access->collection, field);
}

static bool grant_lists(const struct access_grant *grant, struct str name)
{
    return grant->list == NULL || collection_list_has(grant->list, name);
}

/* A computed field is given by who gives all that it is computed from as well. */
static bool grant_gives(const struct access *access, const struct access_grant *grant,
                        const struct field *field)
{
    const struct rule_computed *computed = name_of(access, field)->computed;
    bool gives = grant_lists(grant, field->name);

    for (size_t i = 0; computed != NULL && gives && i < computed->read_count; i++)
        gives = collection_system_column(computed->reads[i]->name)
             || grant_lists(grant, computed->reads[i]->name);
    return gives;
}

/* Computed from what this caller sees masked, and not declared to be masked itself. */
static bool would_reveal(const struct access *access, const struct field *field)
{
    const struct rule_computed *computed = name_of(access, field)->computed;
    bool reveals = false;

    if (computed == NULL || !access->is_masked || field->pii)
        return false;
    for (size_t i = 0; i < computed->read_count && !reveals; i++) {
        const struct field *read = collection_field(access->collection, computed->reads[i]->name);
        reveals = read != NULL && read->pii;
    }
    return reveals;
}

bool access_gives(const struct access *access, const struct field *field)
{
    for (size_t i = 0; i < access->n && !would_reveal(access, field); i++)
        if (grant_gives(access, &access->grants[i], field))
            return true;
    return false;
}

bool access_gives_all(const struct access *access)
{
    for (size_t i = 0; i < access->n; i++)
        if (access->grants[i].list != NULL)
            return false;
    return access->n > 0;
}

/* Whether every row that can be seen was granted by somebody who gives the field as well. */
static bool is_always_given(const struct access *access, const struct field *field)
{
    bool all = true;

    if (would_reveal(access, field))
        return false;
    for (size_t i = 0; i < access->n; i++) {
        bool gives = grant_gives(access, &access->grants[i], field);
        if (gives && access->grants[i].rule == NULL)
            return true;
        all = all && gives;
    }
    return all;
}

bool access_gives_always(const struct access *access, const struct field *field)
{
    return access->n > 0 && is_always_given(access, field);
}

static bool put_guard(struct qb *q, const struct access *access, const struct field *field)
{
    bool chosen[ACCESS_GRANTS] = { false };

    for (size_t i = 0; i < access->n; i++)
        chosen[i] = grant_gives(access, &access->grants[i], field);
    qb_lit(q, SQL_OF("CASE WHEN "));
    return put_conditions(q, access, chosen);
}

/* Of an encrypted one, whether there is a value: what is sealed stays in the table. */
static void put_value(struct qb *q, const struct field *field, const struct rule_name *name)
{
    if (field->encrypted)
        qb_lit(q, SQL_OF("CASE WHEN "));
    rule_put(q, name);
    if (field->encrypted)
        qb_lit(q, SQL_OF(" IS NOT NULL THEN '*' END"));
}

bool access_column(struct qb *q, const struct access *access, const struct field *field)
{
    const struct rule_name *name = name_of(access, field);

    if (is_always_given(access, field)) {
        put_value(q, field, name);
        return true;
    }
    TRY(put_guard(q, access, field));
    qb_lit(q, SQL_OF(" THEN "));
    put_value(q, field, name);
    qb_lit(q, SQL_OF(" END"));
    return true;
}

bool access_shows(struct qb *q, const struct access *access, const struct field *field)
{
    TRY(put_guard(q, access, field));
    qb_lit(q, SQL_OF(" THEN 1 ELSE 0 END"));
    return true;
}

static bool hides_values(const struct access *access)
{
    for (size_t i = 0; i < access->collection->field_count && access->is_masked; i++)
        if (access->collection->fields[i].pii)
            return true;
    return false;
}

bool access_names_all(const struct access *access)
{
    return access_gives_all(access) && !hides_values(access);
}

/* A field that only some rows show would be told by filtering on it: it is hidden as well. */
struct rule_names access_names(struct cx *cx, const struct access *access)
{
    const struct collection *c = access->collection;
    struct rule_name *names;

    if (access_names_all(access))
        return c->names;
    names = arena_list(cx->mem, struct rule_name, c->names.n);
    memcpy(names, c->names.at, c->names.n * sizeof(*names));
    for (size_t i = 0; i < c->field_count; i++) {       /* they come first, in schema order       */
        names[i].hidden = !is_always_given(access, &c->fields[i]);
        names[i].masked = c->fields[i].pii && access->is_masked;
        if (names[i].masked && cx->set->pii_strict)
            names[i].refused = "is masked";
    }
    return (struct rule_names){ .collection = c->name, .at = names, .n = c->names.n };
}

/* --- keys of a write -------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void sort_names(struct str *names, size_t n)
{
    if (n > 1)
        qsort(names, n, sizeof(*names), compare_names);
}

static void write_names(struct js *js, const char *key, const struct str *names, size_t n)
{
    js_array(js, key);
    for (size_t i = 0; i < n; i++)
        js_text(js, NULL, names[i]);
    js_end(js);
}

static struct str join_names(struct cx *cx, const struct str *names, size_t n)
{
    struct buf out;

    buf_init(&out, cx->mem, SIZE_MAX);
    for (size_t i = 0; i < n; i++) {
        buf_str(&out, i > 0 ? S(", ") : S(""));
        buf_str(&out, names[i]);
    }
    return buf_text(&out);
}

/* Every name that some grant allows, sorted, each once. */
static size_t allowed_names(struct cx *cx, const struct access *access, struct str **out)
{
    size_t room = 0, n = 0, kept = 0;
    struct str *names;

    for (size_t i = 0; i < access->n; i++)
        room += access->grants[i].list != NULL ? access->grants[i].list->n : 0;
    names = arena_list(cx->mem, struct str, room);
    for (size_t i = 0; i < access->n; i++)
        for (size_t f = 0; access->grants[i].list != NULL && f < access->grants[i].list->n; f++)
            names[n++] = access->grants[i].list->names[f];
    sort_names(names, n);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || !str_eq(names[kept - 1], names[i]))
            names[kept++] = names[i];
    *out = names;
    return kept;
}

/* compat: E4 has an object under detail; error and message beside it are for the SDK's users. */
static bool refuse_keys(struct cx *cx, const struct access *access, struct str *keys, size_t n,
                        bool is_system)
{
    struct str *allowed, message;
    struct buf body;
    struct js js;
    size_t count;

    sort_names(keys, n);
    message = str_fmt(cx->mem, is_system ? "Cannot %s system fields via API: %.*s"
                                         : "Permission denied to %s fields: %.*s",
                      collection_operations[access->operation], STR_ARG(join_names(cx, keys, n)));
    buf_init(&body, cx->mem, SIZE_MAX);
    js_init(&js, &body);
    js_object(&js, NULL);
    js_text(&js, "error", S("Field access denied"));
    js_text(&js, "message", message);
    js_object(&js, "detail");
    js_text(&js, "error", S("Field access denied"));
    js_text(&js, "message", message);
    write_names(&js, "unauthorized_fields", keys, n);
    js_text(&js, "field_type", is_system ? S("system") : S("restricted"));
    if (!is_system) {
        count = allowed_names(cx, access, &allowed);
        write_names(&js, "allowed_fields", allowed, count);
    }
    js_end(&js);
    js_end(&js);
    return fail_body(cx, E_UNPROCESSABLE, str_c(cx->mem, message), buf_text(&body));
}

static bool may_write(const struct access *access, struct str name)
{
    for (size_t i = 0; i < access->n; i++)
        if (grant_lists(&access->grants[i], name))
            return true;
    return access->n == 0;      /* no row can match, which is the answer to give */
}

bool access_keys(struct cx *cx, const struct access *access, struct jv body, bool may_target)
{
    size_t count = jv_count(body), systems = 0, others = 0;
    struct str *system = arena_list(cx->mem, struct str, count + 1);
    struct str *other = arena_list(cx->mem, struct str, count + 1);
    struct str key;
    struct jv value;

    for (struct jv_each e = jv_each(body); jv_next(&e, &key, &value);) {
        if (collection_system_column(key)) {
            if (!may_target || !str_eq(key, S("account_id")))
                system[systems++] = key;
        } else if (!may_write(access, key)) {
            other[others++] = key;
        }
    }
    if (systems > 0)
        return refuse_keys(cx, access, system, systems, true);
    return others == 0 || refuse_keys(cx, access, other, others, false);
}

/* --- the reply of a write --------------------------------------------------------------------- */

bool access_reply(struct cx *cx, const struct access *write, struct access *out)
{
    struct access view;

    *out = *write;
    for (size_t i = 0; i < out->n; i++)
        out->grants[i].rule = NULL;
    if (access_gives_all(out))
        return true;
    TRY(access_open(cx, write->collection, OP_VIEW, (struct jv){ .kind = JV_ABSENT }, &view));
    if (view.answer != ACCESS_GRANTED)
        return true;
    out->caller = view.caller;
    for (size_t i = 0; i < view.n; i++) {
        if (out->n == ACCESS_GRANTS)
            return broken(cx, "more than %d grants", ACCESS_GRANTS);
        out->grants[out->n++] = view.grants[i];
    }
    return true;
}
