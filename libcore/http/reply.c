/* reply.c — collects a reply and applies the caller's conditions to it. */
#include "http/reply.h"

#include <string.h>

#include "http/request.h"

void reply_init(struct reply *reply, struct cx *cx, const struct request *request, size_t body_max)
{
    *reply = (struct reply){ .cx = cx, .request = request, .status = 200 };
    buf_init(&reply->body, cx->mem, body_max);
    js_init(&reply->js, &reply->body);
}

struct js *reply_js(struct reply *reply)
{
    reply->type = "application/json";
    reply->is_js = true;
    return &reply->js;
}

bool reply_with(struct reply *reply, const struct output *table, const void *from)
{
    output_object(reply_js(reply), NULL, table, from);
    return true;
}

bool reply_empty(struct reply *reply)
{
    reply->status = 204;
    reply->type = NULL;
    reply->is_js = false;
    return true;
}

bool reply_text(struct reply *reply, const char *type, struct str body)
{
    reply->type = type;
    buf_str(&reply->body, body);
    return true;
}

bool reply_go(struct reply *reply, struct str address)
{
    reply->status = 303;
    return reply_text(reply, "text/plain; charset=utf-8", address);
}

void reply_status(struct reply *reply, int status)
{
    reply->status = status;
}

void reply_header(struct reply *reply, const char *name, struct str value)
{
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f)
            return;
    reply->headers = arena_grow(reply->cx->mem, reply->headers,
                                reply->header_count * sizeof *reply->headers,
                                (reply->header_count + 1) * sizeof *reply->headers);
    reply->headers[reply->header_count++] = (struct reply_header){
        .name = name, .value = str_copy(reply->cx->mem, value) };
}

/* Is "opaque" in a list of entity tags? weak: W/"x" counts as "x". */
static bool lists(struct str list, struct str opaque, bool weak)
{
    struct str tag;
    if (str_eq(str_trim(list), S("*")))
        return true;
    while (str_cut(&list, ',', &tag)) {
        tag = str_trim(tag);
        if (str_starts(tag, S("W/"))) {
            if (!weak)
                continue;
            tag = str_sub(tag, 2, SIZE_MAX);
        }
        if (tag.n == opaque.n + 2 && tag.p[0] == '"' && tag.p[tag.n - 1] == '"'
            && str_eq(str_sub(tag, 1, opaque.n), opaque))
            return true;
    }
    return false;
}

/* What has a validator may be kept by its caller alone, who asks each time whether it stands. */
void reply_etag(struct reply *reply, struct str opaque)
{
    bool said = false;
    for (size_t i = 0; i < reply->header_count; i++)
        said = said || strcmp(reply->headers[i].name, "Cache-Control") == 0;
    if (!said)
        reply_header(reply, "Cache-Control", S("private, no-cache"));
    reply->etag = str_copy(reply->cx->mem, opaque);
    reply_header(reply, "ETag", str_fmt(reply->cx->mem, "\"%.*s\"", STR_ARG(opaque)));
}

bool reply_may_change(struct reply *reply, struct str opaque)
{
    struct str wanted = reply->request->if_match;
    return str_absent(wanted) || lists(wanted, opaque, false)
        || fail(reply->cx, E_PRECONDITION, "Precondition failed",
                "Somebody changed this since it was read");
}

bool reply_finish(struct reply *reply)
{
    const struct request *r = reply->request;
    if (reply->body.over)
        return fail(reply->cx, E_TOO_LARGE, "Too large", "The reply would be larger than %zu bytes;"
                    " ask for fewer records or fields", reply->body.max);
    if (reply->js.wrong || (reply->is_js && !js_done(&reply->js)))
        return broken(reply->cx, "the handler wrote no JSON document");
    if (reply->status == 303)               /* so that what is kept of it tells where, too       */
        reply_header(reply, "Location", buf_text(&reply->body));
    if (r->method == GET && reply->status == 200 && !str_absent(reply->etag)
        && lists(r->if_none_match, reply->etag, true)) {
        reply->status = 304;
        reply->type = NULL;
    }
    if (reply->type == NULL)
        buf_cut(&reply->body, 0);
    return true;
}

void reply_clear(struct reply *reply)
{
    buf_cut(&reply->body, 0);
    js_init(&reply->js, &reply->body);
    reply->body.over = false;
    reply->type = NULL;
    reply->is_js = false;
    reply->headers = NULL;
    reply->header_count = 0;
    reply->etag = NO_STR;
}
