/* 15-call.c — calls to the outside: private addresses in every spelling, redirects, sizes, headers. */
#include "tap.h"

#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/settings.h"
#include "base/when.h"
#include "net/call.h"

static struct settings set;
static int port;

/* Answers by the path: /big, /moved, /header (gives the request back), else ok. */
static void answer(int client)
{
    char request[4096] = "", body[70000];
    ssize_t n = read(client, request, sizeof request - 1);
    struct str asked = { request, n > 0 ? (size_t)n : 0 };
    struct str text = str_starts(asked, S("HEAD")) ? S("") : S("ok");
    if (str_starts(asked, S("GET /big"))) {
        memset(body, 'x', sizeof body);
        text = (struct str){ body, sizeof body };
    } else if (str_starts(asked, S("GET /header"))) {
        text = asked;
    }
    const char *status = str_starts(asked, S("GET /moved")) ? "302 Found\r\nLocation: /" : "200 OK";
    struct str head = str_fmt(tap_mem(), "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
                              status, text.n);
    if (write(client, head.p, head.n) > 0 && write(client, text.p, text.n) >= 0)
        shutdown(client, SHUT_WR);
    while (read(client, request, sizeof request) > 0)
        continue;
    close(client);
}

static pid_t serve(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 20) != 0
        || getsockname(listener, (struct sockaddr *)&at, &n) != 0)
        abort();
    port = ntohs(at.sin_port);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(120);                         /* should the test be killed */
        for (;;)
            answer(accept(listener, NULL, NULL));
    }
    close(listener);
    return pid;
}

struct result { bool well; struct call_reply reply; struct trouble trouble; };

static struct result get(const char *host, const char *path, struct call call)
{
    struct cx cx = { .mem = tap_mem(), .set = &set, .now = when_now() };
    struct result r = { .well = false };
    call.method = call.method != NULL ? call.method : "GET";
    call.url = str_fmt(tap_mem(), "http://%s:%d%s", host, port, path);
    r.well = call_send(&cx, &call, &r.reply, &r.trouble);
    ok(cx.err.kind == E_NONE && r.well == (r.trouble.why == NULL), "  the context stays clean");
    return r;
}

static void addresses(void)
{
    static const char *const SPELLINGS[] = {
        "127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0", "[::1]", "[::]" };
    static const struct str LOOPBACK[] = { S_INIT("127.0.0.0/8") };
    struct result r;
    for (size_t i = 0; i < COUNT(SPELLINGS); i++) {
        r = get(SPELLINGS[i], "/", (struct call){ .is_plain = true });
        ok(!r.well && str_eq(str_of(r.trouble.why), S("The address is private and may not be called")),
           SPELLINGS[i]);
    }
    r = get("127.0.0.1", "/", (struct call){ .is_plain = true, .trusted = true });
    ok(r.well && r.reply.status == 200 && str_eq(r.reply.body, S("ok")), "what somebody configured is called");
    set.webhook_allow_private = (struct str_list){ LOOPBACK, 1 };
    r = get("localhost", "/", (struct call){ .is_plain = true });
    ok(r.well, "so is what the operator excepted");
}

static void limits(void)
{
    const struct call plain = { .is_plain = true };
    const struct call_header fine[] = { { "X-A", S("b") } };
    const struct call_header forged[] = { { "X-A", S("b\r\nX-C: d") } };
    struct result r = get("127.0.0.1", "/moved", plain);
    ok(r.well && r.reply.status == 302, "a redirection is an answer like others");
    r = get("127.0.0.1", "/big", plain);
    ok(!r.well && str_eq(str_of(r.trouble.why), S("The reply is too large")),
       "a reply that is too large is none");
    r = get("127.0.0.1", "/big", (struct call){ .is_plain = true, .most = 70000 });
    ok(r.well && r.reply.body.n == 70000, "unless more was asked for");
    r = get("127.0.0.1", "/", (struct call){ .trusted = true });
    ok(!r.well && strstr(r.trouble.why, "rotocol") != NULL, "http is not for everybody");
    r = get("127.0.0.1", "/header", (struct call){ .is_plain = true, .headers = fine, .header_count = 1 });
    ok(r.well && str_has(r.reply.body, S("X-A: b\r\n")), "headers go along");
    ok(str_has(r.reply.body, S("User-Agent: Larder\r\n")), "and our name");
    r = get("127.0.0.1", "/header", (struct call){ .is_plain = true, .headers = forged, .header_count = 1 });
    ok(!r.well, "two lines are no header");
    r = get("127.0.0.1", "/\r\nHost: x", plain);
    ok(!r.well, "nor an address");
    r = get("127.0.0.1", "/", (struct call){ .is_plain = true, .method = "HEAD" });
    ok(r.well && r.reply.status == 200 && r.reply.body.n == 0, "a HEAD has no body");
}

int main(void)
{
    plan(37);
    signal(SIGPIPE, SIG_IGN);
    setenv("http_proxy", "http://127.0.0.1:1", 1);          /* not asked */
    pid_t server = serve();
    addresses();
    limits();
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    return done();
}
