/* generated.c — the collections as types for clients: TypeScript and JSON Schema. */
#include "routes.h"

#include "transfer/jsonschema.h"
#include "transfer/typescript.h"

/* Another text, another tag: not every change of a definition shows in it. */
static bool answer(struct cx *cx, const char *type, const char *name, struct str text,
                   struct reply *reply)
{
    reply_header(reply, "Content-Disposition", str_fmt(cx->mem, "inline; filename=%s", name));
    reply_etag(reply, str_fmt(cx->mem, "%016llx", (unsigned long long)str_hash(text)));
    return reply_text(reply, type, text);
}

static bool types(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct str text;

    TRY(typescript_write(cx, &text));
    return answer(cx, "text/plain; charset=utf-8", "types.ts", text, reply);
}

static bool schema(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct str text;

    TRY(jsonschema_write(cx, &text));
    return answer(cx, "application/schema+json", "schema.json", text, reply);
}

const struct route generated_routes[] = {
    { GET, "/api/v1/collections/types.ts", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      .run = types, .title = "TypeScript types of all collections",
      .about = "For each collection an interface of its records as they are read, one of what"
               " creates and one of what changes them; Collections maps names to them." },
    { GET, "/api/v1/collections/schema.json", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      .run = schema, .title = "JSON Schema of all collections",
      .about = "Draft 2020-12: $defs has Posts, PostsCreate and PostsUpdate for posts." },
    { 0 },
};
