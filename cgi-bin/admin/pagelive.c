/* pagelive.c — one event with what is new, and the end: the browser asks again by itself. So no
 * process waits, and plain CGI can do it. */
#include "pagelive.h"

#include "app/news.h"
#include "base/num.h"

enum { EVENT_BYTES = 1024, AGAIN_MS = 15000 };

struct live_in { struct str last; };
static const struct input LIVE_IN[] = {
    IN_AS(HEADER, T_TEXT, live_in, last, "Last-Event-ID"), { 0 },
};

static void put(struct cx *cx, struct js *js, const char *key, int64_t n)
{
    if (n >= 0)
        js_text(js, key, str_fmt(cx->mem, "%lld", (long long)n));
}

/* The id stays the one from which the page looks: what is new adds up. */
static bool tell(struct cx *cx, const void *input, struct reply *reply)
{
    const struct live_in *in = input;
    struct buf event;
    struct js js;
    struct news news;
    int64_t since;
    if (str_absent(in->last) || !num_int(in->last, &since) || since < 0)
        since = -1;
    TRY(news_read(cx, since, &news));
    buf_init(&event, cx->mem, EVENT_BYTES);
    buf_fmt(&event, "retry: %d\nid: %lld\ndata: ", AGAIN_MS,
            (long long)(since < 0 ? news.newest : since));
    js_init(&js, &event);
    js_object(&js, NULL);
    js_int(&js, "news", news.entries);
    put(cx, &js, "jobs", news.jobs);
    put(cx, &js, "sessions", news.sessions);
    js_end(&js);
    buf_str(&event, S("\n\n"));
    reply_header(reply, "Cache-Control", S("no-store"));
    return reply_text(reply, "text/event-stream", buf_text(&event));
}

const struct route pagelive_routes[] = {
    { GET, "/admin/live", .need = NEED_ADMIN, .errors = SHAPE_PAGE, INPUT(LIVE_IN, live_in),
      .run = tell, .hidden = true, .title = "What is new" },
    { 0 },
};
