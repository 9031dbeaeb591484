/* openapijoin.c — one OpenAPI document from the fragments of all programs. */
#include "http/openapijoin.h"

#include "base/js.h"
#include "base/jv.h"

#define NOTE "Requests and replies are JSON. Sign in for a bearer token, or send an API key."

static void put_info(struct js *js)
{
    js_text(js, "openapi", S("3.1.0"));
    js_object(js, "info");
    js_text(js, "title", S("Larder"));
    js_text(js, "version", S("v1"));
    js_text(js, "description", S(NOTE));
    js_end(js);
    js_array(js, "servers");
    js_object(js, NULL);
    js_text(js, "url", S("/"));
    js_end(js);
    js_end(js);
    buf_c(js->out, '\n');
}

static bool has_path(const struct jv *docs, size_t n, struct str path)
{
    for (size_t i = 0; i < n; i++)
        if (jv_get(jv_get(docs[i], S("paths")), path).kind != JV_ABSENT)
            return true;
    return false;
}

static void put_operations(struct js *js, struct arena *mem, struct jv operations)
{
    struct str method;
    struct jv operation;
    for (struct jv_each e = jv_each(operations); jv_next(&e, &method, &operation); ) {
        js_key(js, method);
        js_raw(js, NULL, jv_print(mem, operation));
        buf_c(js->out, '\n');
    }
}

/* A path may have methods in several programs: they meet under its first appearance. */
static void put_paths(struct js *js, struct arena *mem, const struct jv *docs, size_t n)
{
    struct str path;
    struct jv operations;
    js_object(js, "paths");
    for (size_t i = 0; i < n; i++) {
        struct jv paths = jv_get(docs[i], S("paths"));
        for (struct jv_each e = jv_each(paths); jv_next(&e, &path, &operations); ) {
            if (has_path(docs, i, path))
                continue;
            js_key(js, path);
            js_object(js, NULL);
            for (size_t k = i; k < n; k++)
                put_operations(js, mem, jv_get(jv_get(docs[k], S("paths")), path));
            js_end(js);
        }
    }
    js_end(js);
}

/* The shared part is written by hand, as data: it changes with the contracts, with nothing else. */
#define TEXT "{\"type\":\"string\"}"
#define OBJECT(members) "{\"type\":\"object\",\"properties\":{" members "}}"
#define ITEM OBJECT("\"field\":" TEXT ",\"message\":" TEXT ",\"code\":" TEXT)
#define ITEMS OBJECT("\"error\":" TEXT ",\"details\":{\"type\":\"array\",\"items\":" ITEM "}")
#define FIELD OBJECT("\"type\":" TEXT ",\"loc\":{\"type\":\"array\",\"items\":{\"type\":" \
    "[\"string\",\"integer\"]}},\"msg\":" TEXT ",\"input\":{},\"ctx\":{\"type\":\"object\"}")
#define FIELDS OBJECT("\"detail\":{\"type\":\"array\",\"items\":" FIELD "},\"error\":" TEXT \
    ",\"message\":" TEXT ",\"errors\":{\"type\":\"object\",\"additionalProperties\":" \
    "{\"type\":\"array\",\"items\":" TEXT "}}")
#define RESPONSE(about, schema) "{\"description\":\"" about "\",\"content\":" \
    "{\"application/json\":{\"schema\":" schema "}}}"
#define DETAIL OBJECT("\"detail\":" TEXT)
#define ITEMS_IN_DETAIL OBJECT("\"detail\":" ITEMS)

static void put_components(struct js *js)
{
    static const struct { const char *name; struct str json; } RESPONSES[] = {
        { "Detail", S_INIT(RESPONSE("A failure the caller can cause", DETAIL)) },
        { "Error", S_INIT(RESPONSE("A failure the caller can cause",
                                   OBJECT("\"error\":" TEXT ",\"message\":" TEXT
                                          ",\"field\":" TEXT))) },
        { "Items", S_INIT(RESPONSE("What is wrong, item by item", ITEMS)) },
        { "ItemsInDetail", S_INIT(RESPONSE("What is wrong, item by item", ITEMS_IN_DETAIL)) },
        { "Unprocessable", S_INIT(RESPONSE("Fields that do not fit, all in one list", FIELDS)) },
        { "Unauthenticated", S_INIT(RESPONSE("No credentials, or bad ones", DETAIL)) },
        { "Forbidden", S_INIT(RESPONSE("Not for this caller", DETAIL)) },
        { "Broken", S_INIT(RESPONSE("Our failure; nothing was changed",
                                    OBJECT("\"error\":" TEXT ",\"detail\":" TEXT))) },
    };
    js_object(js, "components");
    js_object(js, "securitySchemes");
    js_raw(js, "bearer", S("{\"type\":\"http\",\"scheme\":\"bearer\"}"));
    js_raw(js, "apiKey", S("{\"type\":\"apiKey\",\"in\":\"header\",\"name\":\"X-API-Key\"}"));
    js_raw(js, "account", S("{\"type\":\"apiKey\",\"in\":\"header\",\"name\":\"X-Account-ID\","
                            "\"description\":\"Anonymous callers name the account whose"
                            " records they want: slug, code or id\"}"));
    js_end(js);
    js_object(js, "responses");
    for (size_t i = 0; i < COUNT(RESPONSES); i++) {
        js_raw(js, RESPONSES[i].name, RESPONSES[i].json);
        buf_c(js->out, '\n');
    }
    js_end(js);
    js_end(js);
}

bool openapijoin_write(struct cx *cx, const struct str *fragments, size_t n, struct buf *out)
{
    struct jv *docs = arena_list(cx->mem, struct jv, n);
    struct jv_fault fault = { 0 };
    struct js js;
    for (size_t i = 0; i < n; i++)
        if (!jv_parse(cx, fragments[i], &docs[i], &fault))
            return broken(cx, "fragment %zu is no JSON at %zu: %s", i + 1, fault.offset,
                          fault.reason);
    js_init(&js, out);
    js_object(&js, NULL);
    put_info(&js);
    put_paths(&js, cx->mem, docs, n);
    buf_c(out, '\n');
    put_components(&js);
    js_end(&js);
    buf_c(out, '\n');
    return (js_done(&js) && !out->over) || broken(cx, "the document cannot be written");
}
