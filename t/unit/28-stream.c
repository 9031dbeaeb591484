/* 28-stream.c — bodies read and replies written in pieces: ends, cuts, limits, who has gone; CGI, FastCGI. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/door.h"
#include "http/exchange.h"
#include "tap.h"

extern char **environ;

/* --- routes ----------------------------------------------------------------------------------- */

static bool count(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct source from;
    char piece[1000];
    int64_t sum = 0;
    size_t n;
    TRY(stream_body(reply, 100000, &from));
    do {
        TRY(flow_read(cx, from, piece, sizeof piece, &n));
        sum += (int64_t)n;
    } while (n > 0);
    return reply_text(reply, "text/plain", str_fmt(cx->mem, "read %lld of %lld", (long long)sum,
                                                   (long long)stream_announced(reply)));
}

static bool echo(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct source from;
    int64_t n;
    TRY(stream_body(reply, 100000, &from));
    char piece[10];
    size_t got;
    TRY(flow_read(cx, from, piece, sizeof piece, &got));
    struct sink to = stream_reply(reply, "text/plain", -1);
    TRY(flow_write(cx, to, (struct str){ piece, got }));
    return flow_pass(cx, from, to, 100000, &n);
}

struct give_in { int64_t say, give; bool fail; };
static const struct input GIVE_IN[] = {
    IN(QUERY, T_INT, give_in, say, .least = 0, .most = -1, .otherwise = -1),
    IN(QUERY, T_INT, give_in, give), IN(QUERY, T_BOOL, give_in, fail), { 0 },
};

static bool give(struct cx *cx, const void *input, struct reply *reply)
{
    const struct give_in *in = input;
    reply_etag(reply, S("v1"));
    struct sink to = stream_reply(reply, "text/csv", in->say);
    for (int64_t i = 0; i < in->give; i++)
        TRY(flow_write(cx, to, S("0123456789")));
    return !in->fail || fail(cx, E_CONFLICT, "Conflict", "It went wrong");
}

#define STREAM(method_, pattern_) \
    .method = method_, .pattern = pattern_, .need = NEED_NOBODY, .db = DB_UNUSED, .streams = true
static const struct route ROUTES[] = {
    { STREAM(POST, "/count"), .waits = true, .run = count, .body_max = 50000 },
    { STREAM(POST, "/echo"), .waits = true, .run = echo },
    { STREAM(GET, "/give"), .run = give, INPUT(GIVE_IN, give_in) }, { 0 },
};
static const struct route BAD[] = { { STREAM(POST, "/count"), .run = count }, { 0 } };
static const struct route *const TABLES[] = { ROUTES, NULL }, *const BAD_TABLES[] = { BAD, NULL };
static struct program program = { .name = "test" };

static NO_RETURN void serve_one(struct gate *gate)
{
    struct exchange *x = arena_make(tap_mem(), struct exchange);
    x->program = &program;
    x->mem = arena_new(0, NULL, NULL);
    x->gate = gate;
    if (!gate_accept(gate))
        _exit(3);
    exchange_begin(x);
    if (!x->decided && !exchange_run(x))
        exchange_fail(x);
    exchange_send(x);
    _exit(0);
}

static bool collect(struct cx *cx UNUSED, void *state, struct str piece)
{
    buf_str(state, piece);
    return true;
}

static void passing(void)
{
    struct cx cx = { .mem = tap_mem() };
    struct str rest = S("some text to hand on");
    struct buf b = tap_buf(100);
    int64_t n;
    const struct sink to = { .write = collect, .state = &b };
    ok(flow_pass(&cx, flow_of(&rest), to, 9, &n) && n == 9 && str_eq(buf_text(&b), S("some text")),
       "so many bytes are handed on");
    ok(flow_pass(&cx, flow_of(&rest), to, 100, &n) && n == 11 && rest.n == 0, "then what is left");
}

/* --- plain CGI -------------------------------------------------------------------------------- */

static struct str read_all(int from)
{
    struct buf b = tap_buf(1u << 24);
    char piece[65536];
    ssize_t n;
    while ((n = read(from, piece, sizeof piece)) > 0)
        buf_put(&b, piece, (size_t)n);
    close(from);
    return buf_text(&b);
}

static struct str body_of(struct str reply)
{
    for (size_t i = 0; i + 4 <= reply.n; i++)
        if (memcmp(reply.p + i, "\r\n\r\n", 4) == 0)
            return str_sub(reply, i + 4, SIZE_MAX);
    return NO_STR;
}

/* length: what CONTENT_LENGTH says; NULL: nothing. */
static struct str cgi(const char *method, const char *uri, const char *length, size_t body)
{
    int in[2], out[2];
    char *text = arena_alloc(tap_mem(), body + 1);
    memset(text, 'x', body);
    if (pipe(in) != 0 || pipe(out) != 0)
        abort();
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        setenv("REQUEST_METHOD", method, 1);
        setenv("REQUEST_URI", uri, 1);
        if (length != NULL)
            setenv("CONTENT_LENGTH", length, 1);
        serve_one(gate_plain(tap_mem()));
    }
    close(in[0]);
    close(out[1]);
    if (body > 0 && write(in[1], text, body) != (ssize_t)body)
        printf("# the child did not read\n");
    close(in[1]);
    struct str reply = read_all(out[0]);
    waitpid(pid, NULL, 0);
    return reply;
}

static void bodies(void)
{
    is_text(body_of(cgi("POST", "/count", "40000", 40000)), "read 40000 of 40000", "a body in pieces");
    is_text(body_of(cgi("POST", "/count", NULL, 40000)), "read 40000 of -1", "of unknown length, too");
    is_text(body_of(cgi("POST", "/count", "40000", 50000)), "read 40000 of 40000", "no further than it said");
    is_text(body_of(cgi("POST", "/count", "0", 0)), "read 0 of 0", "an empty one");
    is_text(body_of(cgi("POST", "/count", "40000", 39999)),
            "{\"detail\":\"The body ended before its announced length\"}", "a cut one is none");
    is_text(body_of(cgi("POST", "/count", "50001", 0)),
            "{\"detail\":\"The body is larger than 50000 bytes\"}", "too large for the route, unread");
    is_text(body_of(cgi("POST", "/echo", "100001", 0)),
            "{\"detail\":\"The body is larger than 100000 bytes\"}", "too large for the handler");
    is_int(body_of(cgi("POST", "/echo", "60000", 60000)).n, 60000, "what comes in goes out");
    ok(body_of(cgi("POST", "/echo", "60000", 50000)).n < 60000, "unless it is cut on the way");
}

static void replies(void)
{
    struct str reply = cgi("GET", "/give?say=50&give=5", NULL, 0);
    ok(str_has(reply, S("Status: 200 OK\r\n")) && str_has(reply, S("Content-Type: text/csv\r\n"))
       && str_has(reply, S("Content-Length: 50\r\n")) && str_has(reply, S("ETag: \"v1\"\r\n")),
       "status and headers come first");
    is_int(body_of(reply).n, 50, "then the pieces");
    reply = cgi("GET", "/give?give=5", NULL, 0);
    ok(!str_has(reply, S("Content-Length")) && body_of(reply).n == 50, "of unknown length");
    reply = cgi("GET", "/give", NULL, 0);
    ok(str_has(reply, S("Status: 200 OK\r\n")) && body_of(reply).n == 0, "or none at all");
    reply = cgi("HEAD", "/give?say=50&give=5", NULL, 0);
    ok(str_has(reply, S("Status: 200 OK\r\n")) && str_has(reply, S("Content-Length: 50\r\n"))
       && body_of(reply).n == 0, "HEAD gets the head");
    setenv("HTTP_IF_NONE_MATCH", "\"v1\"", 1);
    reply = cgi("GET", "/give?say=50&give=5", NULL, 0);
    ok(str_has(reply, S("Status: 304 ")) && !str_has(reply, S("Content-Length"))
       && body_of(reply).n == 0, "and so does who has it already");
    unsetenv("HTTP_IF_NONE_MATCH");
    reply = cgi("GET", "/give?fail=1", NULL, 0);
    ok(str_has(reply, S("Status: 409 ")) && str_has(reply, S("went wrong")),
       "a failure before the first piece is a reply");
    reply = cgi("GET", "/give?give=5&say=100&fail=1", NULL, 0);
    ok(str_has(reply, S("Status: 200 ")) && body_of(reply).n == 50 && !str_has(reply, S("wrong")),
       "one after it says nothing");
    ok(str_has(cgi("GET", "/give?say=10", NULL, 0), S("Status: 500 ")),
       "who promises and gives nothing has failed");
    is_int(body_of(cgi("GET", "/give?say=45&give=9", NULL, 0)).n, 40, "nobody gives more than said");
}

/* --- FastCGI ---------------------------------------------------------------------------------- */

enum { BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6 };

static void put_record(struct buf *b, int type, struct str content)
{
    const char head[8] = { 1, (char)type, 0, 1, (char)(content.n >> 8), (char)content.n, 0, 0 };
    buf_put(b, head, 8);
    buf_str(b, content);
}

static void put_param(struct buf *b, const char *name, const char *value)
{
    buf_c(b, (char)strlen(name));
    buf_c(b, (char)strlen(value));
    buf_str(b, str_of(name));
    buf_str(b, str_of(value));
}

static struct str request_records(const char *uri)
{
    struct buf all = tap_buf(4096), params = tap_buf(4096);
    put_param(&params, "REQUEST_METHOD", "GET");
    put_param(&params, "REQUEST_URI", uri);
    put_record(&all, BEGIN, (struct str){ "\0\1\0\0\0\0\0\0", 8 });
    put_record(&all, PARAMS, buf_text(&params));
    put_record(&all, PARAMS, S(""));
    put_record(&all, STDIN, S(""));
    return buf_text(&all);
}

struct heard { struct buf out; bool ended; };

static struct heard hear(struct str all)
{
    struct heard heard = { .out = tap_buf(1u << 24) };
    while (all.n >= 8) {
        const unsigned char *head = (const unsigned char *)all.p;
        size_t n = (size_t)head[4] << 8 | head[5];
        if (head[1] == STDOUT)
            buf_str(&heard.out, str_sub(all, 8, n));
        heard.ended = heard.ended || head[1] == END;
        all = str_sub(all, 8 + n + head[6], SIZE_MAX);
    }
    return heard;
}

/* most: how many bytes of the reply the web server takes before it goes. */
static struct heard fastcgi(const char *uri, size_t most, int *code)
{
    const char *why = NULL, *path = str_fmt(tap_mem(), "/tmp/larder-stream-%d", getpid()).p;
    int door = door_open(path, &why), status;
    struct sockaddr_storage address = { .ss_family = AF_UNIX };
    memcpy((char *)&address + sizeof address.ss_family, path, strlen(path) + 1);
    int line = socket(AF_UNIX, SOCK_STREAM, 0);
    struct str sent = request_records(uri);
    struct heard heard = { .ended = false };
    if (connect(line, (struct sockaddr *)&address,
                (socklen_t)(sizeof address.ss_family + strlen(path) + 1)) != 0
        || write(line, sent.p, sent.n) != (ssize_t)sent.n)
        printf("# cannot ask: %s\n", why == NULL ? "?" : why);
    pid_t pid = fork();                     /* now, since a gate does not wait for callers        */
    if (pid == 0) {
        close(line);
        serve_one(gate_open(tap_mem(), door));
    }
    if (most == 0)
        heard = hear(read_all(line));
    else
        close(line);
    waitpid(pid, &status, 0);
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    close(door);
    door_remove(path);
    return heard;
}

static void cuts(void)
{
    int code;
    struct heard heard = fastcgi("/give?say=500000&give=50000", 0, &code);
    ok(heard.ended && body_of(buf_text(&heard.out)).n == 500000, "FastCGI: whole, and ended");
    heard = fastcgi("/give?give=50000&fail=1", 0, &code);
    ok(!heard.ended && heard.out.n > 1000, "FastCGI: a reply that fails on its way never ends");
    ok(code == 0, "and its program goes on");
    fastcgi("/give?give=500000", 1, &code);
    ok(code == 0, "a caller who goes ends it, no signal does");
}

int main(void)
{
    const char *why = NULL;
    plan(27);
    signal(SIGPIPE, SIG_IGN);
    program.app.mem = tap_mem();
    program.app.set.api_prefix = S("/api/v1");
    program.app.set.request_memory_mb = 32;
    program.app.set.max_body_bytes = 1000;
    program.map = route_compile(tap_mem(), TABLES, &why);
    ok(program.map != NULL, "routes that stream");
    ok(route_compile(tap_mem(), BAD_TABLES, &why) == NULL, "but not inside a transaction");
    passing();
    bodies();
    replies();
    cuts();
    return done();
}
