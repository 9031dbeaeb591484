/* exchange.c — walks a request through its checks and composes what goes back. */
#include "http/exchange.h"

#include "base/ident.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/when.h"
#include "http/admit.h"
#include "http/cors.h"
#include "http/errors.h"
#include "http/formdata.h"
#include "http/headers.h"
#include "http/idempotent.h"
#include "http/input.h"
#include "http/webpage.h"
#include "http/websession.h"
#include "identity/signing.h"
#include "view/phrase.h"

#define HEAD_MAX 32768
#define CORRELATION_MAX 64

static const struct settings *settings_of(const struct exchange *x)
{
    return &x->program->app.set;
}

static bool is_correlation(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
              || c == '.' || c == '_' || c == '-'))
            return false;
    }
    return s.n > 0 && s.n <= CORRELATION_MAX;
}

/* Whoever is lost among the pages is told so by a page. */
static bool is_for_people(const struct exchange *x)
{
    return x->found.route == NULL && (str_eq(x->request.path, S("/admin"))
                                      || str_starts(x->request.path, S("/admin/")));
}

static enum err_shape shape_of(const struct exchange *x)
{
    const struct route *route = x->found.route;
    if (is_for_people(x))
        return SHAPE_PAGE;
    return route == NULL || route->errors == SHAPE_ROUTE ? SHAPE_DETAIL : route->errors;
}

void exchange_fail(struct exchange *x)
{
    struct cx *cx = &x->cx;
    if (cx->err.kind == E_NONE)
        broken(cx, "a function failed without saying why");
    if (cx->err.kind == E_BROKEN || cx->err.cause != NULL)
        log_failure(cx);
    if (x->stream.begun)                    /* nothing more can be said to this one */
        return;
    if (cx->err.kind == E_BROKEN && cx->err.cause != NULL && x->found.route != NULL
        && x->found.route->broken != NULL)
        cx->err = (struct err){ .kind = E_BROKEN, .title = "Internal Server Error",
                                .shape = shape_of(x) == SHAPE_ERROR ? SHAPE_ERROR : SHAPE_DETAIL,
                                .message = x->found.route->broken };
    errors_reply(&x->reply, &cx->err, shape_of(x), settings_of(x)->debug);
    x->decided = true;
    x->sealed = false;
}

static struct str allowed(struct arena *mem, unsigned methods)
{
    static const enum method ALL[] = { DELETE, GET, PATCH, POST, PUT };
    struct buf b;
    buf_init(&b, mem, 64);
    for (size_t i = 0; i < COUNT(ALL); i++) {
        if ((methods & ALL[i]) == 0)
            continue;
        if (b.n > 0)
            buf_str(&b, S(", "));
        buf_str(&b, str_of(route_method(ALL[i])));
        if (ALL[i] == GET)
            buf_str(&b, S(", HEAD"));
    }
    return buf_text(&b);
}

/* The path as it was sent, or below our own name when we are reached as /cgi-bin/program/path. */
static bool find_route(struct exchange *x)
{
    struct request *r = &x->request;
    struct str below;
    bool good = request_split(r, x->mem, r->path);
    if (good)
        route_find(x->program->map, x->mem, r, &x->found);
    if (good && x->found.allow == 0 && request_below_script(r, &below)) {
        good = request_split(r, x->mem, below);
        if (good)
            route_find(x->program->map, x->mem, r, &x->found);
    }
    if (!good)
        x->found.allow = 0;
    return x->found.route != NULL;
}

static bool no_route(struct exchange *x)
{
    struct cx *cx = &x->cx;
    if (x->found.allow == 0)
        return is_for_people(x) ? fail(cx, E_NOT_FOUND, "Not found", "There is no such page")
                                : fail_detail(cx, E_NOT_FOUND, "Not Found");
    struct str methods = allowed(x->mem, x->found.allow);
    if (x->request.method == OPTIONS) {
        reply_empty(&x->reply);
        reply_header(&x->reply, "Allow", methods);
        x->decided = true;
        return true;
    }
    if (is_for_people(x))
        fail(cx, E_METHOD, "Method not allowed", "This page cannot be asked for in that way");
    else
        fail_detail(cx, E_METHOD, "Method Not Allowed");
    exchange_fail(x);
    reply_header(&x->reply, "Allow", methods);
    return true;
}

static bool read_body(struct exchange *x)
{
    struct request *r = &x->request;
    const struct route *route = x->found.route;
    size_t max = route->body_max != 0 ? route->body_max : (size_t)settings_of(x)->max_body_bytes;
    if (route->streams && route->body_max != 0 && r->declared > (int64_t)route->body_max)
        return fail(&x->cx, E_TOO_LARGE, NULL, "The body is larger than %zu bytes", max);
    if (route->streams || route->input == NULL || (r->declared < 0 && r->method == GET))
        return true;
    switch (gate_body(x->gate, x->mem, r->declared, max, &r->body)) {
    case BODY_TOO_LARGE:
        return fail(&x->cx, E_TOO_LARGE, NULL, "The body is larger than %zu bytes", max);
    case BODY_BROKEN:
        return fail(&x->cx, E_INVALID, NULL, "The body ended before its announced length");
    default:
        return !input_wants_json(route->input) || input_json(&x->cx, r, &x->body);
    }
}

static bool redirects_to_https(struct exchange *x)
{
    const struct settings *set = settings_of(x);
    struct str base = set->external_url;
    if (!set->https_redirect_enabled || !settings_is_production(set) || x->request.https)
        return false;
    size_t from = str_starts(base, S("https://")) ? 8 : str_starts(base, S("http://")) ? 7 : 0;
    base = str_sub(base, from, SIZE_MAX);
    if (str_ends(base, S("/")))
        base.n--;
    x->reply.status = 301;
    reply_header(&x->reply, "Location", str_fmt(x->mem, "https://%.*s%.*s", STR_ARG(base),
                                                STR_ARG(x->request.uri)));
    x->decided = true;
    return true;
}

static bool begin(struct exchange *x)
{
    if (x->request.wrong != NULL)
        return fail_detail(&x->cx, E_INVALID, "%s", x->request.wrong);
    bool has_route = find_route(x);         /* first of all: it tells what no log may say */
    if (redirects_to_https(x))
        return true;
    if (cors_is_preflight(&x->request)) {
        cors_preflight(settings_of(x), &x->request, &x->reply);
        x->decided = true;
        return true;
    }
    if (shape_of(x) == SHAPE_PAGE)
        x->cx.language = phrase_choose(&x->cx, request_header(&x->request, S("Accept-Language")));
    if (!has_route)
        return no_route(x);
    if (x->found.route->status != 0)
        x->reply.status = x->found.route->status;
    if (x->found.route->streams)
        x->reply.stream = &x->stream;
    return read_body(x);
}

void exchange_begin(struct exchange *x)
{
    struct cx *cx = &x->cx;
    struct program *program = x->program;
    boot_cx(&program->app, x->mem, cx);
    x->decided = x->sealed = false;
    x->found = (struct route_found){ .route = NULL };
    x->body = (struct jv){ .kind = JV_ABSENT };
    x->limit = (struct ratelimit){ .limit = 0 };
    x->stream = (struct stream){ .of = x };
    request_read(&x->request, x->mem, gate_params(x->gate), &program->app.set);
    struct str sent = x->request.correlation;
    cx->correlation_id = is_correlation(sent) ? sent : ident_correlation(x->mem);
    cx->request_id = ident_request(x->mem);
    x->who = (struct actor){ .kind = ACTOR_ANONYMOUS };
    cx->who = &x->who;
    log_request(cx->correlation_id);
    reply_init(&x->reply, cx, &x->request, (size_t)settings_of(x)->request_memory_mb << 19);
    if (!begin(x))
        exchange_fail(x);
}

bool exchange_writes(const struct exchange *x)
{
    return x->request.method != GET && x->found.route->db == DB_NEEDED && !exchange_alone(x);
}

/*
 * A repeatable POST keeps its reply in the transaction of its write, heavy or not; but where nobody
 * is signed in the key means nothing, and a header does not put a sign-in into a batch, nor a wait
 * for a mail server into a transaction that all others wait for.
 */
bool exchange_alone(const struct exchange *x)
{
    const struct route *route = x->found.route;
    return route->waits
        || (route->alone && (route->need == NEED_NOBODY || !idempotent_applies(&x->request)));
}

static bool run_handler(struct exchange *x, const void *input)
{
    struct cx *cx = &x->cx;
    bool keep = idempotent_applies(&x->request) && x->who.kind == ACTOR_USER
             && !x->found.route->waits;
    bool again = false;
    if (keep)
        TRY(idempotent_claim(cx, &x->request, &x->reply, &again));
    if (again)
        return reply_finish(&x->reply);
    if (!str_absent(x->request.signature) && x->request.method != GET)
        TRY(signing_accept(cx, x->request.signature, &x->who));
    TRY(stream_settle(&x->stream, x->found.route->run(cx, input, &x->reply)));
    TRY(reply_finish(&x->reply));
    return !keep || idempotent_store(cx, &x->request, &x->reply);
}

/* Whoever may see a page may still be made to send its form by another site. */
static bool admit_form(struct exchange *x)
{
    struct cx *cx = &x->cx;
    struct formdata form;
    TRY(webpage_same_origin(cx, &x->request));
    if (x->found.route->streams)                    /* its token comes with it: formdata_stream  */
        return true;
    TRY(formdata_read(cx, x->request.body, "form", &form));
    TRY(websession_check(cx, &x->request, formdata_text(&form, "csrf")));
    struct str once = formdata_text(&form, "once");
    if (once.n > 0)                                 /* pressed twice: the first one's reply      */
        x->request.idempotency_key = once;
    return true;
}

/* What a page asks for by itself, again and again, is no sign that somebody is there. */
static bool is_by_hand(const struct request *r)
{
    return !str_has(request_header(r, S("Accept")), S("text/event-stream"));
}

static bool admit_page(struct exchange *x)
{
    if (x->request.method != GET)
        return admit_form(x);
    return str_absent(x->who.session_id) || !is_by_hand(&x->request)
        || websession_renew(&x->reply);
}

bool exchange_run(struct exchange *x)
{
    const struct route *route = x->found.route;
    struct cx *cx = &x->cx;
    void *input = NULL;
    if (route->query_token)
        request_take_token(&x->request, x->mem);
    if (cx->db != NULL) {
        bool admitted = admit_caller(cx, &x->request, route, &x->who);
        if (route->db == DB_NEEDED)
            TRY(ratelimit_take(cx, &x->request, &x->who, &x->limit));
        TRY(admitted);
    }
    if (route->errors == SHAPE_PAGE)
        TRY(admit_page(x));
    if (route->input != NULL) {
        input = arena_alloc(x->mem, route->input_size);
        TRY(input_read(cx, route->input, &x->request, &x->found, x->body, input));
    }
    TRY(run_handler(x, input));
    if (cx->err.kind != E_NONE)
        return broken(cx, "a handler said yes and left a failure");
    x->decided = true;
    return true;
}

static void limit_line(struct buf *head, const char *name, int64_t value)
{
    buf_str(head, str_of(name));
    buf_int(head, value);
    buf_str(head, S("\r\n"));
}

/* The lines that every reply carries, but those the reply says otherwise. */
static void put_fixed(struct buf *head, const struct reply *reply, struct str lines)
{
    size_t end, colon;
    while (reply->header_count > 0 && str_find(lines, '\n', &end)) {
        struct str line = str_sub(lines, 0, end + 1);
        bool said = !str_find(line, ':', &colon);
        for (size_t i = 0; i < reply->header_count && !said; i++)
            said = str_eq(str_of(reply->headers[i].name), str_sub(line, 0, colon));
        if (!said)
            buf_str(head, line);
        lines = str_sub(lines, end + 1, SIZE_MAX);
    }
    buf_str(head, lines);
}

void exchange_seal(struct exchange *x)
{
    struct reply *reply = &x->reply;
    struct buf *head = &x->head;
    bool has_body = reply->status >= 200 && reply->status != 204 && reply->status != 304;
    buf_init(head, x->mem, HEAD_MAX);
    buf_fmt(head, "Status: %d %s\r\n", reply->status, headers_reason(reply->status));
    if (has_body && reply->type != NULL)
        headers_line(head, "Content-Type", str_of(reply->type));
    int64_t length = x->stream.is_wanted ? x->stream.length : (int64_t)reply->body.n;
    if (has_body && length >= 0) {
        buf_str(head, S("Content-Length: "));
        buf_int(head, length);
        buf_str(head, S("\r\n"));
    }
    headers_line(head, "X-Correlation-ID", x->cx.correlation_id);
    for (size_t i = 0; i < reply->header_count; i++)
        headers_line(head, reply->headers[i].name, reply->headers[i].value);
    if (x->limit.limit > 0) {
        limit_line(head, "X-RateLimit-Limit: ", x->limit.limit);
        limit_line(head, "X-RateLimit-Remaining: ", x->limit.remaining);
        limit_line(head, "X-RateLimit-Reset: ", x->limit.reset_seconds);
    }
    cors_lines(head, settings_of(x), &x->request);
    put_fixed(head, reply, x->program->fixed_headers);
    buf_str(head, S("\r\n"));
    x->sealed = true;
}

static void tell(const struct exchange *x, int64_t bytes)
{
    const struct request *r = &x->request;
    const struct route *route = x->found.route;
    int64_t took_us = when_now() - x->cx.now;
    meter_request(&x->cx, route == NULL ? "" : route_method(route->method),
                  route == NULL ? NULL : route->pattern, x->reply.status, took_us,
                  r->declared > 0 ? (size_t)r->declared : 0, (size_t)bytes);
    log_request(x->cx.correlation_id);      /* in a batch somebody else spoke last */
    LOG(LOG_INFO, "request", log_text("method", r->method_name),
        log_text("path", route_shown(x->program->map, x->mem, r, route)),
        log_number("status", x->reply.status), log_number("us", took_us),
        log_number("bytes", bytes), log_text("account", x->who.account_id),
        log_text("user", x->who.id), log_text("request_id", x->cx.request_id));
}

static void end_stream(struct exchange *x)
{
    if (x->cx.err.kind == E_GONE)
        x->reply.status = errors_status(E_GONE);
    tell(x, x->stream.sent);
    stream_end(&x->stream);
}

void exchange_send(struct exchange *x)
{
    if (x->stream.begun) {
        end_stream(x);
        return;
    }
    struct str body = buf_text(&x->reply.body);
    log_request(x->cx.correlation_id);         /* of a batch, another may have been at work since */
    if (!x->sealed)
        exchange_seal(x);
    tell(x, (int64_t)body.n);               /* now: the request's bytes die with the reply */
    if (x->head.over) {
        exchange_canned(x->gate, true);
    } else {
        bool mute = x->request.head || x->reply.status == 204 || x->reply.status == 304;
        gate_reply(x->gate, buf_text(&x->head), mute ? NO_STR : body);
    }
}

void exchange_canned(struct gate *gate, bool took_it)
{
    if (took_it)
        gate_reply(gate, S("Status: 413 Content Too Large\r\nContent-Type: application/json\r\n"
                           "Content-Length: 56\r\n\r\n"),
                   S("{\"detail\":\"This request needs more memory than it may.\"}"));
    else
        gate_reply(gate, S("Status: 503 Service Unavailable\r\nContent-Type: application/json\r\n"
                           "Retry-After: 1\r\nContent-Length: 53\r\n\r\n"),
                   S("{\"detail\":\"Nothing was done; try again in a moment.\"}"));
}
