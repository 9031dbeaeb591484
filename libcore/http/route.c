/* route.c — compiles the tables of a program into sorted patterns and finds the row for a path. */
#include "http/route.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum part_kind { PART_LITERAL, PART_ONE, PART_REST };
struct part { enum part_kind kind; struct str text; };
struct pattern {
    const struct route *route;
    struct part parts[REQUEST_SEGMENTS];
    size_t n;
    uint64_t secret;                            /* bit i: so is part i                            */
    size_t order;                               /* as written: keeps the sort stable              */
};
struct route_map { struct pattern *patterns; size_t n; bool has_secrets; };

_Static_assert(REQUEST_SEGMENTS <= 64, "a bit for each segment");

static struct part part_of(struct str text)
{
    if (!str_starts(text, S("{")) || !str_ends(text, S("}")))
        return (struct part){ PART_LITERAL, text };
    text = str_sub(text, 1, text.n - 2);
    if (str_ends(text, S("...")))
        return (struct part){ PART_REST, str_sub(text, 0, text.n - 3) };
    return (struct part){ PART_ONE, text };
}

static bool is_secret(const struct route *route, struct str name)
{
    for (const struct input *in = route->input; in != NULL && in->from != FROM_END; in++)
        if (in->from == PATH && in->type == T_SECRET && str_eq(str_of(in->name), name))
            return true;
    return false;
}

static const char *compile_one(struct pattern *p, const struct route *route)
{
    struct str rest = str_of(route->pattern), text;
    size_t params = 0;
    p->route = route;
    if (route->need == NEED_UNSET)
        return "has no need";
    if (route->run == NULL || route->method == 0 || (route->input != NULL && !route->input_size))
        return "lacks its method, its run or its input_size";
    if (route->db != DB_NEEDED && route->need != NEED_NOBODY && route->need != NEED_MAYBE)
        return "asks who is calling, but has no database to ask";
    if (route->streams && route->method != GET && !route->waits)
        return "streams inside a transaction";
    if (!str_starts(rest, S("/")))
        return "does not begin with a slash";
    for (rest = str_sub(rest, 1, SIZE_MAX); str_cut(&rest, '/', &text); p->n++) {
        if (p->n == REQUEST_SEGMENTS || (p->n > 0 && p->parts[p->n - 1].kind == PART_REST))
            return "is too long, or goes on behind {name...}";
        p->parts[p->n] = part_of(text);
        params += p->parts[p->n].kind != PART_LITERAL;
        if (p->parts[p->n].kind == PART_ONE && is_secret(route, p->parts[p->n].text))
            p->secret |= UINT64_C(1) << p->n;
    }
    return params > ROUTE_PARAMS ? "has too many parameters" : NULL;
}

/* The more specific first: at the first difference a literal, then {name}, then {name...}. */
static int compare(const void *left, const void *right)
{
    const struct pattern *a = left, *b = right;
    for (size_t i = 0; i < a->n && i < b->n; i++)
        if (a->parts[i].kind != b->parts[i].kind)
            return a->parts[i].kind < b->parts[i].kind ? -1 : 1;
    if (a->n != b->n)
        return a->n > b->n ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

struct route_map *route_compile(struct arena *mem, const struct route *const *tables,
                                const char **why)
{
    struct route_map *map = arena_make(mem, struct route_map);
    size_t n = 0;
    for (const struct route *const *t = tables; *t != NULL; t++)
        for (const struct route *r = *t; r->pattern != NULL; r++)
            n++;
    map->patterns = arena_list(mem, struct pattern, n);
    for (const struct route *const *t = tables; *t != NULL; t++) {
        for (const struct route *r = *t; r->pattern != NULL; r++) {
            const char *wrong = compile_one(&map->patterns[map->n], r);
            if (wrong != NULL) {
                *why = str_fmt(mem, "route %s %s", r->pattern, wrong).p;
                return NULL;
            }
            map->has_secrets = map->has_secrets || map->patterns[map->n].secret != 0;
            map->patterns[map->n].order = map->n;
            map->n++;
        }
    }
    qsort(map->patterns, map->n, sizeof *map->patterns, compare);
    return map;
}

static bool matches(const struct pattern *p, const struct request *r)
{
    bool has_rest = p->n > 0 && p->parts[p->n - 1].kind == PART_REST;
    if (has_rest ? r->segment_count < p->n : r->segment_count != p->n)
        return false;
    if (r->first_dots != 0 && !(has_rest && p->route->takes_dots && r->first_dots >= p->n))
        return false;
    for (size_t i = 0; i < p->n; i++)
        if (p->parts[i].kind == PART_LITERAL && !str_eq(p->parts[i].text, r->segments[i]))
            return false;
    return true;
}

static struct str rest_of(struct arena *mem, const struct request *r, size_t from)
{
    struct buf b;
    buf_init(&b, mem, SIZE_MAX);
    for (size_t i = from; i < r->segment_count; i++) {
        if (i > from)
            buf_c(&b, '/');
        buf_str(&b, r->segments[i]);
    }
    return buf_text(&b);
}

static void take_params(const struct pattern *p, struct arena *mem, const struct request *r,
                        struct route_found *found)
{
    for (size_t i = 0; i < p->n; i++) {
        if (p->parts[i].kind == PART_LITERAL)
            continue;
        found->params[found->param_count].name = p->parts[i].text;
        found->params[found->param_count++].value =
            p->parts[i].kind == PART_ONE ? r->segments[i] : rest_of(mem, r, i);
    }
}

void route_find(const struct route_map *map, struct arena *mem, const struct request *request,
                struct route_found *found)
{
    found->route = NULL;
    found->allow = 0;
    found->param_count = 0;
    bool is_named = false;
    for (size_t i = 0; i < map->n; i++) {
        const struct pattern *p = &map->patterns[i];
        if (!matches(p, request))
            continue;
        if (p->route->hidden && is_named)       /* an alias adds no method to another's path */
            continue;
        is_named = is_named || !p->route->hidden;
        found->allow |= p->route->method;
        if ((p->route->method & request->method) == 0)
            continue;
        found->route = p->route;
        take_params(p, mem, request, found);
        return;
    }
}

struct str route_param(const struct route_found *found, struct str name)
{
    for (size_t i = 0; i < found->param_count; i++)
        if (str_eq(found->params[i].name, name))
            return found->params[i].value;
    return NO_STR;
}

struct str route_shown(const struct route_map *map, struct arena *mem,
                       const struct request *request, const struct route *route_or_null)
{
    struct buf shown;
    uint64_t secret = 0;
    for (size_t i = 0; map->has_secrets && i < map->n; i++)
        if ((route_or_null == NULL || map->patterns[i].route == route_or_null)
            && matches(&map->patterns[i], request))
            secret |= map->patterns[i].secret;
    if (secret == 0)
        return request->path;
    buf_init(&shown, mem, SIZE_MAX);
    for (size_t i = 0; i < request->segment_count; i++) {
        buf_c(&shown, '/');
        buf_str(&shown, (secret >> i & 1) != 0 ? S("***") : request->segments[i]);
    }
    return buf_text(&shown);
}

const char *route_method(enum method method)
{
    switch (method) {
    case GET:     return "GET";
    case POST:    return "POST";
    case PUT:     return "PUT";
    case PATCH:   return "PATCH";
    case DELETE:  return "DELETE";
    case OPTIONS: return "OPTIONS";
    default:      return "";
    }
}
