/* fail.c — puts the first failure into cx->err and lets later ones pass. */
#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/cx.h"

static FORMAT(2, 0) const char *worded(struct cx *cx, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = arena_alloc(cx->mem, n < 0 ? 1 : (size_t)n + 1);
    if (n > 0)
        vsnprintf(text, (size_t)n + 1, format, args);
    return text;
}

bool (fail)(struct cx *cx, enum err_kind kind, const char *title, const char *format, ...)
{
    if (cx->err.kind == E_NONE) {
        va_list args;
        va_start(args, format);
        cx->err = (struct err){ .kind = kind, .title = title,
                                .message = worded(cx, format, args) };
        va_end(args);
    }
    return false;
}

bool (fail_detail)(struct cx *cx, enum err_kind kind, const char *format, ...)
{
    if (cx->err.kind == E_NONE) {
        va_list args;
        va_start(args, format);
        cx->err = (struct err){ .kind = kind, .shape = SHAPE_DETAIL,
                                .message = worded(cx, format, args) };
        va_end(args);
    }
    return false;
}

bool (fail_field)(struct cx *cx, enum err_kind kind, const char *title, const char *field,
                const char *format, ...)
{
    if (cx->err.kind == E_NONE) {
        va_list args;
        va_start(args, format);
        cx->err = (struct err){ .kind = kind, .shape = SHAPE_ERROR, .title = title,
                                .field = str_copy(cx->mem, str_of(field)).p,
                                .message = worded(cx, format, args) };
        va_end(args);
    }
    return false;
}

bool (fail_body)(struct cx *cx, enum err_kind kind, const char *message, struct str json)
{
    if (cx->err.kind == E_NONE)
        cx->err = (struct err){ .kind = kind, .shape = SHAPE_BODY,
                                .message = str_c(cx->mem, str_of(message)),
                                .body = str_copy(cx->mem, json),
                                .items = cx->err.items, .item_count = cx->err.item_count };
    return false;
}

bool (fail_limited)(struct cx *cx, int64_t wait_us)
{
    int64_t seconds = wait_us / 1000000 + (wait_us % 1000000 > 0);
    if (cx->err.kind != E_NONE)
        return false;
    seconds = seconds < 1 ? 1 : seconds;
    struct str text = str_fmt(cx->mem, "Rate limit exceeded. Try again in %lld seconds.",
                              (long long)seconds);
    cx->err = (struct err){ .kind = E_TOO_MANY, .shape = SHAPE_BODY, .title = "Too Many Requests",
                            .message = text.p, .retry_after = seconds };
    cx->err.body = str_fmt(cx->mem, "{\"error\":\"Too Many Requests\",\"detail\":\"%s\"}", text.p);
    return false;
}

bool (broken)(struct cx *cx, const char *format, ...)
{
    if (cx->err.kind == E_NONE) {
        va_list args;
        va_start(args, format);
        cx->err = (struct err){ .kind = E_BROKEN, .title = "Internal server error",
                                .message = "An unexpected error occurred",
                                .cause = worded(cx, format, args) };
        va_end(args);
    }
    return false;
}

/* Room for entry n: the list doubles, since a body may hold many thousand faults. */
static void *one_more(struct arena *mem, void *list, size_t n, size_t each)
{
    bool is_full = (n & (n - 1)) == 0;          /* at 0, 1, 2, 4 … */
    return is_full ? arena_grow(mem, list, n * each, (n == 0 ? 1 : 2 * n) * each) : list;
}

void fail_add_item(struct cx *cx, struct str field, struct str code, const char *format, ...)
{
    struct err *err = &cx->err;
    va_list args;
    if (err->kind != E_NONE)
        return;
    va_start(args, format);
    const char *message = worded(cx, format, args);
    va_end(args);
    err->items = one_more(cx->mem, err->items, err->item_count, sizeof *err->items);
    err->items[err->item_count++] = (struct err_item){
        .field = str_copy(cx->mem, field), .code = str_copy(cx->mem, code),
        .message = str_of(message) };
}

bool fail_items(struct cx *cx, enum err_kind kind, enum err_shape shape, const char *title)
{
    if (cx->err.kind != E_NONE || cx->err.item_count == 0)
        return cx->err.kind == E_NONE;
    cx->err.kind = kind;
    cx->err.shape = shape;
    cx->err.title = title;
    cx->err.message = cx->err.items[0].message.p;
    return false;
}

void fail_add_field(struct cx *cx, const struct err_field *item)
{
    struct err *err = &cx->err;
    if (err->kind != E_NONE)
        return;
    err->fields = one_more(cx->mem, err->fields, err->field_count, sizeof *err->fields);
    err->fields[err->field_count++] = (struct err_field){
        .type = item->type, .loc = str_copy(cx->mem, item->loc),
        .msg = str_copy(cx->mem, item->msg), .input = str_copy(cx->mem, item->input),
        .ctx = str_copy(cx->mem, item->ctx) };
}

bool fail_fields(struct cx *cx)
{
    if (cx->err.kind != E_NONE || cx->err.field_count == 0)
        return cx->err.kind == E_NONE;
    cx->err.kind = E_UNPROCESSABLE;
    cx->err.shape = SHAPE_FIELDS;
    cx->err.title = "Validation error";
    cx->err.message = cx->err.fields[0].msg.p;
    return false;
}

bool fail_where(struct cx *cx, const char *key, struct str json)
{
    struct err *err = &cx->err;
    if (err->where != NULL)
        return false;
    err->where = str_c(cx->mem, str_of(key));
    err->where_json = str_copy(cx->mem, json);
    if (err->shape == SHAPE_BODY && err->body.n > 2 && err->body.p[0] == '{')
        err->body = str_fmt(cx->mem, "{\"%s\":%.*s,%.*s", key, STR_ARG(json),
                            STR_ARG(str_sub(err->body, 1, err->body.n)));
    return false;
}

void fail_forget(struct cx *cx)
{
    cx->err = (struct err){ .kind = E_NONE };
}
