/* 28-errors.c — the error bodies of the contracts, CORS, conditions and the reply's own checks. */
#include <string.h>

#include "http/cors.h"
#include "http/errors.h"
#include "http/headers.h"
#include "tap.h"

static struct cx *fresh(void)
{
    struct cx *cx = arena_make(tap_mem(), struct cx);
    cx->mem = tap_mem();
    return cx;
}

static struct reply reply;
static struct request request;

static struct str rendered(struct cx *cx, enum err_shape shape, bool debug)
{
    request = (struct request){ .method = GET };
    reply_init(&reply, cx, &request, 4096);
    reply_js(&reply);
    js_object(&reply.js, NULL);                     /* half a reply, which the error replaces */
    errors_reply(&reply, &cx->err, shape, debug);
    return str_fmt(tap_mem(), "%d %.*s", reply.status, STR_ARG(buf_text(&reply.body)));
}

static struct str header(const char *name)
{
    for (size_t i = 0; i < reply.header_count; i++)
        if (strcmp(reply.headers[i].name, name) == 0)
            return reply.headers[i].value;
    return NO_STR;
}

static void shapes(void)
{
    struct cx *cx = fresh();
    fail(cx, E_CONFLICT, "Conflict", "Collection %s exists", "a\"b");
    is_text(rendered(cx, SHAPE_ROUTE, false), "409 {\"detail\":\"Collection a\\\"b exists\"}",
            "F1");
    is_text(rendered(cx, SHAPE_ERROR, false),
            "409 {\"error\":\"Conflict\",\"message\":\"Collection a\\\"b exists\"}", "F3");
    is_text(rendered(cx, SHAPE_ITEMS, false),
            "409 {\"error\":\"Conflict\",\"message\":\"Collection a\\\"b exists\"}",
            "a plain failure of a route that lists items");
    cx = fresh();
    fail_field(cx, E_CONFLICT, "Conflict", "email", "Taken");
    is_text(rendered(cx, SHAPE_DETAIL, false),
            "409 {\"error\":\"Conflict\",\"message\":\"Taken\",\"field\":\"email\"}",
            "F3 with its field");
    cx = fresh();
    fail_add_item(cx, S("password"), S("too_short"), "Too short");
    fail_add_item(cx, S("password"), S("no_digit"), "No digit");
    ok(!fail_items(cx, E_INVALID, SHAPE_ITEMS, "Validation error"), "items are a failure");
    is_text(rendered(cx, SHAPE_ERROR, false),
            "400 {\"error\":\"Validation error\",\"details\":[{\"field\":\"password\","
            "\"message\":\"Too"
            " short\",\"code\":\"too_short\"},{\"field\":\"password\",\"message\":\"No digit\","
            "\"code\":\"no_digit\"}]}", "F4");
    cx->err.shape = SHAPE_ITEMS_IN_DETAIL;
    ok(str_starts(rendered(cx, SHAPE_ERROR, false), S("400 {\"detail\":{\"error\":\"Validation"
            " error\"")),
       "F5");
    cx = fresh();
    fail_body(cx, E_UNPROCESSABLE, "no", S("{\"odd\":1}"));
    is_text(rendered(cx, SHAPE_ERROR, false), "422 {\"odd\":1}", "a body as it stands");
    is_text(str_of(reply.type), "application/json", "is JSON too");
    cx = fresh();
    fail_add_field(cx, &(struct err_field){ .type = "missing", .msg = S("Field required"),
                                            .loc = S("[\"body\",\"schema\",0,\"name\"]") });
    ok(!fail_fields(cx), "fields are a failure");
    is_text(rendered(cx, SHAPE_ERROR, false),
            "422 {\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"schema\",0,\"name\"],"
            "\"msg\":\"Field required\",\"input\":null}],\"error\":\"Validation error\","
            "\"message\":\"schema.0.name: Field required\","
            "\"errors\":{\"schema.0.name\":[\"Field required\"]}}", "F2 with its additions");
}

static void ours(void)
{
    struct cx *cx = fresh();
    broken(cx, "disk %d", 7);
    is_text(rendered(cx, SHAPE_ERROR, false), "500 {\"error\":\"Internal server error\","
            "\"detail\":\"An unexpected error occurred\"}", "F7 keeps the cause to itself");
    is_text(rendered(cx, SHAPE_ERROR, true), "500 {\"error\":\"Internal server error\","
            "\"detail\":\"disk 7\"}", "unless debugging");
    cx = fresh();
    fail(cx, E_BROKEN, "Internal error", "Role configuration error");
    is_text(rendered(cx, SHAPE_ERROR, false),
            "500 {\"error\":\"Internal error\",\"message\":\"Role configuration error\"}",
            "a 500 with words of its own");
    cx = fresh();
    fail(cx, E_BUSY, NULL, "Later");
    is_text(rendered(cx, SHAPE_ERROR, false),
            "503 {\"error\":\"Service unavailable\",\"message\":\"Later\"}", "busy");
    is_text(header("Retry-After"), "1", "says when to come back");
    cx = fresh();
    fail_detail(cx, E_UNAUTHENTICATED, "Invalid token");
    cx->err.challenge = true;
    rendered(cx, SHAPE_ERROR, false);
    is_text(header("WWW-Authenticate"), "Bearer", "a challenge");
    static const struct { enum err_kind kind; int status; } KINDS[] = {
        { E_FORBIDDEN, 403 }, { E_NOT_FOUND, 404 }, { E_METHOD, 405 }, { E_PRECONDITION, 412 },
        { E_TOO_LARGE, 413 }, { E_TOO_MANY, 429 }, { E_FULL, 507 },
    };
    for (size_t i = 0; i < COUNT(KINDS); i++)
        is_int(errors_status(KINDS[i].kind), KINDS[i].status, "a status for each kind");
}

static bool finished(int status, const char *none_match, struct str etag)
{
    request = (struct request){ .method = GET, .if_none_match = str_of(none_match) };
    reply_init(&reply, fresh(), &request, 4096);
    reply.status = status;
    js_object(reply_js(&reply), NULL);
    js_end(&reply.js);
    if (!str_absent(etag))
        reply_etag(&reply, etag);
    return reply_finish(&reply);
}

static void conditions(void)
{
    ok(finished(200, "\"a\", W/\"b\"", S("b")) && reply.status == 304 && reply.type == NULL,
       "If-None-Match compares weakly");
    ok(finished(200, "*", S("b")) && reply.status == 304, "and * is anything");
    ok(finished(200, "\"a\"", S("b")) && reply.status == 200, "another tag is news");
    ok(finished(200, "b", S("b")) && reply.status == 200, "a tag has quotes");
    is_text(header("ETag"), "\"b\"", "which we send");
    request.if_match = S("\"a\"");
    ok(!reply_may_change(&reply, S("b")) && reply.cx->err.kind == E_PRECONDITION,
            "If-Match refuses");
    request.if_match = S("W/\"b\"");
    ok(!reply_may_change(&reply, S("b")), "and compares strongly");
    request.if_match = S("\"x\",\"b\"");
    ok(reply_may_change(&reply, S("b")), "a tag in the list");
    request.if_match = NO_STR;
    ok(reply_may_change(&reply, S("b")), "no condition");
    reply_init(&reply, fresh(), &request, 4096);
    js_object(reply_js(&reply), NULL);
    ok(!reply_finish(&reply), "half a document is our failure");
    reply_init(&reply, fresh(), &request, 4);
    js_text(reply_js(&reply), NULL, S("too long"));
    ok(!reply_finish(&reply), "so is one that is too big");
    reply_header(&reply, "X", S("a\r\nSet-Cookie: b"));
    ok(str_absent(header("X")), "a header stays a header");
}

static struct str lines(const struct settings *set, struct str origin, struct str cookie)
{
    struct buf b = tap_buf(4096);
    request = (struct request){ .method = GET, .origin = origin, .cookie = cookie };
    cors_lines(&b, set, &request);
    return b.n == 0 ? S("") : buf_text(&b);
}

static void origins(void)
{
    struct str listed[] = { S("http://a.example"), S("http://b.example") }, star[] = { S("*") };
    struct settings set = { .cors_origins = { listed, 2 }, .cors_allow_credentials = true,
                            .cors_allow_methods = { star, 1 }, .cors_allow_headers = { star, 1 } };
    is_text(lines(&set, NO_STR, NO_STR), "", "no Origin, no lines");
    is_text(lines(&set, S("http://c.example"), NO_STR), "Vary: Origin\r\n", "a stranger");
    ok(str_starts(lines(&set, S("http://b.example"), NO_STR), S("Vary: Origin\r\n"
       "Access-Control-Allow-Origin: http://b.example\r\nAccess-Control-Allow-Credentials: true\r\n"
       "Access-Control-Expose-Headers: Retry-After, ")), "a listed one");
    request.method = OPTIONS;
    request.wanted_method = S("PATCH");
    request.wanted_headers = S("authorization, x-api-key");
    ok(cors_is_preflight(&request), "a preflight");
    reply_init(&reply, fresh(), &request, 4096);
    cors_preflight(&set, &request, &reply);
    ok(reply.status == 200 && str_eq(buf_text(&reply.body), S("OK")), "is answered");
    is_text(header("Access-Control-Allow-Methods"), "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT",
            "with all methods");
    is_text(header("Access-Control-Allow-Headers"), "authorization, x-api-key",
            "and what was asked");
    is_text(header("Access-Control-Max-Age"), "600", "for ten minutes");
    request.origin = S("http://c.example");
    reply_init(&reply, fresh(), &request, 4096);
    cors_preflight(&set, &request, &reply);
    ok(reply.status == 400 && str_eq(buf_text(&reply.body), S("Disallowed CORS origin")),
            "a stranger");
    set.cors_origins = (struct str_list){ star, 1 };
    ok(str_has(lines(&set, S("http://c.example"), NO_STR), S("Allow-Origin: *\r\n")), "anybody");
    ok(str_has(lines(&set, S("http://c.example"), S("a=b")), S("Allow-Origin:"
            " http://c.example\r\n")),
       "by name, with a cookie");
}

int main(void)
{
    plan(47);
    shapes();
    ours();
    conditions();
    origins();
    return done();
}
