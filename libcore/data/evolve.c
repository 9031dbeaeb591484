/* evolve.c — from one list of fields to the next: what may change, and the table with it. */
#include "data/evolve.h"

#include "data/fieldcheck.h"
#include "data/fieldoptions.h"

static const struct field *find(const struct field *fields, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(fields[i].name, name))
            return &fields[i];
    return NULL;
}

static const char *number_word(const struct field *field)
{
    return fieldtype_is_many(field->type) ? "several values" : "one value";
}

static void check_kept(struct cx *cx, const struct field *old, const struct field *now)
{
    if (now == NULL)
        fail_add_item(cx, old->name, S("field_deletion_not_allowed"),
                      "Field deletion is not allowed for data safety");
    else if (!str_eq(old->type_name, now->type_name))
        fail_add_item(cx, old->name, S("type_change_not_allowed"),
                      "Type change from '%.*s' to '%.*s' is not allowed for data safety",
                      STR_ARG(old->type_name), STR_ARG(str_sub(now->type_name, 0, 64)));
    else if (old->type != now->type)
        fail_add_item(cx, old->name, S("type_change_not_allowed"),
                      "Type change from '%s' of %s to '%s' of %s is not allowed for data safety",
                      old->type->name, number_word(old), now->type->name, number_word(now));
    else if (!str_eq(old->target_table, now->target_table))
        fail_add_item(cx, old->name, S("target_change_not_allowed"),
                      "Reference change from '%.*s' to '%.*s' is not allowed for data safety",
                      STR_ARG(old->collection), STR_ARG(str_sub(now->collection, 0, 64)));
    else if (old->encrypted != now->encrypted)
        fail_add_item(cx, old->name, S("encryption_change_not_allowed"),
                      "Encryption is changed by POST /collections/{id}/fields/{field}/encryption,"
                      " which converts the values");
}

/* What a new field may not ask of the records that are already there. */
static void check_added(struct cx *cx, const struct field *field, size_t i)
{
    bool has_default = !str_absent(field->otherwise);

    if (field->required && !has_default)
        fieldcheck_add(cx, i, "required", "required_needs_default",
                       "new required field needs a default because the collection has records");
    if (field->unique && has_default)
        fieldcheck_add(cx, i, "unique", "unique_has_duplicates",
                       "new unique field cannot have a default because the collection has records");
    if (field->on_delete != DDL_NO_REFERENCE && has_default)
        fieldcheck_add(cx, i, "default", "default_invalid",
                       "new reference field cannot have a default because the collection has"
                       " records");
}

void evolve_check(struct cx *cx, const struct collection *old, const struct field *fields, size_t n,
                  bool has_records)
{
    for (size_t i = 0; i < old->field_count; i++)
        check_kept(cx, &old->fields[i], find(fields, n, old->fields[i].name));
    for (size_t i = 0; i < n && has_records; i++)
        if (collection_field(old, fields[i].name) == NULL)
            check_added(cx, &fields[i], i);
}

static bool set_unique(struct cx *cx, struct str table, const struct field *now, size_t i)
{
    struct refusal refusal = { 0 };

    TRY(ddl_set_unique(cx, table, now->name, now->unique, &refusal));
    if (refusal.kind == V_NONE)
        return true;
    fieldcheck_add(cx, i, "unique", "unique_has_duplicates",
                   "Field '%.*s' cannot become unique because records share a value",
                   STR_ARG(now->name));
    return fieldcheck_refuse(cx, "Schema validation failed");
}

static bool set_on_delete(struct cx *cx, struct str table, const struct field *fields, size_t n,
                          struct str name)
{
    struct ddl_column *columns;
    size_t count = field_columns(cx->mem, fields, n, &columns);

    return ddl_set_on_delete(cx, table, columns, count, name);
}

static bool check_options(struct cx *cx, const struct collection *old, const struct field *fields,
                          size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct field *before = collection_field(old, fields[i].name);
        if (before != NULL)
            TRY(fieldoptions_change(cx, old->table, before, &fields[i], i));
    }
    return fieldcheck_refuse(cx, "Schema validation failed");
}

static bool add_column(struct cx *cx, const struct collection *to, const struct field *field)
{
    struct ddl_column column = field_column(field);

    TRY(ddl_add_column(cx, to->table, &column));
    return !field_has_link(field)
        || ddl_create_link(cx, &(struct ddl_link){ field_link(cx->mem, to->name, field->name),
                                                   to->table, field->target_table });
}

bool evolve_apply(struct cx *cx, const struct collection *old, const struct field *fields, size_t n,
                  bool *touched)
{
    *touched = false;
    TRY(check_options(cx, old, fields, n));
    for (size_t i = 0; i < n; i++)
        if (collection_field(old, fields[i].name) == NULL && !field_is_computed(&fields[i])) {
            TRY(add_column(cx, old, &fields[i]));
            *touched = true;
        }
    for (size_t i = 0; i < n; i++) {
        const struct field *before = collection_field(old, fields[i].name);
        if (before != NULL && before->unique != fields[i].unique) {
            TRY(set_unique(cx, old->table, &fields[i], i));
            *touched = true;
        }
        if (before != NULL && before->on_delete != fields[i].on_delete
            && !field_has_link(before)) {
            TRY(set_on_delete(cx, old->table, fields, n, fields[i].name));
            *touched = true;
        }
    }
    return true;
}
