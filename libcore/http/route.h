/*
 * route.h — what a program answers, as data: dispatch, access, 422 replies, reference pages and
 * OpenAPI all come from these rows (style §9).
 *
 * Matching  the more specific pattern wins whatever the order: a literal beats {name}, which is one
 *           segment, and that beats {name...}, which is all that remains (at least one)
 * Access    need has no default: a row without it stops the program at start
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "base/cx.h"
#include "http/input.h"
#include "http/output.h"
#include "http/reply.h"
#include "http/request.h"

enum need {
    NEED_UNSET,
    NEED_NOBODY,            /* credentials are not looked at */
    NEED_MAYBE,             /* used if they are good, forgotten if not (logout) */
    NEED_TENANT,            /* a caller, or anonymous with X-Account-ID; bad credentials are 401 */
    NEED_USER,
    NEED_ADMIN,             /* account role admin, or superadmin */
    NEED_SUPERADMIN
};

enum route_db { DB_NEEDED, DB_IF_THERE, DB_UNUSED };

struct route {
    enum method method;
    const char *pattern;            /* "/api/v1/records/{collection}/{id}" */
    enum need need;
    enum err_shape errors;          /* how plain failures look; SHAPE_DETAIL if unset */
    const char *broken;             /* what its 500 says, where the contract has words */
    const struct input *input;      /* NULL: nothing is read; a body is ignored */
    size_t input_size;              /* sizeof the input struct */
    const struct output *output;
    int status;                     /* of success; 200 if 0 */
    bool (*run)(struct cx *cx, const void *input, struct reply *reply);
    bool alone;                     /* slow or heavy: not in a batch, opens its own transaction */
    bool waits;                     /* alone, for the network or a child: no transaction is open
                                       meanwhile, so no Idempotency-Key keeps the reply */
    bool streams;                   /* alone; its body is left to be read, its reply may be written
                                       piece by piece (stream.h). Not with GET: waits, too */
    bool takes_dots;                /* its {path...} may hold "." and "..": it looks itself */
    bool query_token;               /* a link: ?token= is as good as the header */
    enum route_db db;               /* without it, most routes answer 503                         */
    bool hidden;                    /* not in the reference (short forms, aliases) */
    size_t body_max;                /* 0: the setting max_body_bytes */
    const char *title, *about;      /* reference: a line, and a paragraph or NULL */
};
#define INPUT(table, of) .input = (table), .input_size = sizeof(struct of)

#define ROUTE_PARAMS 6
struct route_map;
struct route_found {
    const struct route *route;      /* NULL: allow says why */
    unsigned allow;                 /* methods this path has; 0: there is no such path */
    struct { struct str name, value; } params[ROUTE_PARAMS];
    size_t param_count;
};

/* NULL: *why names the row that is wrong. tables ends with NULL, each table with { 0 }. */
struct route_map *route_compile(struct arena *mem, const struct route *const *tables,
                                const char **why);
void route_find(const struct route_map *map, struct arena *mem, const struct request *request,
                struct route_found *found);
struct str route_param(const struct route_found *found, struct str name);
/* The path as it may be told: what its route takes as a secret is ***, and where there is none (a
 * preflight, another method) what any route of the path does. */
struct str route_shown(const struct route_map *map, struct arena *mem,
                       const struct request *request, const struct route *route_or_null);
const char *route_method(enum method method);

#endif
