/* manual.c — walks the OpenAPI document and turns each operation into rows of the page. */
#include "manual.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/js.h"
#include "base/settings.h"

#define DOCUMENT_MAX (16u << 20)
#define NESTED_MAX 4
#define EXAMPLE_MAX 8192

static bool read_file(struct cx *cx, struct str *out)
{
    struct str dir = cx->set->static_dir;
    const char *path = str_fmt(cx->mem, "%.*s/openapi.json", STR_ARG(dir)).p;
    struct buf text;
    char piece[8192];
    size_t n;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return broken(cx, "%s: %s", path, strerror(errno));
    buf_init(&text, cx->mem, DOCUMENT_MAX);
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        buf_put(&text, piece, n);
    bool good = !ferror(file) && !text.over && text.n > 0;
    fclose(file);
    *out = buf_text(&text);
    return good || broken(cx, "%s cannot be read", path);
}

/* In the file the API begins at /api/v1 and the server is "/": both are to be chosen. */
bool manual_text(struct cx *cx, struct str *json)
{
    const struct settings *set = cx->set;
    struct str rest, from = S("\"/api/v1"), server = S("\"url\":\"/\"");
    struct buf out;
    TRY(read_file(cx, &rest));
    buf_init(&out, cx->mem, DOCUMENT_MAX);
    for (size_t i = 0; i < rest.n; ) {
        struct str here = str_sub(rest, i, SIZE_MAX);
        if (here.p[0] != '"') {
            buf_c(&out, rest.p[i++]);
        } else if (str_starts(here, from)) {
            buf_fmt(&out, "\"%.*s", STR_ARG(set->api_prefix));
            i += from.n;
        } else if (str_starts(here, server)) {
            buf_str(&out, S("\"url\":"));
            js_quote(&out, set->base_path.n > 0 ? set->base_path : S("/"));
            i += server.n;
        } else {
            buf_c(&out, rest.p[i++]);
        }
    }
    *json = buf_text(&out);
    return !out.over || broken(cx, "the reference is too big");
}

bool manual_document(struct cx *cx, struct jv *document)
{
    struct str text;
    struct jv_fault fault = { 0 };
    TRY(manual_text(cx, &text));
    return jv_parse(cx, text, document, &fault)
        || broken(cx, "openapi.json at %zu: %s", fault.offset, fault.reason);
}

static void add_row(struct cx *cx, struct manual_rows *rows, const struct fill *row, size_t fills)
{
    struct fill *kept = arena_list(cx->mem, struct fill, fills + 1);
    memcpy(kept, row, fills * sizeof *row);
    if (rows->n == rows->room) {
        size_t room = rows->room == 0 ? 8 : rows->room * 2;
        rows->at = arena_grow(cx->mem, (void *)rows->at, rows->room * sizeof *rows->at,
                              room * sizeof *rows->at);
        rows->room = room;
    }
    rows->at[rows->n++] = kept;
}
#define ADD_ROW(cx, rows, ...) add_row((cx), (rows), (const struct fill[]){ __VA_ARGS__ }, \
    sizeof((const struct fill[]){ __VA_ARGS__ }) / sizeof(struct fill))

static struct fill rows_of(const char *name, const struct manual_rows *rows)
{
    return fill_rows(name, rows->at, rows->n);
}

static struct jv member(struct jv object, const char *key)
{
    return jv_get(object, str_of(key));
}

static bool lists(struct jv array, struct str text)
{
    for (size_t i = 0; i < jv_count(array); i++)
        if (str_eq(jv_text(jv_at(array, i)), text))
            return true;
    return false;
}

/* "string", "integer or null", "list of object", "one of: a, b", "any". */
static struct str type_words(struct cx *cx, struct jv schema)
{
    struct buf b;
    struct jv type = member(schema, "type"), choices = member(schema, "enum");
    struct jv either = member(schema, "anyOf"), format = member(schema, "format");
    buf_init(&b, cx->mem, 1024);
    if (choices.kind == JV_ARRAY) {
        buf_str(&b, S("one of: "));
        for (size_t i = 0; i < jv_count(choices); i++)
            buf_fmt(&b, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(jv_text(jv_at(choices, i))));
    } else if (either.kind == JV_ARRAY) {
        buf_str(&b, S("object or null"));
    } else if (type.kind == JV_ARRAY) {
        buf_fmt(&b, "%.*s or null", STR_ARG(jv_text(jv_at(type, 0))));
    } else if (type.kind == JV_TEXT) {
        buf_str(&b, jv_text(type));
    } else {
        buf_str(&b, S("any"));
    }
    if (format.kind == JV_TEXT)
        buf_fmt(&b, ", %.*s", STR_ARG(jv_text(format)));
    return buf_text(&b);
}

static void put_limit(struct buf *b, struct jv schema, const char *key, const char *words)
{
    struct jv v = member(schema, key);
    if (v.kind == JV_ABSENT)
        return;
    if (b->n > 0)
        buf_str(b, S(", "));
    buf_fmt(b, "%s %.*s", words, STR_ARG(v.kind == JV_TEXT ? jv_text(v) : jv_print(b->mem, v)));
}

static void put_lengths(struct buf *b, int64_t least, int64_t most)
{
    if (most > 0 && least > 0)
        buf_fmt(b, "%" PRId64 " to %" PRId64 " characters", least, most);
    else if (most > 0)
        buf_fmt(b, "at most %" PRId64 " characters", most);
    else if (least == 1)
        buf_str(b, S("not empty"));
    else if (least > 1)
        buf_fmt(b, "at least %" PRId64 " characters", least);
}

static struct str limit_words(struct cx *cx, struct jv schema)
{
    struct buf b;
    buf_init(&b, cx->mem, 1024);
    put_lengths(&b, jv_int(member(schema, "minLength")), jv_int(member(schema, "maxLength")));
    put_limit(&b, schema, "minimum", "from");
    put_limit(&b, schema, "maximum", "to");
    put_limit(&b, schema, "default", "else");
    put_limit(&b, schema, "pattern", "matches");
    return b.n == 0 ? NO_STR : buf_text(&b);
}

/* Members of an object, those of nested objects under dotted names. */
static void put_fields(struct cx *cx, struct manual_rows *rows, struct str prefix,
                       struct jv schema, unsigned depth)
{
    struct str name;
    struct jv field, required = member(schema, "required");
    if (member(schema, "anyOf").kind == JV_ARRAY)
        schema = jv_at(member(schema, "anyOf"), 0);
    struct jv_each e = jv_each(member(schema, "properties"));
    while (depth < NESTED_MAX && jv_next(&e, &name, &field)) {
        struct str whole = str_fmt(cx->mem, "%.*s%.*s", STR_ARG(prefix), STR_ARG(name));
        ADD_ROW(cx, rows, fill_text("name", whole), fill_text("type", type_words(cx, field)),
                fill_flag("required", lists(required, name)),
                fill_text("limits", limit_words(cx, field)),
                fill_text("about", jv_text(member(field, "description"))));
        put_fields(cx, rows, str_fmt(cx->mem, "%.*s.", STR_ARG(whole)), field, depth + 1);
        put_fields(cx, rows, str_fmt(cx->mem, "%.*s[].", STR_ARG(whole)), member(field, "items"),
                   depth + 1);
    }
}

static void put_parameters(struct cx *cx, struct manual_rows *rows, struct jv operation)
{
    struct jv all = member(operation, "parameters");
    for (size_t i = 0; i < jv_count(all); i++) {
        struct jv p = jv_at(all, i), schema = member(p, "schema");
        struct str where = jv_text(member(p, "in")), name = jv_text(member(p, "name"));
        ADD_ROW(cx, rows, fill_text("name", name), fill_text("where", where),
                fill_text("type", type_words(cx, schema)),
                fill_flag("required", jv_bool(member(p, "required"))),
                fill_text("limits", limit_words(cx, schema)),
                fill_text("about", jv_text(member(p, "description"))),
                fill_text("field", str_fmt(cx->mem, "%.*s.%.*s", STR_ARG(where), STR_ARG(name))));
    }
}

static void put_example_value(struct js *js, struct jv schema)
{
    struct jv type = member(schema, "type"), choices = member(schema, "enum");
    struct str word = type.kind == JV_ARRAY ? jv_text(jv_at(type, 0)) : jv_text(type);
    if (choices.kind == JV_ARRAY)
        js_text(js, NULL, jv_text(jv_at(choices, 0)));
    else if (str_eq(word, S("string")))
        js_text(js, NULL, str_eq(jv_text(member(schema, "format")), S("email"))
                          ? S("ada@example.com") : S(""));
    else if (str_eq(word, S("integer")))
        js_int(js, NULL, jv_int(member(schema, "default")));
    else if (str_eq(word, S("boolean")))
        js_bool(js, NULL, jv_bool(member(schema, "default")));
    else if (str_eq(word, S("array")))
        js_raw(js, NULL, S("[]"));
    else
        js_raw(js, NULL, S("{}"));
}

/* A body to start from: what is required. */
static struct str example_of(struct cx *cx, struct jv schema)
{
    struct buf b;
    struct js js;
    struct str name;
    struct jv field, required = member(schema, "required");
    buf_init(&b, cx->mem, EXAMPLE_MAX);
    js_init(&js, &b);
    js_object(&js, NULL);
    for (struct jv_each e = jv_each(member(schema, "properties")); jv_next(&e, &name, &field); ) {
        if (!lists(required, name))
            continue;
        js_key(&js, name);
        put_example_value(&js, field);
    }
    js_end(&js);
    return buf_text(&b);
}

static struct jv schema_of(struct jv content)
{
    return member(member(content, "application/json"), "schema");
}

static void put_replies(struct cx *cx, struct manual_rows *good, struct manual_rows *bad,
                        struct jv document, struct jv operation)
{
    struct str status;
    struct jv reply, known = member(member(document, "components"), "responses");
    struct jv_each e = jv_each(member(operation, "responses"));
    while (jv_next(&e, &status, &reply)) {
        struct manual_rows fields = { .n = 0 };
        struct str name = jv_text(member(reply, "$ref"));
        if (!str_absent(name)) {
            name = str_sub(name, sizeof "#/components/responses/" - 1, SIZE_MAX);
            ADD_ROW(cx, bad, fill_text("status", status), fill_text("shape", name),
                    fill_text("about", jv_text(member(jv_get(known, name), "description"))));
            continue;
        }
        put_fields(cx, &fields, S(""), schema_of(member(reply, "content")), 0);
        ADD_ROW(cx, good, fill_text("status", status),
                fill_text("about", jv_text(member(reply, "description"))),
                fill_flag("has_fields", fields.n > 0), rows_of("fields", &fields));
    }
}

static struct str who_may(struct jv operation)
{
    struct str need = jv_text(member(operation, "x-need"));
    size_t ways = jv_count(member(operation, "security"));
    if (!str_absent(need))
        return str_eq(need, S("admin")) ? S("administrators of the account") : S("superadmins");
    return ways == 0 ? S("anyone") : ways == 2 ? S("signed-in callers")
                                               : S("anyone; more when signed in");
}

static void put_operation(struct cx *cx, struct manual_rows *rows, struct jv document,
                          struct str method, struct str path, struct jv operation)
{
    struct manual_rows parameters = { .n = 0 }, fields = { .n = 0 }, good = { .n = 0 },
        bad = { .n = 0 };
    struct jv content = member(member(operation, "requestBody"), "content");
    struct jv body = schema_of(content);
    put_parameters(cx, &parameters, operation);
    put_fields(cx, &fields, S(""), body, 0);
    put_replies(cx, &good, &bad, document, operation);
    ADD_ROW(cx, rows, fill_text("id", jv_text(member(operation, "operationId"))),
            fill_text("method", method), fill_text("verb", str_upper(cx->mem, method)),
            fill_text("path", path), fill_text("title", jv_text(member(operation, "summary"))),
            fill_text("about", jv_text(member(operation, "description"))),
            fill_text("who", who_may(operation)), rows_of("parameters", &parameters),
            fill_flag("has_fields", fields.n > 0), rows_of("fields", &fields),
            fill_flag("has_body", body.kind == JV_OBJECT),
            fill_text("example", body.kind == JV_OBJECT ? example_of(cx, body) : NO_STR),
            rows_of("good", &good), rows_of("bad", &bad));
}

static void put_tag(struct cx *cx, struct manual_rows *groups, struct jv document, struct str tag)
{
    struct manual_rows operations = { .n = 0 };
    struct str path, method;
    struct jv methods, operation;
    for (struct jv_each p = jv_each(member(document, "paths")); jv_next(&p, &path, &methods); )
        for (struct jv_each m = jv_each(methods); jv_next(&m, &method, &operation); )
            if (lists(member(operation, "tags"), tag))
                put_operation(cx, &operations, document, method, path, operation);
    ADD_ROW(cx, groups, fill_text("tag", tag), rows_of("operations", &operations));
}

void manual_groups(struct cx *cx, struct jv document, struct manual_rows *groups)
{
    struct str seen[64], path, method;
    size_t n = 0;
    struct jv methods, operation;
    for (struct jv_each p = jv_each(member(document, "paths")); jv_next(&p, &path, &methods); )
        for (struct jv_each m = jv_each(methods); jv_next(&m, &method, &operation); ) {
            struct str tag = jv_text(jv_at(member(operation, "tags"), 0));
            size_t i = 0;
            while (i < n && !str_eq(seen[i], tag))
                i++;
            if (i < n || n == COUNT(seen) || str_absent(tag))
                continue;
            seen[n++] = tag;
            put_tag(cx, groups, document, tag);
        }
}

struct jv manual_operation(struct jv document, struct str id, struct str *method, struct str *path)
{
    struct jv methods, operation;
    for (struct jv_each p = jv_each(member(document, "paths")); jv_next(&p, path, &methods); )
        for (struct jv_each m = jv_each(methods); jv_next(&m, method, &operation); )
            if (str_eq(jv_text(member(operation, "operationId")), id))
                return operation;
    return (struct jv){ .kind = JV_ABSENT };
}
