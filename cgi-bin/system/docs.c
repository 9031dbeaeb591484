/* docs.c — serves the reference, and turns a filled form into the command that sends it. */
#include "docs.h"

#include "base/settings.h"
#include "base/url.h"
#include "manual.h"

#define COMMAND_MAX 65536
#define PAGE "text/html; charset=utf-8"

static bool is_open(struct cx *cx)
{
    return str_eq(cx->set->environment, S("development"))
        || fail_detail(cx, E_NOT_FOUND, "Not Found");
}

static bool document(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct str json;
    TRY(is_open(cx));
    TRY(manual_text(cx, &json));
    return reply_text(reply, "application/json", json);
}

static bool page(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct manual_rows groups = { .n = 0 };
    struct html html;
    struct jv doc;
    TRY(is_open(cx));
    TRY(manual_document(cx, &doc));
    manual_groups(cx, doc, &groups);
    const struct fill values[] = {
        fill_text("base", cx->set->base_path), fill_text("name", cx->set->app_name),
        fill_text("version", cx->set->app_version), fill_text("login",
            str_fmt(cx->mem, "%.*s/auth/login", STR_ARG(cx->set->api_prefix))),
        fill_rows("groups", groups.at, groups.n), { 0 },
    };
    TRY(fill_page(cx, "docs.html", values, &html));
    return reply_text(reply, PAGE, html.safe);
}

/* 'text' for a POSIX shell. */
static void put_quoted(struct buf *out, struct str s)
{
    buf_c(out, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\'')
            buf_str(out, S("'\\''"));
        else
            buf_c(out, s.p[i]);
    }
    buf_c(out, '\'');
}

/* The value of a field of the form: "path.id", "query.limit", "body"; absent when left empty. */
static struct str field_of(struct cx *cx, struct str form, struct str name)
{
    struct str key, value, found = NO_STR;
    bool bad = false;
    while (url_pair(cx->mem, &form, &key, &value, &bad) && !bad)
        if (str_eq(key, name) && value.n > 0)
            found = value;
    return found;
}

static struct str parameter_of(struct cx *cx, struct str form, const char *where, struct str name)
{
    return field_of(cx, form, str_fmt(cx->mem, "%s.%.*s", where, STR_ARG(name)));
}

static void put_path(struct cx *cx, struct buf *url, struct str form, struct str path)
{
    size_t open, close;
    while (str_find(path, '{', &open) && str_find(path, '}', &close) && open < close) {
        struct str name = str_sub(path, open + 1, close - open - 1);
        struct str value = parameter_of(cx, form, "path", name);
        buf_str(url, str_sub(path, 0, open));
        if (str_absent(value))
            buf_str(url, str_sub(path, open, close + 1 - open));
        else
            url_part(url, value);
        path = str_sub(path, close + 1, SIZE_MAX);
    }
    buf_str(url, path);
}

static void put_query(struct cx *cx, struct buf *url, struct str form, struct jv operation)
{
    struct jv all = jv_get(operation, S("parameters"));
    char mark = '?';
    for (size_t i = 0; i < jv_count(all); i++) {
        struct str name = jv_text(jv_get(jv_at(all, i), S("name")));
        struct str value = parameter_of(cx, form, "query", name);
        if (str_absent(value))
            continue;
        buf_c(url, mark);
        url_part(url, name);
        buf_c(url, '=');
        url_part(url, value);
        mark = '&';
    }
}

static void put_headers(struct cx *cx, struct buf *out, struct str form, struct jv operation)
{
    struct jv all = jv_get(operation, S("parameters"));
    if (jv_count(jv_get(operation, S("security"))) > 0)
        buf_str(out, S(" \\\n  -H \"Authorization: Bearer $TOKEN\""));
    for (size_t i = 0; i < jv_count(all); i++) {
        struct str name = jv_text(jv_get(jv_at(all, i), S("name")));
        struct str value = parameter_of(cx, form, "header", name);
        if (str_absent(value))
            continue;
        buf_str(out, S(" \\\n  -H "));
        put_quoted(out, str_fmt(cx->mem, "%.*s: %.*s", STR_ARG(name), STR_ARG(value)));
    }
}

static struct str command_of(struct cx *cx, struct str form, struct jv operation, struct str method,
                             struct str path)
{
    struct buf url, out;
    struct str body = field_of(cx, form, S("body")), base = cx->set->external_url;
    buf_init(&url, cx->mem, COMMAND_MAX);
    buf_init(&out, cx->mem, COMMAND_MAX);
    buf_str(&url, str_ends(base, S("/")) ? str_sub(base, 0, base.n - 1) : base);
    buf_str(&url, cx->set->base_path);
    put_path(cx, &url, form, path);
    put_query(cx, &url, form, operation);
    buf_fmt(&out, "curl -i -X %.*s ", STR_ARG(str_upper(cx->mem, method)));
    put_quoted(&out, buf_text(&url));
    put_headers(cx, &out, form, operation);
    if (!str_absent(body)) {
        buf_str(&out, S(" \\\n  -H 'Content-Type: application/json' \\\n  --data-binary "));
        put_quoted(&out, body);
    }
    return buf_text(&out);
}

struct form_in { struct str op, form; };
static const struct input FORM_IN[] = {
    IN(FORM, T_TEXT, form_in, op, .required = true, .max = 200),
    IN(BODY, T_RAW_BODY, form_in, form), { 0 },
};

static bool command(struct cx *cx, const void *input, struct reply *reply)
{
    const struct form_in *in = input;
    struct str method, path;
    struct html html;
    struct jv doc, operation;
    TRY(is_open(cx));
    TRY(manual_document(cx, &doc));
    operation = manual_operation(doc, in->op, &method, &path);
    if (operation.kind == JV_ABSENT)
        return fail_detail(cx, E_NOT_FOUND, "Not Found");
    const struct fill values[] = {
        fill_text("base", cx->set->base_path), fill_text("name", cx->set->app_name),
        fill_text("id", in->op), fill_text("verb", str_upper(cx->mem, method)),
        fill_text("method", method), fill_text("path", path),
        fill_text("title", jv_text(jv_get(operation, S("summary")))),
        fill_text("command", command_of(cx, in->form, operation, method, path)), { 0 },
    };
    TRY(fill_page(cx, "docs/command.html", values, &html));
    return reply_text(reply, PAGE, html.safe);
}

const struct route docs_routes[] = {
    { GET, "/openapi.json", NEED_NOBODY, .run = document, .db = DB_UNUSED,
      .title = "This reference, for programs",
      .about = "OpenAPI 3.1, made from the tables that the programs serve. Only in development." },
    { GET, "/docs", NEED_NOBODY, .run = page, .db = DB_UNUSED, .hidden = true,
      .title = "This reference" },
    { POST, "/docs", NEED_NOBODY, INPUT(FORM_IN, form_in), .run = command, .db = DB_UNUSED,
      .hidden = true, .title = "The command that a form of the reference stands for" },
    { 0 },
};
