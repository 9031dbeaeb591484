/* field.c — one field of a collection: read from a request, kept and written as JSON. */
#include "data/field.h"

#include <inttypes.h>

#include "audit/mask.h"
#include "base/utf8.h"
#include "data/fieldoptions.h"

enum { NAME_MAX_CHARS = 64, STORE_MAX = 1 << 26 };

static const struct { struct str name; enum ddl_on_delete action; } ACTIONS[] = {
    { S_INIT("cascade"), DDL_CASCADE },
    { S_INIT("set_null"), DDL_SET_NULL },
    { S_INIT("restrict"), DDL_RESTRICT },
};

static enum ddl_on_delete action_of(struct str name)
{
    for (size_t i = 0; i < COUNT(ACTIONS); i++)
        if (str_eq(ACTIONS[i].name, name))
            return ACTIONS[i].action;
    return DDL_NO_REFERENCE;
}

struct str field_table(struct arena *mem, struct str collection)
{
    return str_fmt(mem, "col_%.*s", STR_ARG(str_lower(mem, collection)));
}

static const struct { struct str name; enum rule_type type; } RETURNS[] = {
    { S_INIT("text"), R_TEXT }, { S_INIT("number"), R_NUMBER }, { S_INIT("boolean"), R_BOOLEAN },
    { S_INIT("datetime"), R_DATETIME },
};

bool field_returns(struct str name, enum rule_type *out)
{
    for (size_t i = 0; i < COUNT(RETURNS); i++)
        if (str_eq(RETURNS[i].name, name)) {
            *out = RETURNS[i].type;
            return true;
        }
    *out = R_TEXT;
    return false;
}

bool field_is_computed(const struct field *field)
{
    return field->type->rule == R_COMPUTED;
}

enum rule_type field_values(const struct field *field)
{
    enum rule_type type = field->type->rule;

    if (type == R_COMPUTED)
        (void)field_returns(field->return_type, &type);
    return type;
}

bool field_has_link(const struct field *field)
{
    return field->type->rule == R_REFERENCE && fieldtype_is_many(field->type);
}

struct str field_link(struct arena *mem, struct str collection, struct str field)
{
    struct str of = str_lower(mem, collection), by = str_lower(mem, field);
    struct str whole = str_fmt(mem, "%.*s.%.*s", STR_ARG(of), STR_ARG(by));

    return str_fmt(mem, "link_%.*s_%.*s_%016" PRIx64, STR_ARG(str_sub(of, 0, 24)),
                   STR_ARG(str_sub(by, 0, 16)), str_hash(whole));
}

/* What follows from what a field says: its type, its action, the table it refers to. */
static void resolve(struct arena *mem, struct jv options, struct field *field)
{
    field->type = fieldtype_find(field->type_name);
    if (field->type == NULL)
        return;
    fieldoptions_read(mem, options, field);
    if (field->type->rule != R_REFERENCE)
        return;
    field->on_delete = action_of(field->on_delete_name);
    if (!str_absent(field->collection))
        field->target_table = field_table(mem, field->collection);
}

/* The members of a stored field that are texts. */
static const struct { struct str key; size_t offset; } TEXTS[] = {
    { S_INIT("name"), offsetof(struct field, name) },
    { S_INIT("type"), offsetof(struct field, type_name) },
    { S_INIT("collection"), offsetof(struct field, collection) },
    { S_INIT("on_delete"), offsetof(struct field, on_delete_name) },
    { S_INIT("mask_type"), offsetof(struct field, mask_type) },
    { S_INIT("expression"), offsetof(struct field, expression) },
    { S_INIT("return_type"), offsetof(struct field, return_type) },
};
static const struct { struct str key; size_t offset; } FLAGS[] = {
    { S_INIT("required"), offsetof(struct field, required) },
    { S_INIT("unique"), offsetof(struct field, unique) },
    { S_INIT("pii"), offsetof(struct field, pii) },
    { S_INIT("encrypted"), offsetof(struct field, encrypted) },
    { S_INIT("searchable"), offsetof(struct field, searchable) },
};

static struct str *text_of(struct field *field, size_t offset)
{
    return (struct str *)(void *)((char *)field + offset);
}

static bool *flag_of(struct field *field, size_t offset)
{
    return (bool *)(void *)((char *)field + offset);
}

/* JSON text of a value that is there, or no text: null and absent are the same here. */
static struct str kept(struct arena *mem, struct jv value)
{
    return value.kind == JV_ABSENT || value.kind == JV_NULL ? NO_STR : jv_print(mem, value);
}

static bool load_one(struct cx *cx, struct arena *mem, struct jv from, struct field *field)
{
    struct jv otherwise = jv_get(from, S("default"));
    struct type_fault fault;

    for (size_t i = 0; i < COUNT(TEXTS); i++)
        *text_of(field, TEXTS[i].offset) = str_copy(mem, jv_text(jv_get(from, TEXTS[i].key)));
    for (size_t i = 0; i < COUNT(FLAGS); i++)
        *flag_of(field, FLAGS[i].offset) = jv_bool(jv_get(from, FLAGS[i].key));
    field->otherwise = kept(mem, otherwise);
    field->options = kept(mem, jv_get(from, S("options")));
    resolve(mem, jv_get(from, S("options")), field);
    if (field->type == NULL || !fieldtype_is_offered(field->type))
        return broken(cx, "field %.*s has the type %.*s", STR_ARG(field->name),
                      STR_ARG(field->type_name));
    field->default_value = p_null(NULL);
    if (!str_absent(field->otherwise) && field->type->read != NULL
        && !field->type->read(cx, field, otherwise, &field->default_value, &fault))
        return broken(cx, "the default of field %.*s does not fit", STR_ARG(field->name));
    field->default_value.text = str_copy(mem, field->default_value.text);
    return true;
}

bool field_load(struct cx *cx, struct arena *mem, struct str json, struct field **out, size_t *n)
{
    struct jv list;
    struct jv_fault fault;

    if (!jv_parse(cx, json, &list, &fault) || list.kind != JV_ARRAY)
        return broken(cx, "a stored schema is no JSON array");
    *n = jv_count(list);
    *out = arena_list(mem, struct field, *n);
    for (size_t i = 0; i < *n; i++)
        TRY(load_one(cx, mem, jv_at(list, i), &(*out)[i]));
    return true;
}

/* Where in the body a request is being read, for the 422 items. */
struct place { struct cx *cx; const char *key; size_t i; };

static struct str place_loc(const struct place *at, const char *member)
{
    return member == NULL
        ? str_fmt(at->cx->mem, "[\"body\",\"%s\",%zu]", at->key, at->i)
        : str_fmt(at->cx->mem, "[\"body\",\"%s\",%zu,\"%s\"]", at->key, at->i, member);
}

static void wrong(const struct place *at, const char *member, const char *type, struct str msg,
                  struct jv input, struct str ctx)
{
    struct err_field item = {
        .type = type, .loc = place_loc(at, member), .msg = msg, .ctx = ctx,
        .input = input.kind == JV_ABSENT ? NO_STR : jv_print(at->cx->mem, input),
    };
    fail_add_field(at->cx, &item);
}

static struct str read_text(const struct place *at, struct jv from, const char *key)
{
    struct jv value = jv_get(from, str_of(key));

    if (value.kind != JV_TEXT && value.kind != JV_NULL && value.kind != JV_ABSENT)
        wrong(at, key, "string_type", S("Input should be a valid string"), value, NO_STR);
    return jv_text(value);
}

static struct str read_needed(const struct place *at, struct jv from, const char *key)
{
    struct jv value = jv_get(from, str_of(key));

    if (value.kind == JV_ABSENT)
        wrong(at, key, "missing", S("Field required"), from, NO_STR);
    else if (value.kind == JV_NULL)
        wrong(at, key, "string_type", S("Input should be a valid string"), value, NO_STR);
    return read_text(at, from, key);
}

static bool read_flag(const struct place *at, struct jv from, const char *key)
{
    struct jv value = jv_get(from, str_of(key));

    if (value.kind == JV_INT && (jv_int(value) == 0 || jv_int(value) == 1))
        return jv_int(value) == 1;
    if (value.kind == JV_TEXT || value.kind == JV_INT || value.kind == JV_REAL)
        wrong(at, key, "bool_parsing",
              S("Input should be a valid boolean, unable to interpret input"), value, NO_STR);
    else if (value.kind != JV_BOOL && value.kind != JV_ABSENT)
        wrong(at, key, "bool_type", S("Input should be a valid boolean"), value, NO_STR);
    return jv_bool(value);
}

static void read_name(const struct place *at, struct jv from, struct field *field)
{
    field->name = read_needed(at, from, "name");
    if (str_absent(field->name))
        return;
    if (field->name.n == 0)
        wrong(at, "name", "string_too_short", S("String should have at least 1 character"),
              jv_get(from, S("name")), S("{\"min_length\":1}"));
    else if (utf8_count(field->name) > NAME_MAX_CHARS)
        wrong(at, "name", "string_too_long", S("String should have at most 64 characters"),
              jv_get(from, S("name")), S("{\"max_length\":64}"));
}

static void read_options(const struct place *at, struct jv from, struct field *field)
{
    struct jv value = jv_get(from, S("options"));

    field->options = kept(at->cx->mem, value);
    if (!str_absent(field->options) && value.kind != JV_OBJECT && value.kind != JV_ARRAY)
        wrong(at, "options", "dict_type", S("Input should be a valid dictionary"), value, NO_STR);
}

static void read_mask(const struct place *at, struct jv from, struct field *field)
{
    struct arena *mem = at->cx->mem;

    field->mask_type = str_lower(mem, read_text(at, from, "mask_type"));
    if (str_absent(field->mask_type))
        return;
    if (!mask_is_type(field->mask_type))
        wrong(at, "mask_type", "value_error",
              str_fmt(mem, "Value error, Invalid mask_type '%.*s'. Valid types: %.*s",
                      STR_ARG(field->mask_type), STR_ARG(mask_types(mem))),
              jv_get(from, S("mask_type")), S("{\"error\":{}}"));
    else if (!field->pii)
        wrong(at, NULL, "value_error",
              S("Value error, mask_type can only be set when pii=True"), from,
              S("{\"error\":{}}"));
}

static void read_one(const struct place *at, struct jv from, struct field *field)
{
    struct arena *mem = at->cx->mem;

    if (from.kind != JV_OBJECT) {
        wrong(at, NULL, "model_attributes_type",
              S("Input should be a valid dictionary or object to extract fields from"), from,
              NO_STR);
        return;
    }
    read_name(at, from, field);
    field->type_name = str_lower(mem, read_needed(at, from, "type"));
    field->required = read_flag(at, from, "required");
    field->otherwise = kept(mem, jv_get(from, S("default")));
    field->unique = read_flag(at, from, "unique");
    read_options(at, from, field);
    field->collection = read_text(at, from, "collection");
    field->on_delete_name = str_lower(mem, read_text(at, from, "on_delete"));
    field->pii = read_flag(at, from, "pii");
    read_mask(at, from, field);
    field->expression = read_text(at, from, "expression");
    field->return_type = str_lower(mem, read_text(at, from, "return_type"));
    field->encrypted = read_flag(at, from, "encrypted");
    field->searchable = read_flag(at, from, "searchable");
    resolve(mem, jv_get(from, S("options")), field);
}

void field_read(struct cx *cx, struct jv list, const char *key, struct field **out, size_t *n)
{
    *n = jv_count(list);
    *out = arena_list(cx->mem, struct field, *n);
    for (size_t i = 0; i < *n; i++) {
        struct place at = { cx, key, i };
        read_one(&at, jv_at(list, i), &(*out)[i]);
    }
}

static void write_one(struct js *js, const struct field *field)
{
    js_object(js, NULL);
    js_text(js, "name", field->name);
    js_text(js, "type", field->type_name);
    js_bool(js, "required", field->required);
    js_raw(js, "default", field->otherwise);
    js_bool(js, "unique", field->unique);
    js_raw(js, "options", field->options);
    js_text(js, "collection", field->collection);
    js_text(js, "on_delete", field->on_delete_name);
    js_bool(js, "pii", field->pii);
    js_text(js, "mask_type", field->mask_type);
    js_text(js, "expression", field->expression);
    js_text(js, "return_type", field->return_type);
    js_bool(js, "encrypted", field->encrypted);
    js_bool(js, "searchable", field->searchable);
    js_end(js);
}

struct str field_store(struct arena *mem, const struct field *fields, size_t n)
{
    struct buf out;
    struct js js;

    buf_init(&out, mem, STORE_MAX);
    js_init(&js, &out);
    js_array(&js, NULL);
    for (size_t i = 0; i < n; i++)
        write_one(&js, &fields[i]);
    js_end(&js);
    return buf_text(&out);
}

struct ddl_column field_column(const struct field *field)
{
    bool has_key = field->type->rule == R_REFERENCE && !field_has_link(field);

    return (struct ddl_column){
        .name = field->name, .word = field->encrypted ? "@text" : field->type->word,
        .required = field->required, .unique = field->unique,
        .otherwise = field->default_value,
        .target_table = has_key ? field->target_table : NO_STR,
        .on_delete = has_key ? field->on_delete : DDL_NO_REFERENCE,
    };
}

size_t field_columns(struct arena *mem, const struct field *fields, size_t n,
                     struct ddl_column **out)
{
    size_t count = 0;

    *out = arena_list(mem, struct ddl_column, n + 1);
    for (size_t i = 0; i < n; i++)
        if (!field_is_computed(&fields[i]))
            (*out)[count++] = field_column(&fields[i]);
    return count;
}
