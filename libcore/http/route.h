/*
 * route.h — what a program answers, as data: dispatch, access, 422 replies, reference pages and
 * OpenAPI all come from these rows (style §9).
 *
 * Matching  the more specific pattern wins whatever the order; {name} is one segment, {name...} the rest
 * Access    need has no default: a row without it stops the program at start
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "base/cx.h"
#include "http/input.h"
#include "http/output.h"
#include "http/reply.h"

enum method { GET = 1, POST = 2, PUT = 4, PATCH = 8, DELETE = 16 };
enum need {
    NEED_UNSET,
    NEED_NOBODY,            /* credentials are not looked at                                       */
    NEED_MAYBE,             /* used if they are good, forgotten if not (logout)                    */
    NEED_TENANT,            /* a caller, or anonymous with X-Account-ID; bad credentials are 401   */
    NEED_USER,
    NEED_ADMIN,             /* account role admin, or superadmin                                   */
    NEED_SUPERADMIN
};

struct route {
    enum method method;
    const char *pattern;            /* "/api/v1/records/{collection}/{id}"                         */
    enum need need;
    enum err_shape errors;          /* how plain failures look; SHAPE_DETAIL if unset              */
    const struct input *input;      /* NULL: nothing is read; a body is ignored                    */
    size_t input_size;              /* sizeof the input struct                                     */
    const struct output *output;
    int status;                     /* of success; 200 if 0                                        */
    bool (*run)(struct cx *cx, const void *input, struct reply *reply);
    bool alone;                     /* slow or heavy: not in a batch, opens its own transaction    */
    bool hidden;                    /* not in the reference (short forms, aliases)                 */
    size_t body_max;                /* 0: the setting max_body_bytes                               */
    const char *title, *about;      /* reference: a line, and a paragraph or NULL                  */
};
#define INPUT(table, of) .input = (table), .input_size = sizeof(struct of)

#endif
