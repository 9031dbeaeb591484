/*
 * fail.h — what went wrong, said once, where it is known.
 *
 * A function that can fail returns bool and leaves the reason in cx->err. fail() is for what a
 * caller can cause, broken() for what only we can: it keeps the cause for the log and tells the
 * caller nothing more. The first failure wins. The shapes are the error bodies of the contracts
 * (identity.md §1.6, data.md §1.3); http/errors.c renders them.
 */
#ifndef BASE_FAIL_H
#define BASE_FAIL_H

#include "base/str.h"

struct cx;

enum err_kind {
    E_NONE,
    E_INVALID,              /* 400 */
    E_UNAUTHENTICATED,      /* 401 */
    E_FORBIDDEN,            /* 403 */
    E_NOT_FOUND,            /* 404 */
    E_METHOD,               /* 405 */
    E_CONFLICT,             /* 409 */
    E_PRECONDITION,         /* 412 */
    E_TOO_LARGE,            /* 413 */
    E_UNPROCESSABLE,        /* 422 */
    E_TOO_MANY,             /* 429 */
    E_BROKEN,               /* 500 */
    E_BUSY,                 /* 503, with Retry-After */
    E_FULL,                 /* 507: the disk; nothing was written */
    E_GONE                  /* whoever asked: nobody reads this, nobody is told */
};

enum err_shape {
    SHAPE_ROUTE,            /* as the route says (its .errors)                                 */
    SHAPE_DETAIL,           /* {"detail":message}                              F1, E1          */
    SHAPE_ERROR,            /* {"error":title,"message":message[,"field":…]}   F3, E2          */
    SHAPE_ITEMS,            /* {"error":title,"details":[{field,message,code}]} F4, E3         */
    SHAPE_ITEMS_IN_DETAIL,  /* {"detail":{…the same…}}                         F5              */
    SHAPE_FIELDS,           /* {"detail":[{type,loc,msg,input,ctx}],…}         F2, E5          */
    SHAPE_BODY,             /* err.body as it stands (E4, E6, odd replies)                     */
    SHAPE_PAGE              /* of a route alone: a page for people, whatever the failure says  */
};

struct err_item { struct str field, message, code; };           /* SHAPE_ITEMS                 */
struct err_field {                                              /* SHAPE_FIELDS                */
    const char *type;       /* "missing", "string_type" …: the catalogue of identity.md §1.7   */
    struct str loc;         /* JSON array text: ["body","schema",0,"name"]                     */
    struct str msg;
    struct str input;       /* JSON text of the offending value; absent writes null            */
    struct str ctx;         /* JSON object text, or absent: left out                           */
};

struct err {
    enum err_kind kind;     /* the status code, and who gets to read it                        */
    enum err_shape shape;
    const char *title;      /* short and fixed: "Not found"                                    */
    const char *message;    /* one sentence for the caller: names the thing, says the reason   */
    const char *field;      /* which input, or NULL                                            */
    const char *cause;      /* errno, driver text, path: for the log, never for the caller     */
    bool challenge;         /* a 401 about the request's own token: WWW-Authenticate: Bearer   */
    int64_t retry_after;    /* seconds, for the header Retry-After; 0: none                    */
    struct err_item *items; size_t item_count;
    struct err_field *fields; size_t field_count;
    struct str body;
    const char *where;      /* a member that says which item of a list it is about, or NULL:   */
    struct str where_json;  /* "index": 3                                                      */
};

/* All return false, so that `return fail(…)` reads as one thought. Text is copied to cx->mem. */
bool fail(struct cx *cx, enum err_kind kind, const char *title, const char *format, ...)
    FORMAT(4, 5);
bool fail_detail(struct cx *cx, enum err_kind kind, const char *format, ...) FORMAT(3, 4);
bool fail_field(struct cx *cx, enum err_kind kind, const char *title, const char *field,
                const char *format, ...) FORMAT(5, 6);          /* SHAPE_ERROR with "field"     */
bool fail_body(struct cx *cx, enum err_kind kind, const char *message, struct str json);
bool fail_limited(struct cx *cx, int64_t wait_us);             /* F6: 429, and when to come again */
bool broken(struct cx *cx, const char *format, ...) FORMAT(2, 3);

/* The same where it is called, for compilers and analysers, which see only the declaration. */
static inline bool fail_false(bool said) { (void)said; return false; }
#define fail(...)        fail_false(fail(__VA_ARGS__))
#define fail_detail(...) fail_false(fail_detail(__VA_ARGS__))
#define fail_field(...)  fail_false(fail_field(__VA_ARGS__))
#define fail_body(...)   fail_false(fail_body(__VA_ARGS__))
#define fail_limited(...) fail_false(fail_limited(__VA_ARGS__))
#define broken(...)      fail_false(broken(__VA_ARGS__))

/* Collect; then `return fail_items(…)` / `fail_fields(cx)`, which return true if none was added. */
void fail_add_item(struct cx *cx, struct str field, struct str code, const char *format, ...)
    FORMAT(4, 5);
bool fail_items(struct cx *cx, enum err_kind kind, enum err_shape shape, const char *title);
void fail_add_field(struct cx *cx, const struct err_field *item);
bool fail_fields(struct cx *cx);

/* The failure is about one item of a list: "index", "3". The innermost list tells; false. */
bool fail_where(struct cx *cx, const char *key, struct str json);
void fail_forget(struct cx *cx);                                /* the failure was dealt with   */

#define TRY(call) do { if (!(call)) return false; } while (0)

#endif
