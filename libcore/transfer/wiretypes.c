/* wiretypes.c — what the values of a collection look like to clients. */
#include "transfer/wiretypes.h"

/* ---- names ---------------------------------------------------------------------------------- */

/* What the generated files call something else, or could not do without. */
static const struct str TAKEN[] = {
    S_INIT("Collections"), S_INIT("CollectionsCreate"), S_INIT("CollectionsUpdate"),
    S_INIT("FileMetadata"), S_INIT("Json"), S_INIT("SystemFields"), S_INIT("ViewFields"),
};
static const struct str ENDINGS[] = { S_INIT(""), S_INIT("Create"), S_INIT("Update") };

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* blog_posts and blogPosts are BlogPosts; BLOG is Blog. */
static struct str pascal(struct cx *cx, struct str name)
{
    struct buf out;
    bool begins = true, was_lower = false;

    buf_init(&out, cx->mem, name.n + 1);
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i], lower = is_upper(c) ? (char)(c | 0x20) : c;
        if (c == '_') {
            begins = true;
            continue;
        }
        begins = begins || (is_upper(c) && was_lower);
        buf_c(&out, begins && lower >= 'a' && lower <= 'z' ? (char)(lower & ~0x20) : lower);
        was_lower = !is_upper(c);
        begins = false;
    }
    return buf_text(&out);
}

static bool is_taken(const struct wiretypes *types, struct str name)
{
    for (size_t i = 0; i < COUNT(TAKEN); i++)
        if (str_eq(TAKEN[i], name))
            return true;
    for (size_t i = 0; i < types->n; i++) {
        struct str other = types->at[i].name;
        for (size_t e = 0; e < COUNT(ENDINGS) && str_starts(name, other); e++)
            if (str_eq(str_sub(name, other.n, name.n), ENDINGS[e]))
                return true;
    }
    return false;
}

/* Its Create and Update may be no other's name either. */
static bool is_free(struct cx *cx, const struct wiretypes *types, struct str name)
{
    for (size_t e = 0; e < COUNT(ENDINGS); e++)
        if (is_taken(types, str_fmt(cx->mem, "%.*s%.*s", STR_ARG(name), STR_ARG(ENDINGS[e]))))
            return false;
    return true;
}

static struct str name_of(struct cx *cx, const struct wiretypes *types, struct str collection)
{
    struct str plain = pascal(cx, collection), name = plain;

    for (int i = 2; !is_free(cx, types, name); i++)
        name = str_fmt(cx->mem, "%.*s%d", STR_ARG(plain), i);
    return name;
}

/* ---- values --------------------------------------------------------------------------------- */

static enum wiretypes_kind kind_of(struct str type)
{
    if (str_eq(type, S("number")))
        return WIRE_NUMBER;
    if (str_eq(type, S("boolean")))
        return WIRE_BOOLEAN;
    return str_eq(type, S("string")) ? WIRE_TEXT : WIRE_ANY;
}

/* "array:string", "string:email": what the table of field types says. */
static struct wiretypes_value declared(struct cx *cx, const struct field *field)
{
    struct str rest = str_of(field->type->openapi), type = S("");
    struct wiretypes_value value = { .kind = WIRE_ANY, .choices = field->choices,
                                     .choice_count = field->choice_count };

    value.is_list = str_starts(rest, S("array:"));
    if (value.is_list)
        rest = str_sub(rest, 6, rest.n);
    (void)str_cut(&rest, ':', &type);
    value.kind = kind_of(type);
    value.format = rest.n > 0 ? str_c(cx->mem, rest) : NULL;
    if (field->type->rule == R_FILE)
        value.kind = WIRE_FILE;
    return value;
}

/* A computed field is what it says it returns. */
static struct wiretypes_value returned(const struct field *field)
{
    if (str_eq(field->return_type, S("datetime")))
        return (struct wiretypes_value){ .kind = WIRE_TEXT, .format = "date-time" };
    return (struct wiretypes_value){
        .kind = str_eq(field->return_type, S("text")) ? WIRE_TEXT : kind_of(field->return_type) };
}

static bool is_computed(const struct field *field)
{
    return field->type->rule == R_COMPUTED;
}

static bool is_listed(const struct collection *c, struct str name)
{
    return collection_list_has(&c->lists[OP_LIST], name)
        && collection_list_has(&c->lists[OP_VIEW], name);
}

/* What a computed field reads decides as well: access.h. */
static bool is_always_shown(const struct collection *c, const struct field *field)
{
    const struct rule_computed *computed = collection_name_of(c, field)->computed;
    bool shown = is_listed(c, field->name);

    for (size_t i = 0; computed != NULL && shown && i < computed->read_count; i++) {
        const struct field *read = collection_field(c, computed->reads[i]->name);
        shown = read == NULL || (is_listed(c, read->name) && (!read->pii || field->pii));
    }
    return shown;
}

static struct wiretypes_value as_read(const struct collection *c, const struct field *field,
                                      struct wiretypes_value value)
{
    if (field->encrypted)                   /* shown as a placeholder                            */
        value = (struct wiretypes_value){ .kind = WIRE_TEXT };
    if (value.kind == WIRE_FILE)            /* compat: its metadata, as a text                   */
        value.kind = WIRE_TEXT;
    value.or_text = field->pii && value.kind != WIRE_ANY
        && (value.is_list || value.kind != WIRE_TEXT);
    value.nullable = (!field->required || c->view != NULL)
        && (value.kind != WIRE_BOOLEAN || field->pii || is_computed(field));
    if (field->pii && value.choice_count > 0)
        value.choice_count = 0;
    value.optional = !is_always_shown(c, field);
    return value;
}

static struct wiretypes_value as_written(const struct field *field, bool is_optional,
                                         struct wiretypes_value value)
{
    if (field->type->rule == R_DATETIME)    /* other ways to write a time are taken too          */
        value.format = NULL;
    value.nullable = !field->required;
    value.optional = is_optional;
    return value;
}

/* ---- fields --------------------------------------------------------------------------------- */

static struct str about(struct cx *cx, const struct collection *c, const struct field *field)
{
    struct buf out;

    buf_init(&out, cx->mem, 4096);
    buf_str(&out, field->type_name);
    if (!str_absent(field->collection))
        buf_fmt(&out, ": of %.*s", STR_ARG(field->collection));
    if (is_computed(field))
        buf_str(&out, S(", read only"));
    if (field->unique)
        buf_str(&out, S(", unique"));
    if (!str_absent(field->otherwise))
        buf_fmt(&out, ", default %.*s", STR_ARG(str_sub(field->otherwise, 0, 200)));
    if (field->pii)
        buf_str(&out, S(", personal: may be masked"));
    if (field->encrypted)
        buf_str(&out, S(", encrypted: shown as a placeholder"));
    if (!is_always_shown(c, field))
        buf_str(&out, S(", not shown to everybody"));
    if (is_computed(field) || c->view != NULL)
        return buf_text(&out);
    if (!collection_list_has(&c->lists[OP_CREATE], field->name))
        buf_str(&out, S(", not everybody may create it"));
    if (!collection_list_has(&c->lists[OP_UPDATE], field->name))
        buf_str(&out, S(", not everybody may change it"));
    return buf_text(&out);
}

static void add_field(struct cx *cx, struct wiretypes *types, struct wiretypes_collection *to,
                      const struct field *field)
{
    const struct collection *c = to->collection;
    struct wiretypes_value value = is_computed(field) ? returned(field) : declared(cx, field);
    struct wiretypes_field *out = &to->fields[to->n++];
    bool must = field->required && collection_list_has(&c->lists[OP_CREATE], field->name);

    *out = (struct wiretypes_field){
        .field = field, .is_written = to->is_written && !is_computed(field),
        .read = as_read(c, field, value),
        .create = as_written(field, !must, value), .update = as_written(field, true, value),
        .about = about(cx, c, field),
    };
    types->has_json = types->has_json || value.kind == WIRE_ANY;
    types->has_files = types->has_files || value.kind == WIRE_FILE;
}

bool wiretypes_collect(struct cx *cx, struct wiretypes *out)
{
    const struct collection *const *all;
    size_t n;

    *out = (struct wiretypes){ 0 };
    TRY(collection_all(cx, &all, &n));
    out->at = arena_list(cx->mem, struct wiretypes_collection, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct wiretypes_collection *to = &out->at[i];
        *to = (struct wiretypes_collection){ .collection = all[i],
                                             .is_written = all[i]->view == NULL,
                                             .name = name_of(cx, out, all[i]->name) };
        out->has_views = out->has_views || !to->is_written;
        to->fields = arena_list(cx->mem, struct wiretypes_field, all[i]->field_count + 1);
        for (size_t f = 0; f < all[i]->field_count; f++)
            add_field(cx, out, to, &all[i]->fields[f]);
        out->n++;
    }
    return true;
}
