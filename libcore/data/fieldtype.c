/* fieldtype.c — the table of field types. */
#include "data/fieldtype.h"

#include "data/typecomputed.h"
#include "data/typedate.h"
#include "data/typefile.h"
#include "data/typeselect.h"
#include "data/typetext.h"
#include "data/typevalue.h"

/* In the order of the contract's messages; a row without functions is known but not offered. */
static const struct fieldtype TYPES[] = {
    { "text", "@text", R_TEXT, "string", typetext_read, typetext_write },
    { "number", "@real", R_NUMBER, "number", typevalue_read_number, typevalue_write_number },
    { "boolean", "@bool", R_BOOLEAN, "boolean", typevalue_read_boolean, typevalue_write_boolean },
    { "datetime", "@time", R_DATETIME, "string:date-time", typedate_read_time,
      typedate_write_time },
    { "email", "@text", R_TEXT, "string:email", typetext_read_email, typetext_write },
    { "url", "@text", R_TEXT, "string:uri", typetext_read_url, typetext_write },
    { "json", "@json", R_JSON, "", typevalue_read_json, typevalue_write_json },
    { "reference", "@id", R_REFERENCE, "string", typetext_read_reference, typetext_write },
    { "file", "@text", R_FILE, "string", typefile_read, typetext_write },
    { "date", "@text", R_DATE, "string:date", typedate_read_day, typetext_write },
    { "computed", NULL, R_COMPUTED, "", NULL, typecomputed_write },
    { "select", "@text", R_SELECT, "string", typeselect_read, typetext_write },
};

/* A select is one of these when its options allow more than one. */
static const struct fieldtype LISTS[] = {
    { "select", "@json", R_SELECT, "array:string", typeselect_read_several, typevalue_write_json },
    { "references", "@json", R_REFERENCE, "array:string", typeselect_read_references,
      typevalue_write_json },
};

static const struct fieldtype *find(const struct fieldtype *types, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_of(types[i].name), name))
            return &types[i];
    return NULL;
}

const struct fieldtype *fieldtype_find(struct str name)
{
    const struct fieldtype *found = find(TYPES, COUNT(TYPES), name);

    return found != NULL ? found : find(LISTS, COUNT(LISTS), name);
}

const struct fieldtype *fieldtype_several(const struct fieldtype *type)
{
    return find(LISTS, COUNT(LISTS), str_of(type->name));
}

bool fieldtype_is_many(const struct fieldtype *type)
{
    for (size_t i = 0; i < COUNT(LISTS); i++)
        if (type == &LISTS[i])
            return true;
    return false;
}

bool fieldtype_is_offered(const struct fieldtype *type)
{
    return type->write != NULL;
}

struct str fieldtype_names(struct arena *mem)
{
    struct buf out;

    buf_init(&out, mem, 256);
    for (size_t i = 0; i < COUNT(TYPES); i++)
        buf_fmt(&out, "%s%s", i > 0 ? ", " : "", TYPES[i].name);
    for (size_t i = 0; i < COUNT(LISTS); i++)
        if (find(TYPES, COUNT(TYPES), str_of(LISTS[i].name)) == NULL)
            buf_fmt(&out, ", %s", LISTS[i].name);
    return buf_text(&out);
}

/* compat: messages call the kinds of JSON values by their Python names. */
static const char *python_name(enum jv_kind kind)
{
    static const char *const NAMES[] = {
        [JV_ABSENT] = "NoneType", [JV_NULL] = "NoneType", [JV_BOOL] = "bool", [JV_INT] = "int",
        [JV_REAL] = "float", [JV_TEXT] = "str", [JV_ARRAY] = "list", [JV_OBJECT] = "dict",
    };

    return NAMES[kind];
}

bool fieldtype_mismatch(struct cx *cx, const char *what, struct jv value, struct type_fault *fault)
{
    return fieldtype_fault(fault, "invalid_type",
                           str_fmt(cx->mem, "Expected %s, got %s", what, python_name(value.kind)));
}

bool fieldtype_fault(struct type_fault *fault, const char *code, struct str message)
{
    *fault = (struct type_fault){ code, message };
    return false;
}
