/* 26-errand.c — the worker as a child: what it is told, what it answers, and that it is not waited for. */
#include "tap.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/probe.h"
#include "app/sendnow.h"
#include "base/settings.h"
#include "base/when.h"
#include "net/errand.h"

static struct settings set = { .encryption_key = S_INIT("test-key") };

/* The worker is what the test says. */
static void worker(const char *script)
{
    const char *path = str_fmt(tap_mem(), "%s/worker", set.program_dir.p).p;
    FILE *file = fopen(path, "w");
    if (file == NULL)
        abort();
    fprintf(file, "#!/bin/sh\n%s\n", script);
    fclose(file);
    chmod(path, 0700);
}

static struct cx fresh(void)
{
    return (struct cx){ .mem = tap_mem(), .set = &set, .now = when_now() };
}

static void errands(void)
{
    struct cx cx = fresh();
    struct str output;
    bool in_time = false;
    worker("echo \"$@\"; cat");
    ok(errand_run(&cx, "--probe", S("a question"), 20 * WHEN_SECOND, &output, &in_time) && in_time, "it runs");
    is_text(output, "--probe --config /some/larder.conf --data /some/data\na question",
            "knows our settings, hears the question and answers");
    worker("sleep 600");
    ok(errand_run(&cx, "--probe", S("x"), WHEN_SECOND / 2, &output, &in_time) && !in_time,
       "it is not waited for long");
    worker("exec <&-; i=0; while [ $i -lt 70000 ]; do i=$((i + 10)); echo 123456789; done");
    char *p = arena_alloc(tap_mem(), 300000);
    memset(p, 'x', 300000);
    ok(!errand_run(&cx, "--probe", (struct str){ p, 300000 }, 20 * WHEN_SECOND, &output, &in_time),
       "too long an answer is none");
    fail_forget(&cx);
    worker("[ -e /proc/$$/fd/77 ] && echo inherited || echo closed");
    int open_file = dup2(STDERR_FILENO, 77);
    ok(errand_run(&cx, "--probe", S(""), 20 * WHEN_SECOND, &output, &in_time), "it runs with a file open here");
    ok(open_file == 77 && str_eq(output, S("closed\n")), "which it does not inherit");
    close(open_file);
}

/* What the child says after its line, until all is said: how much; -1: it failed. */
static int64_t hear(struct cx *cx, struct errand_talk *talk)
{
    char piece[700];
    int64_t all = 0;
    for (size_t n = 1; n > 0; all += (int64_t)n)
        if (!errand_read(cx, talk, piece, sizeof piece, &n))
            return -1;
    return all;
}

static void talks(void)
{
    struct cx cx = fresh();
    struct errand_talk talk SCOPED(errand_close) = { .cx = NULL };
    struct str line;
    size_t n;
    char c;
    worker("cat; head -c 300000 /dev/zero");
    ok(errand_open(&cx, "worker", "--store", S("a question\n"), 20 * WHEN_SECOND, &talk)
       && errand_line(&talk, &line), "it answers");
    is_text(line, "a question", "with a line");
    is_int(hear(&cx, &talk), 300000, "and with bytes, however many");
    ok(errand_read(&cx, &talk, &c, 1, &n) && n == 0, "which end once and for all");
    worker("echo begun; head -c 9000 /dev/zero; exit 3");
    ok(errand_open(&cx, "worker", "--store", S("x"), 20 * WHEN_SECOND, &talk) && errand_line(&talk, &line),
       "it begins");
    is_int(hear(&cx, &talk), -1, "one that ends badly has not said all");
    ok(!errand_read(&cx, &talk, &c, 1, &n), "however often it is asked");
    fail_forget(&cx);
    worker("echo begun; kill -9 $$");
    ok(errand_open(&cx, "worker", "--store", S("x"), 20 * WHEN_SECOND, &talk) && errand_line(&talk, &line)
       && hear(&cx, &talk) == -1, "nor has one that is killed");
    fail_forget(&cx);
    worker("echo begun; sleep 600");
    int64_t began = when_now();
    ok(errand_open(&cx, "worker", "--store", S("x"), WHEN_SECOND / 2, &talk) && errand_line(&talk, &line)
       && hear(&cx, &talk) == -1, "nobody waits long for the next byte");
    fail_forget(&cx);
    errand_close(&talk);
    ok(when_now() - began < 10 * WHEN_SECOND, "or for its end");
    worker("printf 'no line'");
    ok(errand_open(&cx, "worker", "--store", S("x"), 20 * WHEN_SECOND, &talk) && !errand_line(&talk, &line),
       "half a line is no answer");
    fail_forget(&cx);
    errand_close(&talk);
    worker("head -c 5000 /dev/zero");
    ok(errand_open(&cx, "worker", "--store", S("x"), 20 * WHEN_SECOND, &talk) && !errand_line(&talk, &line),
       "nor is one without end");
    fail_forget(&cx);
    errand_close(&talk);
    char *p = arena_alloc(tap_mem(), 20000);
    ok(!errand_open(&cx, "worker", "--store", (struct str){ p, 20000 }, WHEN_SECOND, &talk),
       "a question is short");
    fail_forget(&cx);
    unlink(str_fmt(tap_mem(), "%s/worker", set.program_dir.p).p);
    ok(errand_open(&cx, "worker", NULL, S("x"), 20 * WHEN_SECOND, &talk) && !errand_line(&talk, &line),
       "where there is no program, there is no answer");
}

static void left_alone(void)
{
    struct cx cx = fresh();
    const char *done = str_fmt(tap_mem(), "%s/done", set.program_dir.p).p;
    worker(str_fmt(tap_mem(), "sleep 1; touch %s.new; mv %s.new %s", done, done, done).p);
    int64_t began = when_now();
    ok(errand_leave(&cx, "--once"), "it is set going");
    ok(when_now() - began < WHEN_SECOND && access(done, F_OK) != 0, "and works while we go on");
    for (int i = 0; i < 300 && access(done, F_OK) != 0; i++)
        nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
    ok(access(done, F_OK) == 0, "to its end");
    unlink(done);
}

static void questions(void)
{
    struct cx cx = fresh();
    bool success = true;
    struct str said, config = S("{\"host\":\"a\"}");
    struct jv tree;
    struct jv_fault fault;
    const struct message mail = { .template_type = S("t"), .account_id = S("a"), .recipient = S("ann@acme.co"),
                                  .values = MESSAGE_VALUES({ S("token"), S("0123456789"), true }) };
    if (!jv_parse(&cx, config, &tree, &fault))
        return;

          worker("printf '{\"success\":true,\"message\":'; tr -d '\\n' | sed 's/\"/@/g; s/^/\"/; s/$/\"/';"
           " printf '}'");
    ok(probe_connection(&cx, S("c"), S("p"), tree, &success, &said) && success, "a trial succeeds");
    is_text(said, "{@category@:@c@,@provider_name@:@p@,@config@:{@host@:@a@}}", "with all that it needs");
    worker("echo '{\"success\":false,\"message\":\"no\"}'");
    ok(probe_connection(&cx, S("c"), S("p"), tree, &success, &said) && !success && str_eq(said, S("no")),
       "or fails");
    worker("exit 1");
    ok(!probe_connection(&cx, S("c"), S("p"), tree, &success, &said) && !success, "no answer is no success");
    fail_forget(&cx);
    worker("cat >&2; echo '{\"error\":null}'");
    ok(sendnow_mail(&cx, &mail, &said) && str_absent(said), "a mail is sent");
    worker("grep -q 0123456789 && echo '{\"error\":\"open\"}' || echo '{\"error\":\"sealed\"}'");
    ok(sendnow_mail(&cx, &mail, &said) && str_eq(said, S("sealed")),
       "or not; its secrets are sealed on the way");
    worker("echo nonsense");
    ok(!sendnow_mail(&cx, &mail, &said), "nonsense is a fault of ours");
    fail_forget(&cx);
}

int main(void)
{
    char folder[] = "/tmp/larder-unit.XXXXXX";
    plan(30);
    signal(SIGPIPE, SIG_IGN);           /* as programs do */
    if (mkdtemp(folder) == NULL)
        return 1;
    set.program_dir = str_of(folder);
    set.config_file = S("/some/larder.conf");
    set.data_dir = S("/some/data");
    errands();
    talks();
    left_alone();
    questions();
    unlink(str_fmt(tap_mem(), "%s/worker", folder).p);
    rmdir(folder);
    return done();
}
