/* path.c — fuzz: any path is cut, decoded once and matched, or refused; never ".." and never NUL. */
#include <stdlib.h>
#include <string.h>

#include "base/url.h"
#include "base/utf8.h"
#include "http/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool run(struct cx *cx UNUSED, const void *input UNUSED, struct reply *reply UNUSED)
{
    return true;
}

#define ROW(method_, pattern_) { method_, pattern_, NEED_NOBODY, .run = run }
static const struct route ROUTES[] = {
    ROW(GET, "/api/v1"), ROW(GET, "/api/v1/{collection}"), ROW(GET, "/api/v1/records/{collection}"),
    ROW(POST, "/api/v1/records/{collection}"), ROW(GET, "/api/v1/records/{collection}/{id}"),
    ROW(PATCH, "/api/v1/records/{collection}/batch"), ROW(GET, "/api/v1/files/{path...}"),
    ROW(DELETE, "/api/v1/{collection}/{id}"), ROW(GET, "/health"), { 0 },
};

static void must(bool held)
{
    if (!held)
        abort();
}

/* What was decoded encodes to a path that is cut the same way. */
static void back(struct arena *mem, const struct request *r)
{
    struct request *again = arena_make(mem, struct request);
    struct buf out;
    buf_init(&out, mem, SIZE_MAX);
    for (size_t i = 0; i < r->segment_count; i++) {
        struct str s = r->segments[i];
        must(s.n > 0 && memchr(s.p, '\0', s.n) == NULL && utf8_valid(s, NULL));
        must(!str_eq(s, S("..")) && !str_eq(s, S(".")));
        buf_c(&out, '/');
        url_part(&out, s);
    }
    if (r->segment_count == 0)
        return;
    must(request_split(again, mem, buf_text(&out)) && again->segment_count == r->segment_count);
    for (size_t i = 0; i < r->segment_count; i++)
        must(str_eq(again->segments[i], r->segments[i]));
}

static void once(struct arena *mem, const struct route_map *map, char *const *params,
                 struct str prefix)
{
    struct settings set = { .api_prefix = prefix, .base_path = S("/base") };
    struct request *r = arena_make(mem, struct request);
    struct route_found found = { .route = NULL };
    request_read(r, mem, params, &set);
    if (!request_split(r, mem, r->path))
        return;
    back(mem, r);
    route_find(map, mem, r, &found);
    must(found.param_count <= ROUTE_PARAMS && (found.route == NULL || found.allow != 0));
}

/* The first byte chooses the method; the rest is REQUEST_URI. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct route *const TABLES[] = { ROUTES, NULL };
    static const char *const METHODS[] = { "GET", "HEAD", "POST", "PATCH", "DELETE", "BREW" };
    const char *why = NULL;
    struct arena *mem = arena_new(0, NULL, NULL);
    const struct route_map *map = route_compile(mem, TABLES, &why);
    struct str uri = { (const char *)data + (size > 0), size - (size > 0) };
    struct str method = str_of(METHODS[size > 0 ? data[0] % COUNT(METHODS) : 0]);
    char *params[] = {
        (char *)(uintptr_t)str_fmt(mem, "REQUEST_METHOD=%.*s", STR_ARG(method)).p,
        (char *)(uintptr_t)str_fmt(mem, "REQUEST_URI=%.*s", STR_ARG(uri)).p, NULL };
    once(mem, map, params, S("/api/v1"));
    once(mem, map, params, S("/backend"));
    arena_free(mem);
    return 0;
}
