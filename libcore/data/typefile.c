/* typefile.c — a file's metadata: an object, or a string that holds one; kept as JSON text. */
#include "data/typefile.h"

static const struct { const char *key; enum jv_kind kind; const char *what; } MEMBERS[] = {
    { "filename", JV_TEXT, "a string" }, { "size", JV_INT, "an integer" },
    { "mime_type", JV_TEXT, "a string" }, { "path", JV_TEXT, "a string" },
};

static bool check_members(struct cx *cx, struct jv object, struct type_fault *fault)
{
    struct buf missing;

    buf_init(&missing, cx->mem, 256);
    for (size_t i = 0; i < COUNT(MEMBERS); i++)
        if (jv_get(object, str_of(MEMBERS[i].key)).kind == JV_ABSENT)
            buf_fmt(&missing, "%s%s", missing.n > 0 ? ", " : "", MEMBERS[i].key);
    if (missing.n > 0)
        return fieldtype_fault(fault, "missing_file_metadata",
                               str_fmt(cx->mem, "File metadata missing required fields: %.*s",
                                       STR_ARG(buf_text(&missing))));
    for (size_t i = 0; i < COUNT(MEMBERS); i++)
        if (jv_get(object, str_of(MEMBERS[i].key)).kind != MEMBERS[i].kind)
            return fieldtype_fault(fault, "invalid_file_metadata",
                                   str_fmt(cx->mem, "File metadata '%s' must be %s",
                                           MEMBERS[i].key, MEMBERS[i].what));
    return true;
}

bool typefile_read(struct cx *cx, const struct field *field UNUSED, struct jv value,
                   struct param *out, struct type_fault *fault)
{
    struct jv object = value;
    struct jv_fault wrong;

    if (value.kind != JV_OBJECT && value.kind != JV_TEXT)
        return fieldtype_mismatch(cx, "file metadata (dict or JSON string)", value, fault);
    if (value.kind == JV_TEXT && !jv_parse(cx, jv_text(value), &object, &wrong)) {
        fail_forget(cx);
        return fieldtype_fault(fault, "invalid_json",
                               S("Invalid file metadata: must be valid JSON"));
    }
    if (object.kind != JV_OBJECT)
        return fieldtype_fault(fault, "invalid_file_metadata",
                               S("File metadata must be an object"));
    TRY(check_members(cx, object, fault));
    *out = p_text(NULL, jv_print(cx->mem, object));
    return true;
}

struct str typefile_path(struct cx *cx, const struct param *value)
{
    struct jv object;
    struct jv_fault wrong;

    if (value->type != P_TEXT || str_absent(value->text))
        return NO_STR;
    if (!jv_parse(cx, value->text, &object, &wrong)) {
        fail_forget(cx);
        return NO_STR;
    }
    return jv_text(jv_get(object, S("path")));
}
