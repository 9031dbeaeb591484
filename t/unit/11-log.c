/* 11-log.c — lines stay lines and JSON, wait until told, and are not written twice by a child. */
#include "tap.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/jv.h"
#include "base/log.h"
#include "base/random.h"

static char path[] = "/tmp/larder-log-XXXXXX";

static struct str written(void)
{
    static char text[100000];
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text);
    close(fd);
    return (struct str){ text, n < 0 ? 0 : (size_t)n };
}

static size_t lines(struct str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    return n;
}

static struct jv parsed(struct str line)
{
    static struct cx cx;
    struct jv v;
    struct jv_fault fault;
    cx.mem = tap_mem();
    return jv_parse(&cx, line, &v, &fault) ? v : (struct jv){ JV_ABSENT, NULL };
}

static void events(void)
{
    log_open("unit", LOG_INFO, false, path);
    log_request(S("cid_1\"\n"));
    ok(!log_wants(LOG_DEBUG) && log_wants(LOG_INFO), "a level and what is above it");
    LOG(LOG_DEBUG, "too little", log_number("n", 1));
    LOG(LOG_INFO, "request", log_text("path", S("/a\n{\"level\":\"error\"}\xFF")),
        log_number("status", 200), log_real("ms", 0.5), log_text("none", NO_STR));
    is_int(written().n, 0, "what can wait is not written yet");
    log_flush();
    struct jv line = parsed(written());
    ok(line.kind == JV_OBJECT && lines(written()) == 1,
       "one event is one line of JSON, whatever it says");
    is_text(jv_text(jv_get(line, S("level"))), "info", "level");
    is_text(jv_text(jv_get(line, S("event"))), "request", "event");
    is_text(jv_text(jv_get(line, S("correlation_id"))), "cid_1\"\n", "correlation id");
    ok(jv_int(jv_get(line, S("status"))) == 200 && jv_real(jv_get(line, S("ms"))) == 0.5
       && jv_get(line, S("none")).kind == JV_NULL, "items of every kind");

    LOG(LOG_WARNING, "now", log_number("n", 1));
    is_int(lines(written()), 2, "a warning is written at once");
    struct buf b = tap_buf(20000);
    memset(buf_room(&b, 20000), 'x', 20000);
    LOG(LOG_ERROR, "long", log_text("text", buf_text(&b)));
    ok(lines(written()) == 3 && str_has(written(), S("\"event\":\"long\"")),
       "a line too long keeps its name");
    for (size_t n = 8000; n < 8200; n++)
        LOG(LOG_INFO, "edge", log_text("text", str_sub(buf_text(&b), 0, n)));
    for (int i = 0; i < 500; i++)
        LOG(LOG_INFO, "many", log_number("n", i));
    log_flush();
    struct str rest = written(), one;
    size_t broken_lines = 0;
    while (rest.n > 0 && str_cut(&rest, '\n', &one))
        broken_lines += one.n > 0 && rest.p != NULL && parsed(one).kind != JV_OBJECT;
    is_int(broken_lines, 0, "no line is cut, however long or many");
}

static void children(void)
{
    ok(truncate(path, 0) == 0, "an empty log");
    LOG(LOG_INFO, "parent", log_number("n", 1));
    pid_t child = fork();
    if (child == 0) {
        LOG(LOG_INFO, "child", log_number("n", 2));
        log_flush();
        _exit(0);
    }
    waitpid(child, NULL, 0);
    log_flush();
    is_int(lines(written()), 2, "a child does not write what its parent has waiting");

    int ends[2];
    char own[32], other[32];
    random_bytes(own, 1);
    ok(pipe(ends) == 0, "a pipe");
    child = fork();
    if (child == 0) {
        random_bytes(own, sizeof own);
        _exit(write(ends[1], own, sizeof own) == (ssize_t)sizeof own ? 0 : 1);
    }
    random_bytes(own, sizeof own);
    waitpid(child, NULL, 0);
    ok(read(ends[0], other, sizeof other) == (ssize_t)sizeof other
           && memcmp(own, other, sizeof own) != 0,
       "nor draws the same random bytes");
    close(ends[0]);
    close(ends[1]);
}

static void faults(void)
{
    fault_arm(NULL);
    ok(!fault_hit("a"), "no fault unless armed");
    fault_arm("a:fail,b:fail:2,c:kill");
    ok(fault_hit("a") && fault_hit("a") && !fault_hit("x"), "a fault strikes where it is named");
    ok(!fault_hit("b") && fault_hit("b") && !fault_hit("b"), "or once, the n-th time");
    pid_t child = fork();
    int status = 0;
    if (child == 0) {
        fault_hit("c");
        _exit(0);
    }
    waitpid(child, &status, 0);
    ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "or kills");
}

int main(void)
{
    close(mkstemp(path));
    plan(10 + 4 + 4);
    events();
    children();
    faults();
    unlink(path);
    return done();
}
