/* errors.c — renders struct err in the shape the route promises. */
#include "http/errors.h"

#include <string.h>

#include "base/url.h"
#include "http/request.h"
#include "http/webpage.h"

#define RETRY_SECONDS "1"

int errors_status(enum err_kind kind)
{
    switch (kind) {
    case E_NONE:            return 200;
    case E_INVALID:         return 400;
    case E_UNAUTHENTICATED: return 401;
    case E_FORBIDDEN:       return 403;
    case E_NOT_FOUND:       return 404;
    case E_METHOD:          return 405;
    case E_CONFLICT:        return 409;
    case E_PRECONDITION:    return 412;
    case E_TOO_LARGE:       return 413;
    case E_UNPROCESSABLE:   return 422;
    case E_TOO_MANY:        return 429;
    case E_BUSY:            return 503;
    case E_FULL:            return 507;
    case E_GONE:            return 499;         /* for the log, as nginx calls it */
    default:                return 500;
    }
}

static const char *title_of(const struct err *err)
{
    static const struct { enum err_kind kind; const char *title; } TITLES[] = {
        { E_INVALID, "Validation error" }, { E_UNAUTHENTICATED, "Authentication failed" },
        { E_FORBIDDEN, "Forbidden" }, { E_NOT_FOUND, "Not found" },
        { E_METHOD, "Method not allowed" }, { E_CONFLICT, "Conflict" },
        { E_PRECONDITION, "Precondition failed" }, { E_TOO_LARGE, "Too large" },
        { E_UNPROCESSABLE, "Validation error" }, { E_TOO_MANY, "Too Many Requests" },
        { E_BUSY, "Service unavailable" }, { E_FULL, "Insufficient storage" },
    };
    for (size_t i = 0; err->title == NULL && i < COUNT(TITLES); i++)
        if (TITLES[i].kind == err->kind)
            return TITLES[i].title;
    return err->title != NULL ? err->title : "Internal server error";
}

/* ["body","schema",0,"name"] becomes schema.0.name; ["body"] alone, and where it breaks, body. */
static struct str field_of(struct arena *mem, const struct err_field *field)
{
    struct buf b;
    struct str loc = field->loc, part, rest = str_sub(loc, 1, loc.n < 2 ? 0 : loc.n - 2);
    size_t comma;
    if (strcmp(field->type, "json_invalid") == 0)
        return S("body");
    if (str_find(rest, ',', &comma))
        rest = str_sub(rest, comma + 1, SIZE_MAX);
    buf_init(&b, mem, loc.n + 1);
    while (str_cut(&rest, ',', &part)) {
        if (b.n > 0)
            buf_c(&b, '.');
        if (str_starts(part, S("\"")) && str_ends(part, S("\"")) && part.n > 1)
            part = str_sub(part, 1, part.n - 2);
        buf_str(&b, part);
    }
    return buf_text(&b);
}

static struct str first_of(struct arena *mem, const struct err *err)
{
    return str_fmt(mem, "%.*s: %.*s", STR_ARG(field_of(mem, &err->fields[0])),
                   STR_ARG(err->fields[0].msg));
}

static void put_by_field(struct js *js, struct arena *mem, const struct err *err)
{
    struct str *names = arena_list(mem, struct str, err->field_count);
    for (size_t i = 0; i < err->field_count; i++)
        names[i] = field_of(mem, &err->fields[i]);
    js_object(js, "errors");
    for (size_t i = 0; i < err->field_count; i++) {
        bool seen = false;
        for (size_t k = 0; k < i && !seen; k++)
            seen = str_eq(names[k], names[i]);
        if (seen)
            continue;
        js_key(js, names[i]);
        js_array(js, NULL);
        for (size_t k = i; k < err->field_count; k++)
            if (str_eq(names[k], names[i]))
                js_text(js, NULL, err->fields[k].msg);
        js_end(js);
    }
    js_end(js);
}

static void put_fields(struct js *js, struct arena *mem, const struct err *err)
{
    js_object(js, NULL);
    js_array(js, "detail");
    for (size_t i = 0; i < err->field_count; i++) {
        const struct err_field *f = &err->fields[i];
        js_object(js, NULL);
        js_text(js, "type", str_of(f->type));
        js_raw(js, "loc", f->loc);
        js_text(js, "msg", f->msg);
        js_raw(js, "input", f->input);
        if (!str_absent(f->ctx))
            js_raw(js, "ctx", f->ctx);
        js_end(js);
    }
    js_end(js);
    js_text(js, "error", S("Validation error"));
    if (err->field_count > 0)
        js_text(js, "message", first_of(mem, err));
    put_by_field(js, mem, err);
    js_end(js);
}

static void put_where(struct js *js, const struct err *err)
{
    if (err->where != NULL)
        js_raw(js, err->where, err->where_json);
}

static void put_items(struct js *js, const char *key, const struct err *err)
{
    js_object(js, key);
    js_text(js, "error", str_of(title_of(err)));
    js_array(js, "details");
    for (size_t i = 0; i < err->item_count; i++) {
        js_object(js, NULL);
        js_text(js, "field", err->items[i].field);
        js_text(js, "message", err->items[i].message);
        js_text(js, "code", err->items[i].code);
        js_end(js);
    }
    js_end(js);
    js_end(js);
}

static void put_error(struct js *js, const struct err *err)
{
    js_object(js, NULL);
    js_text(js, "error", str_of(title_of(err)));
    js_text(js, "message", str_of(err->message));
    if (err->field != NULL)
        js_text(js, "field", str_of(err->field));
    put_where(js, err);
    js_end(js);
}

static void put_detail(struct js *js, const struct err *err)
{
    js_object(js, NULL);
    js_text(js, "detail", str_of(err->message != NULL ? err->message : title_of(err)));
    put_where(js, err);
    js_end(js);
}

static void put_broken(struct js *js, const struct err *err, bool debug)
{
    js_object(js, NULL);
    js_text(js, "error", S("Internal server error"));
    js_text(js, "detail", debug ? str_of(err->cause) : S("An unexpected error occurred"));
    js_end(js);
}

/* Whoever looks for a page signs in and comes back to it; a form is not sent a second time. */
static bool asks_to_sign_in(struct reply *reply, const struct err *err)
{
    struct cx *cx = reply->cx;
    const struct request *r = reply->request;
    struct buf address;
    if (err->kind != E_UNAUTHENTICATED || r->method != GET)
        return false;
    buf_init(&address, cx->mem, 8192);
    buf_str(&address, cx->set->base_path);
    buf_str(&address, S("/admin/sign-in?next="));
    url_part(&address, r->path);
    if (r->query.n > 0) {
        url_part(&address, S("?"));
        url_part(&address, r->query);
    }
    reply_go(reply, address.over ? str_fmt(cx->mem, "%.*s/admin/sign-in",
                                           STR_ARG(cx->set->base_path)) : buf_text(&address));
    reply_header(reply, "Location", buf_text(&reply->body));
    return true;
}

static void put_page(struct reply *reply, const struct err *err)
{
    struct str message = str_of(err->message);
    if (err->kind == E_BROKEN)
        message = S("An unexpected error occurred. Please try again later.");
    else if (err->field_count > 0)
        message = first_of(reply->cx->mem, err);
    else if (err->item_count > 0)
        message = err->items[0].message;
    webpage_error(reply, title_of(err), message);
}

static void put_body(struct reply *reply, const struct err *err, enum err_shape shape, bool debug)
{
    struct arena *mem = reply->cx->mem;
    if (err->kind == E_BROKEN && err->cause != NULL) {
        put_broken(reply_js(reply), err, debug);
        return;
    }
    switch (err->shape != SHAPE_ROUTE ? err->shape : shape) {
    case SHAPE_ERROR:  put_error(reply_js(reply), err); break;
    case SHAPE_ITEMS:  put_items(reply_js(reply), NULL, err); break;
    case SHAPE_FIELDS: put_fields(reply_js(reply), mem, err); break;
    case SHAPE_BODY:   reply_text(reply, "application/json", err->body); break;
    case SHAPE_ITEMS_IN_DETAIL:
        js_object(reply_js(reply), NULL);
        put_items(&reply->js, "detail", err);
        js_end(&reply->js);
        break;
    default:           put_detail(reply_js(reply), err); break;
    }
}

void errors_reply(struct reply *reply, const struct err *err, enum err_shape shape, bool debug)
{
    /* A route that lists its faults as items still has plain failures: those have no items. */
    if ((shape == SHAPE_ITEMS || shape == SHAPE_FIELDS || shape == SHAPE_ITEMS_IN_DETAIL)
        && err->item_count == 0 && err->field_count == 0)
        shape = shape == SHAPE_ITEMS ? SHAPE_ERROR : SHAPE_DETAIL;
    reply_clear(reply);
    reply->status = errors_status(err->kind);
    if (shape != SHAPE_PAGE)
        put_body(reply, err, shape, debug);
    else if (!asks_to_sign_in(reply, err))
        put_page(reply, err);
    if (err->challenge && shape != SHAPE_PAGE)
        reply_header(reply, "WWW-Authenticate", S("Bearer"));
    if (err->retry_after > 0)
        reply_header(reply, "Retry-After", str_fmt(reply->cx->mem, "%lld",
                                                   (long long)err->retry_after));
    if (err->kind == E_BUSY)
        reply_header(reply, "Retry-After", S(RETRY_SECONDS));
}
