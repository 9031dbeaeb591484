/* openapi.c — describes each route row as an OpenAPI operation. */
#include "http/openapi.h"

#include <stdio.h>

#include "base/js.h"

#define DOCUMENT_MAX (16u << 20)
#define NESTED_MAX 6

static struct str api_part(struct str pattern)
{
    struct str prefix = S("/api/v1/");
    return str_starts(pattern, prefix) ? str_sub(pattern, prefix.n, SIZE_MAX)
                                       : str_sub(pattern, 1, SIZE_MAX);
}

/* The resource: the first segment below the prefix. */
static struct str tag_of(const struct route *route)
{
    struct str rest = str_of(route->pattern), part;
    if (!str_starts(rest, S("/api/v1/")))
        return S("system");
    rest = api_part(rest);
    if (!str_cut(&rest, '/', &part) || str_starts(part, S("{")))
        return S("records");
    return part;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* GET /api/v1/records/{collection}/{id} is getRecordsByCollectionById. */
static struct str operation_id(struct arena *mem, const struct route *route)
{
    struct buf b;
    struct str rest = api_part(str_of(route->pattern));
    struct str method = str_lower(mem, str_of(route_method(route->method)));
    bool upper = true;
    buf_init(&b, mem, 512);
    buf_str(&b, method);
    for (size_t i = 0; i < rest.n; i++) {
        char c = rest.p[i];
        if (c == '{')
            buf_str(&b, S("By"));
        if (is_word(c))
            buf_c(&b, upper && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
        upper = !is_word(c);
    }
    return buf_text(&b);
}

static void put_type(struct js *js, const char *type, bool nullable)
{
    if (!nullable) {
        js_text(js, "type", str_of(type));
        return;
    }
    js_array(js, "type");
    js_text(js, NULL, str_of(type));
    js_text(js, NULL, S("null"));
    js_end(js);
}

static void put_choices(struct js *js, const char *choices)
{
    struct str rest = str_of(choices), choice;
    js_array(js, "enum");
    while (str_cut(&rest, '|', &choice))
        js_text(js, NULL, choice);
    js_end(js);
}

static void put_text_limits(struct js *js, const struct input *in)
{
    if (in->min > 0)
        js_int(js, "minLength", (int64_t)in->min);
    if (in->max > 0)
        js_int(js, "maxLength", (int64_t)in->max);
    if (in->pattern != NULL)
        js_text(js, "pattern", str_of(in->pattern));
    if (in->one_of != NULL)
        put_choices(js, in->one_of);
}

static void put_int_limits(struct js *js, const struct input *in)
{
    if (in->least != in->most)
        js_int(js, "minimum", in->least);
    if (in->most > in->least && in->most != INT64_MAX)
        js_int(js, "maximum", in->most);
    if (!in->required)
        js_int(js, "default", in->otherwise);
}

/* An optional member of a body may also be null. */
static void put_input_schema(struct js *js, const char *key, const struct input *in)
{
    bool nullable = in->from == BODY && !in->required;
    js_object(js, key);
    switch (in->type) {
    case T_TEXT:
        put_type(js, "string", nullable && in->one_of == NULL);
        put_text_limits(js, in);
        break;
    case T_EMAIL:
        put_type(js, "string", nullable);
        js_text(js, "format", S("email"));
        break;
    case T_SECRET:
        put_type(js, "string", nullable);
        js_text(js, "format", S("password"));
        put_text_limits(js, in);
        break;
    case T_INT:
        put_type(js, "integer", nullable);
        put_int_limits(js, in);
        break;
    case T_TIME:
        put_type(js, "string", nullable);
        js_text(js, "format", S("date-time"));
        break;
    case T_BOOL:
        put_type(js, "boolean", nullable);
        js_bool(js, "default", in->otherwise != 0);
        break;
    case T_FILE:
        put_type(js, "string", false);
        js_text(js, "format", S("binary"));
        break;
    case T_FLAG:   put_type(js, "boolean", nullable); break;
    case T_OBJECT: put_type(js, "object", nullable); break;
    case T_LIST:   put_type(js, "array", nullable); break;
    default:       break;
    }
    if (in->from == BODY && in->about != NULL)
        js_text(js, "description", str_of(in->about));
    js_end(js);
}

static void put_parameter(struct js *js, const char *where, const struct input *in)
{
    js_object(js, NULL);
    js_text(js, "name", str_of(in->name));
    js_text(js, "in", str_of(where));
    js_bool(js, "required", in->required || in->from == PATH);
    if (in->about != NULL)
        js_text(js, "description", str_of(in->about));
    put_input_schema(js, "schema", in);
    js_end(js);
}

static const struct input *input_of(const struct input *table, enum input_from from,
                                    struct str name)
{
    for (const struct input *in = table; in != NULL && in->from != FROM_END; in++)
        if (in->from == from && str_eq(str_of(in->name), name))
            return in;
    return NULL;
}

/* OpenAPI wants every {name} of a path declared, also those the handler does not read. */
static void put_path_parameters(struct js *js, struct arena *mem, const struct route *route)
{
    struct str rest = str_of(route->pattern), part;
    while (str_cut(&rest, '/', &part)) {
        if (!str_starts(part, S("{")))
            continue;
        part = str_sub(part, 1, part.n - 2);
        if (str_ends(part, S("...")))
            part.n -= 3;
        const struct input *in = input_of(route->input, PATH, part);
        const struct input plain = { .from = PATH, .type = T_TEXT, .name = str_c(mem, part) };
        put_parameter(js, "path", in != NULL ? in : &plain);
    }
}

static void put_parameters(struct js *js, struct arena *mem, const struct route *route)
{
    js_array(js, "parameters");
    put_path_parameters(js, mem, route);
    for (const struct input *in = route->input; in != NULL && in->from != FROM_END; in++) {
        if (in->type == T_WHOLE_QUERY)
            continue;
        if (in->from == QUERY)
            put_parameter(js, "query", in);
        else if (in->from == HEADER)
            put_parameter(js, "header", in);
    }
    js_end(js);
}

static bool is_whole(const struct input *in)
{
    return in->type == T_WHOLE_BODY || in->type == T_WHOLE_LIST || in->type == T_RAW_BODY;
}

static void put_members(struct js *js, const struct route *route, enum input_from from)
{
    bool required = false;
    js_object(js, "properties");
    for (const struct input *in = route->input; in->from != FROM_END; in++) {
        if (in->from != from || is_whole(in))
            continue;
        put_input_schema(js, in->name, in);
        required = required || in->required;
    }
    js_end(js);
    if (!required)
        return;
    js_array(js, "required");
    for (const struct input *in = route->input; in->from != FROM_END; in++)
        if (in->from == from && in->required && !is_whole(in))
            js_text(js, NULL, str_of(in->name));
    js_end(js);
}

static void put_body(struct js *js, const struct route *route)
{
    bool json = false, form = false, file = false, list = false, required = false;
    for (const struct input *in = route->input; in != NULL && in->from != FROM_END; in++) {
        json = json || (in->from == BODY && in->type != T_RAW_BODY);
        form = form || in->from == FORM;
        file = file || in->type == T_FILE;
        list = list || in->type == T_WHOLE_LIST;
        required = required || ((in->from == BODY || in->from == FORM) && in->required);
    }
    if (!json && !form)
        return;
    js_object(js, "requestBody");
    js_bool(js, "required", required);
    js_object(js, "content");
    js_object(js, file ? "multipart/form-data" : form ? "application/x-www-form-urlencoded"
                                                       : "application/json");
    js_object(js, "schema");
    js_text(js, "type", list ? S("array") : S("object"));
    if (!list)
        put_members(js, route, form ? FORM : BODY);
    js_end(js);
    js_end(js);
    js_end(js);
    js_end(js);
}

static void put_output_schema(struct js *js, const char *key, const struct output *table,
                              unsigned depth);

static void put_output(struct js *js, const struct output *o, unsigned depth)
{
    static const char *const TYPES[] = {
        [O_TEXT] = "string", [O_INT] = "integer", [O_REAL] = "number", [O_BOOL] = "boolean",
        [O_TIME] = "string", [O_STAMP] = "string",
    };
    if (o->type == O_OBJECT) {
        put_output_schema(js, o->name, o->of, depth + 1);
        return;
    }
    js_object(js, o->name);
    if (o->type == O_LIST || o->type == O_TEXTS) {
        js_text(js, "type", S("array"));
        if (o->type == O_LIST)
            put_output_schema(js, "items", o->of, depth + 1);
    } else if (o->type == O_MAYBE) {
        js_array(js, "anyOf");
        put_output_schema(js, NULL, o->of, depth + 1);
        js_object(js, NULL);
        js_text(js, "type", S("null"));
        js_end(js);
        js_end(js);
    } else if (o->type != O_JSON) {
        put_type(js, TYPES[o->type], o->type == O_TEXT || o->type == O_TIME || o->type == O_STAMP);
    }
    if (o->type == O_TIME || o->type == O_STAMP)
        js_text(js, "format", S("date-time"));
    if (o->about != NULL)
        js_text(js, "description", str_of(o->about));
    js_end(js);
}

static void put_output_schema(struct js *js, const char *key, const struct output *table,
                              unsigned depth)
{
    js_object(js, key);
    js_text(js, "type", S("object"));
    if (table != NULL && depth < NESTED_MAX) {
        js_object(js, "properties");
        for (const struct output *o = table; o->type != O_END; o++)
            put_output(js, o, depth);
        js_end(js);
    }
    js_end(js);
}

static void put_reference(struct js *js, const char *status, const char *name)
{
    js_object(js, status);
    js_text(js, "$ref", str_of(name));
    js_end(js);
}

static const char *failures_of(enum err_shape shape)
{
    switch (shape) {
    case SHAPE_ERROR:           return "#/components/responses/Error";
    case SHAPE_ITEMS:           return "#/components/responses/Items";
    case SHAPE_ITEMS_IN_DETAIL: return "#/components/responses/ItemsInDetail";
    default:                    return "#/components/responses/Detail";
    }
}

static void put_responses(struct js *js, struct arena *mem, const struct route *route)
{
    int status = route->status == 0 ? 200 : route->status;
    js_object(js, "responses");
    js_object(js, str_fmt(mem, "%d", status).p);
    js_text(js, "description", status == 204 ? S("Done; no body") : S("Success"));
    if (status != 204 && route->output != NULL) {
        js_object(js, "content");
        js_object(js, "application/json");
        put_output_schema(js, "schema", route->output, 0);
        js_end(js);
        js_end(js);
    } else if (status != 204 && route->streams) {
        js_object(js, "content");
        js_object(js, "*/*");
        js_end(js);
        js_end(js);
    }
    js_end(js);
    if (route->need > NEED_MAYBE)
        put_reference(js, "401", "#/components/responses/Unauthenticated");
    if (route->need > NEED_USER)
        put_reference(js, "403", "#/components/responses/Forbidden");
    if (route->input != NULL)
        put_reference(js, "422", "#/components/responses/Unprocessable");
    put_reference(js, "4XX", failures_of(route->errors));
    put_reference(js, "5XX", "#/components/responses/Broken");
    js_end(js);
}

static void put_scheme(struct js *js, const char *name)
{
    js_object(js, NULL);
    if (name != NULL) {
        js_array(js, name);
        js_end(js);
    }
    js_end(js);
}

static void put_security(struct js *js, enum need need)
{
    js_array(js, "security");
    if (need == NEED_MAYBE)
        put_scheme(js, NULL);
    if (need != NEED_NOBODY) {
        put_scheme(js, "bearer");
        put_scheme(js, "apiKey");
    }
    if (need == NEED_TENANT)
        put_scheme(js, "account");
    js_end(js);
}

static void put_operation(struct js *js, struct arena *mem, const struct route *route)
{
    struct str method = str_lower(mem, str_of(route_method(route->method)));
    js_object(js, str_c(mem, method));
    js_array(js, "tags");
    js_text(js, NULL, tag_of(route));
    js_end(js);
    js_text(js, "operationId", operation_id(mem, route));
    if (route->title != NULL)
        js_text(js, "summary", str_of(route->title));
    if (route->about != NULL)
        js_text(js, "description", str_of(route->about));
    if (route->need == NEED_ADMIN || route->need == NEED_SUPERADMIN)
        js_text(js, "x-need", route->need == NEED_ADMIN ? S("admin") : S("superadmin"));
    put_security(js, route->need);
    put_parameters(js, mem, route);
    put_body(js, route);
    put_responses(js, mem, route);
    js_end(js);
    buf_c(js->out, '\n');
}

static struct str path_of(struct arena *mem, struct str pattern)
{
    size_t dots = pattern.n;
    if (!str_ends(pattern, S("...}")))
        return pattern;
    dots -= 4;
    return str_fmt(mem, "%.*s}", STR_ARG(str_sub(pattern, 0, dots)));
}

static bool is_first(const struct route *const *tables, const struct route *route)
{
    for (const struct route *const *t = tables; *t != NULL; t++)
        for (const struct route *r = *t; r->pattern != NULL; r++) {
            if (r == route)
                return true;
            if (!r->hidden && str_eq(str_of(r->pattern), str_of(route->pattern)))
                return false;
        }
    return true;
}

static void put_path(struct js *js, struct arena *mem, const struct route *const *tables,
                     struct str pattern)
{
    js_key(js, path_of(mem, pattern));
    js_object(js, NULL);
    for (const struct route *const *t = tables; *t != NULL; t++)
        for (const struct route *r = *t; r->pattern != NULL; r++)
            if (!r->hidden && str_eq(str_of(r->pattern), pattern))
                put_operation(js, mem, r);
    js_end(js);
}

static void fragment(struct buf *out, const struct route *const *tables)
{
    struct js js;
    js_init(&js, out);
    js_object(&js, NULL);
    js_object(&js, "paths");
    for (const struct route *const *t = tables; *t != NULL; t++)
        for (const struct route *r = *t; r->pattern != NULL; r++)
            if (!r->hidden && is_first(tables, r))
                put_path(&js, out->mem, tables, str_of(r->pattern));
    js_end(&js);
    js_end(&js);
    out->over = out->over || !js_done(&js);
}

int openapi_print(const struct route *const *tables)
{
    struct arena *mem = arena_new(0, NULL, NULL);
    struct buf out;
    buf_init(&out, mem, DOCUMENT_MAX);
    fragment(&out, tables);
    bool good = !out.over && fwrite(out.p, 1, out.n, stdout) == out.n && putchar('\n') == '\n';
    arena_free(mem);
    return good ? 0 : 1;
}

int openapi_pages(const struct route *const *tables)
{
    static const char *const NEEDS[] = {
        [NEED_NOBODY] = "nobody", [NEED_MAYBE] = "maybe", [NEED_TENANT] = "tenant",
        [NEED_USER] = "user",     [NEED_ADMIN] = "admin", [NEED_SUPERADMIN] = "superadmin",
    };
    for (const struct route *const *t = tables; *t != NULL; t++)
        for (const struct route *r = *t; r->pattern != NULL; r++)
            if (r->errors == SHAPE_PAGE)
                printf("%s %s %s\n", route_method(r->method), r->pattern, NEEDS[r->need]);
    return fflush(stdout) == 0 ? 0 : 1;
}
