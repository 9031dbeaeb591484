/* fieldcheck.c — what a list of fields may not say, although its shape is right. */
#include "data/fieldcheck.h"

#include "base/ident.h"
#include "data/collection.h"
#include "data/fieldoptions.h"
#include "data/searchindex.h"
#include "data/thumbsize.h"

#include <stdarg.h>
#include <stdio.h>

enum { FIELDS_MAX = 1000, COMPUTED_MAX = 10, NAME_MAX_BYTES = 64, MESSAGE_MAX = 1 << 20 };

static const struct sql COLLECTION_IS_THERE = SQL(
    "SELECT view_query FROM collections WHERE name_key = :key AND name = :name");

void fieldcheck_add(struct cx *cx, size_t i, const char *member, const char *code,
                    const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    fail_add_item(cx, str_fmt(cx->mem, "schema[%zu].%s", i, member), str_of(code), "%s", text);
}

/* System columns, ours and those that every table of PostgreSQL has; what lists add to a record. */
static bool is_reserved(struct arena *mem, struct str name)
{
    static const char *const OTHERS[] = { "account_name", "cmax", "cmin", "ctid", "tableoid",
                                          "xmax",
                                          "xmin" };
    struct str lower = str_lower(mem, name);

    for (size_t i = 0; i < COUNT(OTHERS); i++)
        if (str_eq(lower, str_of(OTHERS[i])))
            return true;
    return collection_system_column(lower);
}

static void check_name(struct cx *cx, const struct field *fields, size_t i)
{
    struct str name = fields[i].name;

    if (str_trim(name).n == 0)
        fieldcheck_add(cx, i, "name", "field_name_required", "Field name is required");
    else if (name.n > NAME_MAX_BYTES || !ident_is_name(name))
        fieldcheck_add(cx, i, "name", "field_name_invalid_format",
                       "Field name must start with a letter and contain only alphanumeric"
                       " characters and underscores");
    else if (is_reserved(cx->mem, name))
        fieldcheck_add(cx, i, "name", "field_name_reserved",
                       "Field name '%.*s' is reserved and cannot be used", STR_ARG(name));
    for (size_t before = 0; before < i; before++) {
        if (!str_eq_nocase(fields[before].name, name))
            continue;
        fieldcheck_add(cx, i, "name", "field_name_duplicate", "Duplicate field name '%.*s'",
                       STR_ARG(name));
        break;
    }
}

static void check_type(struct cx *cx, const struct field *field, size_t i)
{
    if (str_trim(field->type_name).n == 0)
        fieldcheck_add(cx, i, "type", "field_type_required", "Field type is required");
    else if (field->type == NULL)
        fieldcheck_add(cx, i, "type", "field_type_invalid",
                       "Invalid field type '%.*s'. Valid types: %.*s",
                       STR_ARG(str_sub(field->type_name, 0, 64)),
                       STR_ARG(fieldtype_names(cx->mem)));
    else if (!fieldtype_is_offered(field->type))
        fieldcheck_add(cx, i, "type", "field_type_invalid",
                       "Field type '%.*s' is not available yet", STR_ARG(field->type_name));
}

/* Whatever compares values cannot have them sealed; and a default is in the definition, for all. */
static void check_encrypted(struct cx *cx, const struct field *field, size_t i)
{
    static const char MEMBER[] = "encrypted";

    if (!field->encrypted)
        return;
    if (field->type->rule != R_JSON && !str_eq(field->type_name, S("text")))
        fieldcheck_add(cx, i, MEMBER, "encrypted_type_invalid",
                       "Only fields of type text or json can be encrypted");
    if (field->unique)
        fieldcheck_add(cx, i, MEMBER, "encrypted_no_unique", "Encrypted fields cannot be unique");
    if (field->pii)
        fieldcheck_add(cx, i, MEMBER, "encrypted_no_pii",
                       "Encrypted fields cannot be marked as personal data: nobody sees them");
    if (!str_absent(field->otherwise))
        fieldcheck_add(cx, i, MEMBER, "encrypted_no_default",
                       "Encrypted fields cannot have a default: it would be no secret");
}

static bool comes(const struct fieldcheck_names *names, struct str name)
{
    for (size_t i = 0; i < names->n; i++)
        if (str_eq(names->coming[i], name))
            return true;
    return false;
}

static bool check_target(struct cx *cx, const struct fieldcheck_names *names, struct field *field,
                         size_t i)
{
    struct rows rows SCOPED(rows_close) = { 0 };

    if (str_eq(field->collection, names->own))
        return true;
    TRY(db_query(cx, COLLECTION_IS_THERE,
                 BIND(p_text("key", str_lower(cx->mem, field->collection)),
                      p_text("name", field->collection)), &rows));
    if (rows_step(&rows)) {
        if (!rows_null(&rows, 0))
            fieldcheck_add(cx, i, "collection", "reference_to_view",
                           "Collection '%.*s' is a view: nothing can refer to it",
                           STR_ARG(str_sub(field->collection, 0, 64)));
        return true;
    }
    TRY(rows_done(&rows));
    field->target_comes = comes(names, field->collection);
    if (!field->target_comes)
        fieldcheck_add(cx, i, "collection", "reference_collection_not_found",
                       "Referenced collection '%.*s' not found",
                       STR_ARG(str_sub(field->collection, 0, 64)));
    return true;
}

static bool check_reference(struct cx *cx, const struct fieldcheck_names *names,
                            struct field *field, size_t i)
{
    if (str_trim(field->on_delete_name).n == 0)
        fieldcheck_add(cx, i, "on_delete", "reference_on_delete_required",
                       "Reference field requires 'on_delete' (cascade/set_null/restrict)");
    else if (field->on_delete == DDL_NO_REFERENCE)
        fieldcheck_add(cx, i, "on_delete", "reference_on_delete_invalid",
                       "Invalid on_delete action '%.*s'. Valid actions: cascade, set_null,"
                       " restrict",
                       STR_ARG(str_sub(field->on_delete_name, 0, 64)));
    if (str_trim(field->collection).n > 0)
        return check_target(cx, names, field, i);
    fieldcheck_add(cx, i, "collection", "reference_collection_required",
                   "Reference field requires 'collection' (target collection name)");
    return true;
}

static void check_list(struct cx *cx, const struct field *field, size_t i)
{
    if (field->unique && fieldtype_is_many(field->type))
        fieldcheck_add(cx, i, "unique", "unique_not_allowed",
                       "A field of several values cannot be unique");
}

static bool check_default(struct cx *cx, struct field *field, size_t i)
{
    struct jv value;
    struct jv_fault parse;
    struct type_fault fault;

    field->default_value = p_null(NULL);
    if (str_absent(field->otherwise))
        return true;
    if (!jv_parse(cx, field->otherwise, &value, &parse))
        return broken(cx, "a default written as JSON cannot be read: %s", parse.reason);
    if (!field->type->read(cx, field, value, &field->default_value, &fault))
        fieldcheck_add(cx, i, "default", "default_invalid", "%.*s", STR_ARG(fault.message));
    return true;
}

static void check_expression(struct cx *cx, const struct field *field, enum rule_type type,
                             const struct rule_names *columns, size_t i)
{
    const struct rule_computed *computed;
    struct rule_fault fault;

    if (str_absent(field->expression) || field->expression.n == 0)
        fieldcheck_add(cx, i, "expression", "computed_field_expression_required",
                       "Computed field requires 'expression'");
    else if (!rule_compute(cx->mem, field->expression, type, columns, &computed, &fault))
        fieldcheck_add(cx, i, "expression", "computed_field_expression_invalid",
                       "Invalid expression syntax: %.*s", STR_ARG(fault.message));
}

static void check_computed(struct cx *cx, const struct field *field,
                           const struct rule_names *columns, size_t i)
{
    enum rule_type type;

    if (field->required)
        fieldcheck_add(cx, i, "required", "computed_field_no_required",
                       "Computed field cannot be required");
    if (!str_absent(field->otherwise))
        fieldcheck_add(cx, i, "default", "computed_field_no_default",
                       "Computed field cannot have a default value");
    if (field->unique)
        fieldcheck_add(cx, i, "unique", "computed_field_no_unique",
                       "Computed field cannot be unique");
    if (str_trim(field->return_type).n == 0)
        fieldcheck_add(cx, i, "return_type", "computed_field_return_type_required",
                       "Computed field requires 'return_type' (boolean/datetime/number/text)");
    else if (!field_returns(field->return_type, &type))
        fieldcheck_add(cx, i, "return_type", "computed_field_return_type_invalid",
                       "Invalid return_type '%.*s'. Valid types: boolean, datetime, number, text",
                       STR_ARG(str_sub(field->return_type, 0, 64)));
    check_expression(cx, field, field_values(field), columns, i);
}

/* Once all are known: what is added in the same request can be read. */
static void check_all_computed(struct cx *cx, const struct field *fields, size_t n)
{
    struct rule_names columns = { .at = NULL };
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        if (fields[i].type == NULL || !field_is_computed(&fields[i]))
            continue;
        if (count++ == 0)
            columns = collection_columns(cx->mem, fields, n);
        check_computed(cx, &fields[i], &columns, i);
    }
    if (count > COMPUTED_MAX)
        fail_add_item(cx, S("schema"), S("too_many_computed_fields"),
                      "Collection cannot have more than %d computed fields (found %zu)",
                      COMPUTED_MAX, count);
}

static void check_searchable(struct cx *cx, const struct field *fields, size_t i)
{
    size_t n = 0;

    if (!fields[i].searchable)
        return;
    for (size_t before = 0; before < i; before++)
        n += fields[before].searchable;
    if (fields[i].encrypted)
        fieldcheck_add(cx, i, "searchable", "searchable_encrypted",
                       "Encrypted fields cannot be searchable");
    else if (!searchindex_takes(&fields[i]))
        fieldcheck_add(cx, i, "searchable", "searchable_type",
                       "Fields of type '%.*s' cannot be searchable",
                       STR_ARG(fields[i].type_name));
    else if (n == FULLTEXT_FIELDS)
        fieldcheck_add(cx, i, "searchable", "too_many_searchable_fields",
                       "Collection cannot have more than %d searchable fields", FULLTEXT_FIELDS);
}

static bool check_one(struct cx *cx, const struct fieldcheck_names *names, struct field *fields,
                      size_t i)
{
    struct field *field = &fields[i];

    check_name(cx, fields, i);
    check_type(cx, field, i);
    if (field->type != NULL)
        check_searchable(cx, fields, i);
    if (field->type == NULL || !fieldtype_is_offered(field->type))
        return true;
    check_encrypted(cx, field, i);
    if (field_is_computed(field)) {
        field->default_value = p_null(NULL);
        return true;
    }
    if (field->type->rule == R_REFERENCE)
        TRY(check_reference(cx, names, field, i));
    TRY(fieldoptions_check(cx, field, i));
    TRY(thumbsize_check(cx, field, i));
    check_list(cx, field, i);
    return check_default(cx, field, i);
}

bool fieldcheck_list(struct cx *cx, const struct fieldcheck_names *names, struct field *fields,
                     size_t n)
{
    if (n > FIELDS_MAX) {
        fail_add_item(cx, S("schema"), S("schema_too_large"),
                      "Schema cannot define more than %d fields", FIELDS_MAX);
        return true;
    }
    if (n == 0)
        fail_add_item(cx, S("schema"), S("schema_empty"),
                      "Schema must define at least one field");
    for (size_t i = 0; i < n; i++)
        TRY(check_one(cx, names, fields, i));
    check_all_computed(cx, fields, n);
    return true;
}

bool fieldcheck_refuse(struct cx *cx, const char *prefix)
{
    struct buf message, body;
    struct js js;

    if (cx->err.item_count == 0)
        return true;
    buf_init(&message, cx->mem, MESSAGE_MAX);
    buf_fmt(&message, "%s: ", prefix);
    for (size_t i = 0; i < cx->err.item_count; i++)
        buf_fmt(&message, "%s%.*s: %.*s", i > 0 ? "; " : "", STR_ARG(cx->err.items[i].field),
                STR_ARG(cx->err.items[i].message));
    buf_init(&body, cx->mem, 4 * MESSAGE_MAX);
    js_init(&js, &body);
    js_object(&js, NULL);
    js_text(&js, "error", S("Validation error"));
    js_text(&js, "message", buf_text(&message));
    js_array(&js, "details");
    for (size_t i = 0; i < cx->err.item_count; i++) {
        js_object(&js, NULL);
        js_text(&js, "field", cx->err.items[i].field);
        js_text(&js, "message", cx->err.items[i].message);
        js_text(&js, "code", cx->err.items[i].code);
        js_end(&js);
    }
    js_end(&js);
    js_end(&js);
    return fail_body(cx, E_INVALID, str_c(cx->mem, buf_text(&message)), buf_text(&body));
}
