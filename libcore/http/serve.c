/* serve.c — starts a program: reads its options, opens the door, keeps its children alive. */
#include "http/serve.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/num.h"
#include "base/when.h"
#include "http/door.h"
#include "http/headers.h"
#include "http/openapi.h"
#include "http/pool.h"

#define CHILDREN_MAX 64
#define PER_CORE 2
#define PER_MACHINE 8
#define SHORT_LIFE WHEN_SECOND
#define LONGEST_PAUSE (10 * WHEN_SECOND)
#define PATIENCE (30 * WHEN_SECOND)             /* for a request in hand when we are told to stop */

struct options {
    const char *socket, *proxied, *config, *data;
    int64_t children;
    bool batches, routes, pages;
};
struct child { pid_t pid; int64_t started_at, start_at; };
struct parent {
    struct program *program;
    const struct options *options;
    int door, proxied;
    const struct serve_loop *loop;              /* NULL: a pool */
    struct child children[CHILDREN_MAX];
    size_t count;
    int64_t pause, stopping_since;
};

static struct program program;                 /* the fuse box hangs here, as long as the process */
static volatile sig_atomic_t told_to_stop, told_to_reopen;
static sigset_t handled, before;

static void on_signal(int number)
{
    if (number == SIGUSR1)
        told_to_reopen = 1;
    else
        told_to_stop = 1;
}

/* Signals are blocked outside door_wait; under load nobody waits there: the pending ones count. */
static bool child_stops(void)
{
    sigset_t pending;
    if (sigpending(&pending) == 0) {
        if (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGHUP) == 1)
            told_to_stop = 1;
        if (sigismember(&pending, SIGUSR1) == 1)
            sigsuspend(&before);
    }
    if (told_to_reopen) {
        told_to_reopen = 0;
        boot_log(&program.app);
    }
    return told_to_stop != 0;
}

static void handle(int number, void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler };
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

static void work(const struct parent *parent)
{
    const struct pool pool = { .program = parent->program, .door = parent->door,
        .batches = parent->options->batches, .stopping = child_stops, .meanwhile = &before };
    const struct serve_doors doors = { .program = parent->program, .fcgi = parent->door,
        .http = parent->proxied, .stopping = child_stops, .meanwhile = &before };
    if (parent->loop != NULL)
        parent->loop->run(&doors);
    else
        pool_run(&pool);
}

static NO_RETURN void be_child(const struct parent *parent, pid_t parent_pid)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent_pid)
        _exit(0);
    handle(SIGTERM, on_signal);
    handle(SIGHUP, on_signal);
    handle(SIGUSR1, on_signal);
    handle(SIGINT, SIG_IGN);                    /* from the terminal: the parent hears it too */
    work(parent);
    boot_close(&program.app);
    exit(0);
}

static void start(struct parent *parent, struct child *child)
{
    pid_t parent_pid = getpid(), pid;
    log_flush();                                /* else both would write what is buffered */
    pid = fork();
    if (pid == 0)
        be_child(parent, parent_pid);
    child->started_at = when_now();
    child->pid = pid;
    if (pid < 0)
        child->start_at = child->started_at + WHEN_SECOND;
}

static void start_due(struct parent *parent)
{
    int64_t now = when_now();
    for (size_t i = 0; i < parent->count && parent->stopping_since == 0; i++)
        if (parent->children[i].pid <= 0 && parent->children[i].start_at <= now)
            start(parent, &parent->children[i]);
}

/* A child that died young may die again: the next one waits, longer each time. */
static void child_died(struct parent *parent, pid_t pid, int status)
{
    int64_t now = when_now();
    for (size_t i = 0; i < parent->count; i++) {
        struct child *child = &parent->children[i];
        if (child->pid != pid)
            continue;
        bool clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        bool young = !clean && now - child->started_at < SHORT_LIFE;
        parent->pause = !young ? 0 : parent->pause == 0 ? WHEN_SECOND / 10 : parent->pause * 2;
        if (parent->pause > LONGEST_PAUSE)
            parent->pause = LONGEST_PAUSE;
        child->pid = 0;
        child->start_at = now + parent->pause;
        if (!clean)
            LOG(LOG_WARNING, "worker_died", log_number("pid", pid),
                log_number("status", WIFEXITED(status) ? WEXITSTATUS(status) : 0),
                log_number("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0));
    }
}

static void tell_children(const struct parent *parent, int number)
{
    for (size_t i = 0; i < parent->count; i++)
        if (parent->children[i].pid > 0)
            kill(parent->children[i].pid, number);
}

static size_t living(const struct parent *parent)
{
    size_t n = 0;
    for (size_t i = 0; i < parent->count; i++)
        n += parent->children[i].pid > 0;
    return n;
}

static bool load(const struct options *options, const char *name)
{
    struct program next = program;
    if (!boot_settings(&next.app, name, options->config, options->data))
        return false;
    program.name = name;
    program.app = next.app;
    program.fixed_headers = headers_fixed(program.app.mem, &program.app.set);
    return true;
}

static void hear(struct parent *parent, int number)
{
    if (number == SIGTERM || number == SIGINT || number == SIGQUIT) {
        parent->stopping_since = parent->stopping_since != 0 ? parent->stopping_since : when_now();
        tell_children(parent, SIGTERM);
    } else if (number == SIGHUP && load(parent->options, program.name)) {
        tell_children(parent, SIGTERM);
    } else if (number == SIGUSR1) {
        boot_log(&program.app);
        tell_children(parent, SIGUSR1);
    }
}

static void bury(struct parent *parent)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        child_died(parent, pid, status);
}

static void keep_alive(struct parent *parent)
{
    const struct timespec often = { .tv_nsec = 100000000 }, seldom = { .tv_sec = 5 };
    while (parent->stopping_since == 0 || living(parent) > 0) {
        start_due(parent);
        log_flush();
        bool waits = parent->stopping_since != 0 || living(parent) < parent->count;
        int number = sigtimedwait(&handled, NULL, waits ? &often : &seldom);
        if (number > 0)
            hear(parent, number);
        bury(parent);
        if (parent->stopping_since != 0 && when_now() - parent->stopping_since > PATIENCE)
            tell_children(parent, SIGKILL);
    }
}

static void block_signals(void)
{
    static const int NUMBERS[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGCHLD };
    sigemptyset(&handled);
    for (size_t i = 0; i < COUNT(NUMBERS); i++)
        sigaddset(&handled, NUMBERS[i]);
    sigprocmask(SIG_BLOCK, &handled, &before);
    for (size_t i = 0; i < COUNT(NUMBERS); i++)
        sigdelset(&before, NUMBERS[i]);
}

static size_t children_of(const struct options *options)
{
    int64_t n = options->children;
    if (options->batches)
        return 1;
    if (n == 0)
        n = program.app.set.workers;
    if (n == 0) {
        n = PER_CORE * sysconf(_SC_NPROCESSORS_ONLN);
        n = n > PER_MACHINE ? PER_MACHINE : n;
    }
    return n < 1 ? 1 : n > CHILDREN_MAX ? CHILDREN_MAX : (size_t)n;
}

static bool open_doors(struct parent *parent)
{
    const struct options *options = parent->options;
    const char *why = NULL;
    bool only_proxied = options->proxied != NULL && options->socket == NULL && gate_is_plain();
    parent->door = only_proxied ? -1 : door_open(options->socket, &why);
    if (why == NULL)
        parent->proxied = options->proxied == NULL ? -1 : door_open(options->proxied, &why);
    if (why != NULL)
        fprintf(stderr, "%s: cannot listen: %s\n", program.name, why);
    return why == NULL;
}

static int be_parent(const struct options *options, const struct serve_loop *loop)
{
    struct parent parent = { .program = &program, .options = options, .loop = loop };
    if (!open_doors(&parent))
        return 1;
    parent.count = loop != NULL ? 1 : children_of(options);
    block_signals();
    keep_alive(&parent);
    if (options->socket != NULL)
        door_remove(options->socket);
    if (options->proxied != NULL)
        door_remove(options->proxied);
    log_flush();
    return 0;
}

static int usage(const char *name, bool loops)
{
    fprintf(stderr, "usage: %s [-s SOCKET] %s [--config FILE] [--data DIR]"
            " [--routes | --pages]\n"
            "Without -s it serves descriptor 0, or one plain CGI request.\n", name,
            loops ? "[-p SOCKET]" : "[-n CHILDREN] [-w]");
    return 2;
}

static bool read_options(int argc, char **argv, bool loops, struct options *o)
{
    o->children = 1;
    for (int i = 1; i < argc; i++) {
        struct str word = str_of(argv[i]);
        const char **value = str_eq(word, S("-s")) ? &o->socket
                           : str_eq(word, S("-p")) && loops ? &o->proxied
                           : str_eq(word, S("--config")) ? &o->config
                           : str_eq(word, S("--data")) ? &o->data : NULL;
        if (str_eq(word, S("-w")))
            o->batches = true;
        else if (str_eq(word, S("--routes")))
            o->routes = true;
        else if (str_eq(word, S("--pages")))
            o->pages = true;
        else if (i + 1 == argc)
            return false;
        else if (value != NULL)
            *value = argv[++i];
        else if (!str_eq(word, S("-n")) || !num_int(str_of(argv[++i]), &o->children))
            return false;
    }
    return true;
}

/* Whoever asked must hear something; why is in the web server's error log. */
static int cannot_start(bool plain)
{
    if (plain)
        printf("Status: 500 Internal Server Error\r\nContent-Type: application/json\r\n\r\n"
               "{\"error\":\"Internal server error\",\"detail\":\"An unexpected error occurred\"}");
    return 1;
}

static int begin(int argc, char **argv, const char *name, const struct route *const *tables,
                 const struct serve_loop *loop)
{
    struct options options = { .socket = NULL };
    const char *why = NULL;
    if (!read_options(argc, argv, loop != NULL, &options))
        return usage(name, loop != NULL);
    if (options.routes)
        return openapi_print(tables);
    if (options.pages)
        return openapi_pages(tables);
    bool plain = options.socket == NULL && options.proxied == NULL && gate_is_plain();
    if (plain && !gate_has_plain())
        return usage(name, loop != NULL);
    umask(077);
    signal(SIGPIPE, SIG_IGN);
    if (!load(&options, name))
        return cannot_start(plain);
    program.map = route_compile(program.app.mem, tables, &why);
    if (program.map == NULL) {
        fprintf(stderr, "%s: %s\n", name, why);
        return cannot_start(plain);
    }
    if (!plain)
        return be_parent(&options, loop);
    int code = loop != NULL ? loop->once(&program) : pool_once(&program);
    boot_close(&program.app);
    return code;
}

int serve(int argc, char **argv, const char *name, const struct route *const *tables)
{
    return begin(argc, argv, name, tables, NULL);
}

int serve_looping(int argc, char **argv, const char *name, const struct route *const *tables,
                  const struct serve_loop *loop)
{
    return begin(argc, argv, name, tables, loop);
}

int serve_bare(const char *name, const struct route *const *tables)
{
    const char *why = NULL;
    program.name = name;
    umask(077);
    if (!gate_is_plain() || !gate_has_plain() || !boot_bare(&program.app, name))
        return cannot_start(gate_has_plain());
    program.fixed_headers = headers_fixed(program.app.mem, &program.app.set);
    program.map = route_compile(program.app.mem, tables, &why);
    if (program.map == NULL)
        return cannot_start(true);
    int code = pool_once(&program);
    boot_close(&program.app);
    return code;
}
