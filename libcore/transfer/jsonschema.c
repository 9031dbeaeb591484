/* jsonschema.c — the collections as JSON Schema 2020-12. */
#include "transfer/jsonschema.h"

#include "base/js.h"
#include "transfer/wiretypes.h"

static void put_words(struct js *js, const char *word, bool or_text, bool nullable)
{
    if (!or_text && !nullable) {
        js_text(js, "type", str_of(word));
        return;
    }
    js_array(js, "type");
    js_text(js, NULL, str_of(word));
    if (or_text)
        js_text(js, NULL, S("string"));
    if (nullable)
        js_text(js, NULL, S("null"));
    js_end(js);
}

static void put_choices(struct js *js, const struct wiretypes_value *value, bool nullable)
{
    js_array(js, "enum");
    for (size_t i = 0; i < value->choice_count; i++)
        js_text(js, NULL, value->choices[i]);
    if (nullable)
        js_null(js, NULL);
    js_end(js);
}

/* One value, or one of a list. */
static void put_value(struct js *js, const struct wiretypes_value *value, bool or_text,
                      bool nullable)
{
    static const char *const WORDS[] = { [WIRE_ANY] = NULL, [WIRE_TEXT] = "string",
                                         [WIRE_NUMBER] = "number", [WIRE_BOOLEAN] = "boolean",
                                         [WIRE_FILE] = "object" };

    if (value->kind == WIRE_ANY)
        return;
    put_words(js, WORDS[value->kind], or_text || value->kind == WIRE_FILE, nullable);
    if (value->choice_count > 0)
        put_choices(js, value, nullable);
    if (value->format != NULL)
        js_text(js, "format", str_of(value->format));
}

static void put_property(struct js *js, const struct wiretypes_field *field,
                         const struct wiretypes_value *value)
{
    js_object(js, field->field->name.p);
    js_text(js, "description", field->about);
    if (value->is_list) {
        put_words(js, "array", value->or_text, value->nullable);
        js_object(js, "items");
        put_value(js, value, false, false);
        js_end(js);
    } else {
        put_value(js, value, value->or_text, value->nullable);
    }
    js_end(js);
}

enum form { READ, CREATE, UPDATE };
static const char *const ENDINGS[] = { [READ] = "", [CREATE] = "Create", [UPDATE] = "Update" };
static const struct { const char *name, *format; bool nullable; } SYSTEM[] = {
    { "id", "uuid", false },          { "account_id", "uuid", false },
    { "created_at", "date-time", false }, { "created_by", NULL, false },
    { "updated_at", "date-time", false }, { "updated_by", NULL, false },
    { "account_name", NULL, true },
};

static const struct wiretypes_value *value_of(const struct wiretypes_field *field, enum form form)
{
    return form == READ ? &field->read : form == CREATE ? &field->create : &field->update;
}

/* A view need not have more of them than the first two. */
static void put_system(struct js *js, bool of_view)
{
    for (size_t i = 0; i < COUNT(SYSTEM); i++) {
        js_object(js, SYSTEM[i].name);
        put_words(js, "string", false, SYSTEM[i].nullable || (of_view && i > 1));
        if (SYSTEM[i].format != NULL)
            js_text(js, "format", str_of(SYSTEM[i].format));
        js_end(js);
    }
}

static void put_required(struct js *js, const struct wiretypes_collection *c, enum form form)
{
    js_array(js, "required");
    for (size_t i = 0; i < COUNT(SYSTEM) && form == READ; i++)
        js_text(js, NULL, str_of(SYSTEM[i].name));
    for (size_t i = 0; i < c->n; i++)
        if ((form == READ || c->fields[i].is_written) && !value_of(&c->fields[i], form)->optional)
            js_text(js, NULL, c->fields[i].field->name);
    js_end(js);
}

static void put_form(struct cx *cx, struct js *js, const struct wiretypes_collection *c,
                     enum form form)
{
    static const struct str TITLES[] = { [READ] = S_INIT("As it is read: a record of "),
                                         [CREATE] = S_INIT("What creates a record of "),
                                         [UPDATE] = S_INIT("What changes a record of ") };
    struct str name = c->collection->name;

    js_object(js, str_fmt(cx->mem, "%.*s%s", STR_ARG(c->name), ENDINGS[form]).p);
    js_text(js, "title", str_fmt(cx->mem, "%.*s%.*s", STR_ARG(TITLES[form]), STR_ARG(name)));
    js_text(js, "type", S("object"));
    js_object(js, "properties");
    if (form == READ)
        put_system(js, !c->is_written);
    for (size_t i = 0; i < c->n; i++)
        if (form == READ || c->fields[i].is_written)
            put_property(js, &c->fields[i], value_of(&c->fields[i], form));
    js_end(js);
    put_required(js, c, form);
    if (form != READ)
        js_bool(js, "additionalProperties", false);
    js_end(js);
}

bool jsonschema_write(struct cx *cx, struct str *out)
{
    struct wiretypes types;
    struct buf text;
    struct js js;

    TRY(wiretypes_collect(cx, &types));
    buf_init(&text, cx->mem, SIZE_MAX / 4);
    js_init(&js, &text);
    js_object(&js, NULL);
    js_text(&js, "$schema", S("https://json-schema.org/draft/2020-12/schema"));
    js_text(&js, "title", S("Collections"));
    js_object(&js, "$defs");
    for (size_t i = 0; i < types.n; i++)
        for (int form = READ; form <= (types.at[i].is_written ? UPDATE : READ); form++)
            put_form(cx, &js, &types.at[i], (enum form)form);
    js_end(&js);
    js_end(&js);
    *out = js_indented(cx->mem, buf_text(&text));
    return true;
}
