/* 26-route.c — paths: cut, decoded once, matched to the most specific row; prefixes; proxies. */
#include <string.h>

#include "http/route.h"
#include "tap.h"

static struct settings set = { .api_prefix = S_INIT("/api/v1") };
static struct request request;

static bool run(struct cx *cx UNUSED, const void *input UNUSED, struct reply *reply UNUSED)
{
    return true;
}

struct offer_in { struct str token; };
static const struct input OFFER_IN[] = { IN(PATH, T_SECRET, offer_in, token), { 0 } };
#define ROW(method_, pattern_) { method_, pattern_, NEED_NOBODY, .run = run }
static const struct route ROUTES[] = {
    ROW(GET, "/api/v1/{collection}"), ROW(GET, "/api/v1/records/{collection}"),
    ROW(GET, "/api/v1/records/{collection}/{id}"), ROW(DELETE, "/api/v1/records/{collection}/{id}"),
    ROW(DELETE, "/api/v1/records/{collection}/batch"), ROW(GET, "/api/v1/files/{path...}"),
    ROW(GET, "/api/v1/files/list"), ROW(GET, "/api/v1"), ROW(POST, "/api/v1/records/{collection}"),
    ROW(GET, "/api/v1/{a}/x/{b}"), ROW(GET, "/health"), ROW(DELETE, "/offers/{id}"),
    { GET, "/offers/{token}", NEED_NOBODY, .run = run, INPUT(OFFER_IN, offer_in) }, { 0 },
};
static const struct route *const TABLES[] = { ROUTES, NULL };
static const struct route_map *map;

static char *line(const char *text)
{
    return (char *)(uintptr_t)str_copy(tap_mem(), str_of(text)).p;
}

static struct route_found find(const char *method, const char *uri)
{
    static struct route_found found;
    char *params[] = { line(str_fmt(tap_mem(), "REQUEST_METHOD=%s", method).p),
                       line(str_fmt(tap_mem(), "REQUEST_URI=%s", uri).p), NULL };
    memset(&found, 0, sizeof found);
    request_read(&request, tap_mem(), params, &set);
    if (request_split(&request, tap_mem(), request.path))
        route_find(map, tap_mem(), &request, &found);
    return found;
}

static struct str pattern(const char *method, const char *uri)
{
    struct route_found found = find(method, uri);
    return found.route == NULL ? str_fmt(tap_mem(), "none, allow %u", found.allow)
                               : str_of(found.route->pattern);
}

static struct str param(const char *uri, struct str name)
{
    struct route_found found = find("GET", uri);
    return route_param(&found, name);
}

static void matching(void)
{
    is_text(pattern("GET", "/api/v1/records/posts"), "/api/v1/records/{collection}",
            "a literal first");
    is_text(pattern("GET", "/api/v1/posts"), "/api/v1/{collection}", "a parameter else");
    is_text(pattern("DELETE", "/api/v1/records/p/batch"), "/api/v1/records/{collection}/batch",
            "a literal late in the path beats a parameter written before it");
    is_text(pattern("GET", "/api/v1/records/p/batch"), "/api/v1/records/{collection}/{id}",
            "the method it lacks is found where the parameter has it");
    is_text(pattern("GET", "/api/v1/files/list"), "/api/v1/files/list", "a literal beats the rest");
    is_text(pattern("GET", "/api/v1/files/a/b/c"), "/api/v1/files/{path...}", "the rest");
    is_text(pattern("GET", "/api/v1/files"), "/api/v1/{collection}", "the rest is never nothing");
    is_text(pattern("GET", "/api/v1"), "/api/v1", "the root");
    is_text(pattern("GET", "/api/v1/"), "/api/v1", "and with its slash");
    is_text(pattern("GET", "/api/v1/records/posts/"), "/api/v1/records/{collection}",
            "a final slash");
    is_text(pattern("PUT", "/api/v1/records/posts"), "none, allow 3", "405 knows GET and POST");
    is_text(pattern("PUT", "/api/v1/records/p/batch"), "none, allow 17",
            "of every pattern that fits");
    is_text(pattern("GET", "/nothing"), "none, allow 0", "404 knows nothing");
    is_text(pattern("HEAD", "/health"), "/health", "HEAD is GET");
    is_text(pattern("BREW", "/health"), "none, allow 1", "a method nobody knows");
    is_text(pattern("get", "/health"), "none, allow 1", "methods have case");
}

static void decoding(void)
{
    is_text(param("/api/v1/records/a%2Fb/c", S("collection")), "a/b",
            "an encoded slash is no slash");
    is_text(param("/api/v1/records/a/%252e", S("id")), "%2e", "decoded once, not twice");
    is_text(param("/api/v1/records/a/b+c", S("id")), "b+c", "a plus in a path is a plus");
    is_text(param("/api/v1/records/a/%C3%A9", S("id")), "é", "UTF-8");
    is_text(param("/api/v1/files/a/b%20c/d", S("path")), "a/b c/d", "the rest is joined again");
    is_text(param("/api/v1/records/a/b?c=/d/e", S("id")), "b", "the query is no path");
    static const char *const BAD[] = {
        "/api/v1/records/..", "/api/v1/records/%2e%2e", "/api/v1/records/.", "/api/v1//posts",
        "//api/v1", "/api/v1/records/posts//", "/api/v1/records/%", "/api/v1/records/%4",
        "/api/v1/records/%zz", "/api/v1/records/%00", "/api/v1/records/%ff", "/api/v1/records/%C"
        "0%AF",
        "api/v1", "*", "",
    };
    for (size_t i = 0; i < COUNT(BAD); i++)
        is_text(pattern("GET", BAD[i]), "none, allow 0", BAD[i]);
    struct buf deep = tap_buf(4096);
    for (size_t i = 0; i < 400; i++)
        buf_str(&deep, S("/a"));
    is_text(pattern("GET", str_c(tap_mem(), buf_text(&deep))), "none, allow 0", "a path too deep");
}

static void prefixes(void)
{
    set.base_path = S("/shop");
    is_text(pattern("GET", "/shop/api/v1/records/p"), "/api/v1/records/{collection}", "base_path");
    is_text(pattern("GET", "/health"), "/health", "without it, as a web server may strip it");
    is_text(pattern("GET", "/shopping/api/v1"), "none, allow 0", "not half a segment");
    set.base_path = NO_STR;
    set.api_prefix = S("/backend");
    is_text(pattern("GET", "/backend/records/p"), "/api/v1/records/{collection}", "api_prefix");
    is_text(pattern("GET", "/api/v1/records/p"), "none, allow 0", "then the usual one is none");
    is_text(pattern("GET", "/health"), "/health", "and the root is where it was");
    set.api_prefix = S("/api/v1");
    is_text(pattern("GET", "http://example.com/api/v1/posts?a"), "/api/v1/{collection}",
            "absolute form");
    is_text(pattern("GET", "https://example.com"), "none, allow 0", "without a path");
}

static void params_of(char *const *params)
{
    request_read(&request, tap_mem(), params, &set);
}

static void parameters(void)
{
    char *two[] = { line("CONTENT_LENGTH=5"), line("CONTENT_LENGTH=7"), NULL };
    params_of(two);
    ok(request.wrong != NULL, "two lengths are one too many");
    char *same[] = { line("CONTENT_LENGTH=5"), line("CONTENT_LENGTH=5"), NULL };
    params_of(same);
    ok(request.wrong == NULL && request.declared == 5, "the same twice is harmless");
    char *words[] = { line("CONTENT_LENGTH=five"), NULL };
    params_of(words);
    ok(request.wrong != NULL, "a length is a number");
    char *minus[] = { line("CONTENT_LENGTH=-1"), NULL };
    params_of(minus);
    ok(request.wrong != NULL, "and not negative");
    char *none[] = { line("CONTENT_LENGTH="), line("REDIRECT_HTTP_AUTHORIZATION=Bearer x"), NULL };
    params_of(none);
    is_int(request.declared, -1, "an empty length is none");
    is_text(request.authorization, "Bearer x", "Apache's way of passing Authorization");
    char *plain[] = { line("SCRIPT_NAME=/cgi-bin/p"), line("PATH_INFO=/health"), line("x"),
                      line("HTTP_X_ACCOUNT_ID=acme"), line("HTTP_X_ACCOUNT=no"), NULL };
    struct str below;
    params_of(plain);
    is_text(request.path, "/cgi-bin/p/health", "CGI without REQUEST_URI");
    ok(request_below_script(&request, &below) && str_eq(below, S("/health")), "below its own name");
    is_text(request_header(&request, S("X-Account-ID")), "acme", "a header by name");
    ok(str_absent(request_header(&request, S("X-Account-I"))), "and only by the whole of it");
    struct str proxies[] = { S("10.0.0.1"), S("10.0.0.2") };
    set.trusted_proxies = (struct str_list){ proxies, 2 };
    char *proxied[] = { line("REMOTE_ADDR=10.0.0.1"), line("HTTP_X_FORWARDED_PROTO=https"),
                        line("HTTP_X_FORWARDED_FOR=6.6.6.6, 9.9.9.9, 10.0.0.2"), NULL };
    params_of(proxied);
    is_text(request.ip, "9.9.9.9", "the last address that no proxy of ours wrote");
    ok(request.https, "and its scheme");
    proxied[0] = line("REMOTE_ADDR=8.8.8.8");
    params_of(proxied);
    is_text(request.ip, "8.8.8.8", "a stranger is not believed");
    ok(!request.https, "nor about the scheme");
}

static struct str shown(const char *method, const char *uri)
{
    struct route_found found = find(method, uri);
    return route_shown(map, tap_mem(), &request, found.route);
}

static void secrets(void)
{
    is_text(shown("GET", "/offers/abc"), "/offers/***", "a secret is not told");
    is_text(shown("DELETE", "/offers/abc"), "/offers/abc", "where it is a name, it is");
    is_text(shown("OPTIONS", "/offers/abc"), "/offers/***", "unless a browser asks which it is");
    is_text(shown("PUT", "/offers/abc/"), "/offers/***", "or nothing takes it");
    is_text(shown("GET", "/offers/abc/d"), "/offers/abc/d", "another path has none");
}

static void tables(void)
{
    const char *why = NULL;
    static const struct route NO_NEED[] = { { GET, "/x", .run = run }, { 0 } };
    static const struct route *const BAD[] = { NO_NEED, NULL };
    ok(route_compile(tap_mem(), BAD, &why) == NULL && strstr(why, "/x") != NULL,
       "a row without a need stops the program, by name");
    static const struct route BEHIND[] = { ROW(GET, "/{a...}/b"), { 0 } };
    static const struct route *const REST[] = { BEHIND, NULL };
    ok(route_compile(tap_mem(), REST, &why) == NULL, "nothing comes behind the rest");
}

int main(void)
{
    const char *why = NULL;
    plan(67);
    map = route_compile(tap_mem(), TABLES, &why);
    matching();
    secrets();
    decoding();
    prefixes();
    parameters();
    tables();
    return done();
}
