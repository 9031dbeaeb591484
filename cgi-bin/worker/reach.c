/* reach.c — a header, a large body and a slow reply, sent through the front end to ourselves. */
#include "reach.h"

#include <string.h>

#include "base/js.h"
#include "base/jv.h"
#include "net/call.h"

enum { ANSWER_MAX = 4096, BODY_BYTES = 1 << 20, PAUSE_US = 500000 };

struct found { bool reached, header, streams; int64_t bytes; const char *why; };

static struct call call_of(struct cx *cx, struct str page, const char *part)
{
    return (struct call){ .url = str_fmt(cx->mem, "%.*s/%s", STR_ARG(page), part),
                          .trusted = true, .is_plain = true };
}

static bool ask_echo(struct cx *cx, struct str page, struct found *out)
{
    struct call call = call_of(cx, page, "echo");
    struct call_header header = { "Authorization", S("Bearer install") };
    char *body = arena_alloc(cx->mem, BODY_BYTES);
    struct call_reply reply;
    struct trouble trouble;
    struct jv said;
    struct jv_fault fault;
    memset(body, 'x', BODY_BYTES);
    call.method = "POST";
    call.headers = &header;
    call.header_count = 1;
    call.body = (struct str){ body, BODY_BYTES };
    if (!call_send(cx, &call, &reply, &trouble)) {
        out->why = trouble.why;
        return true;
    }
    if (reply.status == 413) {
        out->reached = true;
        return true;
    }
    if (reply.status != 200 || !jv_parse(cx, reply.body, &said, &fault)) {
        out->why = str_fmt(cx->mem, "status %d", reply.status).p;
        return cx->err.kind != E_BROKEN;
    }
    out->reached = true;
    out->header = jv_bool(jv_get(said, S("authorization")));
    out->bytes = jv_int(jv_get(said, S("bytes")));
    return true;
}

static void ask_stream(struct cx *cx, struct str page, struct found *out)
{
    struct call call = call_of(cx, page, "stream");
    struct call_reply reply;
    struct trouble trouble;
    call.method = "GET";
    if (call_send(cx, &call, &reply, &trouble) && reply.status == 200)
        out->streams = reply.whole_us - reply.first_us > PAUSE_US;
}

bool reach_run(struct cx *cx, struct str question, struct str *answer)
{
    struct found found = { .why = "" };
    struct buf text;
    struct js js;
    TRY(ask_echo(cx, question, &found));
    if (found.reached)
        ask_stream(cx, question, &found);
    buf_init(&text, cx->mem, ANSWER_MAX);
    js_init(&js, &text);
    js_object(&js, NULL);
    js_bool(&js, "reached", found.reached);
    js_bool(&js, "header", found.header);
    js_bool(&js, "streams", found.streams);
    js_int(&js, "bytes", found.bytes);
    js_text(&js, "why", str_of(found.why));
    js_end(&js);
    *answer = buf_text(&text);
    return (js_done(&js) && !text.over) || broken(cx, "the answer is too long");
}
