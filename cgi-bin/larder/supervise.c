/* supervise.c — larder serve: sets up, then keeps the pools and the web server running. */
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

#include "readiness.h"
#include "webserver.h"
#include "base/when.h"

#define GRACE_MS 12000              /* for the request in hand                                    */
#define TURN_MS 200
#define QUICK_DEATHS 5              /* in a row, each within a second: then it is no accident     */
#define LONGEST_SOCKET 100          /* sun_path holds 108                                         */

struct child {
    const char *name, *argv[12];
    int again, end;                 /* the signals to read everything afresh, and to finish       */
    pid_t pid;
    int64_t started;
    int quick_deaths;
};
struct house {
    struct app app;
    struct str run;                 /* directory of sockets and configurations                    */
    bool own_run;                   /* made for this run only                                     */
    struct child pools[12]; size_t pool_count;
    struct child front;             /* no name: none of ours                                      */
    const char *pid_file;
    sigset_t before;                /* the signals as they were: for children                     */
};

static bool complain(const char *what, const char *about)
{
    fprintf(stderr, "Error: %s %s: %s\n", what, about, strerror(errno));
    return false;
}

static bool write_file(const char *path, struct str text)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return complain("cannot write", path);
    bool whole = fwrite(text.p, 1, text.n, file) == text.n;
    return (fclose(file) == 0 && whole) || complain("cannot write", path);
}

static bool choose_run(struct house *house)
{
    struct arena *mem = house->app.mem;
    char real[4096], made_up[] = "/tmp/larder-XXXXXX";
    struct str run = str_fmt(mem, "%.*s/run", STR_ARG(house->app.set.data_dir));
    if (mkdir(str_c(mem, run), 0700) != 0 && errno != EEXIST)
        return complain("cannot make", str_c(mem, run));
    if (realpath(str_c(mem, run), real) == NULL)
        return complain("cannot find", str_c(mem, run));
    house->run = str_copy(mem, str_of(real));
    if (house->run.n + strlen("/collections.sock") <= LONGEST_SOCKET)
        return true;
    if (mkdtemp(made_up) == NULL)
        return complain("cannot make", made_up);
    house->own_run = true;
    house->run = str_copy(mem, str_of(made_up));
    return true;
}


/* --- children --------------------------------------------------------------------------------- */

/* In a process group of its own, so that a ^C of the terminal reaches us alone; and should we be
 * killed, the kernel tells it to stop. */
static NO_RETURN void become(struct house *house, const struct child *child)
{
    char elsewhere[64];
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigprocmask(SIG_SETMASK, &house->before, NULL);
    execvp(child->argv[0], (char *const *)child->argv);
    snprintf(elsewhere, sizeof(elsewhere), "/usr/sbin/%s", child->argv[0]);
    if (strchr(child->argv[0], '/') == NULL)
        execv(elsewhere, (char *const *)child->argv);
    (void)complain("cannot run", child->argv[0]);
    _exit(127);
}

static bool start(struct house *house, struct child *child)
{
    child->started = when_now();
    child->pid = fork();
    if (child->pid == 0)
        become(house, child);
    return child->pid > 0 || complain("cannot start", child->name);
}

static void put_place(struct house *house, struct child *child, size_t n)
{
    struct arena *mem = house->app.mem;
    const struct settings *set = &house->app.set;
    if (!str_absent(set->config_file)) {
        child->argv[n++] = "--config";
        child->argv[n++] = str_c(mem, set->config_file);
    }
    child->argv[n++] = "--data";
    child->argv[n] = str_c(mem, set->data_dir);
}

static void add_pool(struct house *house, const char *name, const char *program, int64_t workers)
{
    struct arena *mem = house->app.mem;
    struct child *child = &house->pools[house->pool_count++];
    const struct settings *set = &house->app.set;
    size_t n = 0;
    child->name = name;
    child->argv[n++] = str_c(mem, str_fmt(mem, "%.*s/%s", STR_ARG(set->program_dir), program));
    child->argv[n++] = "-s";
    child->argv[n++] = str_c(mem, str_fmt(mem, "%.*s/%s.sock", STR_ARG(house->run), name));
    if (workers > 0) {
        child->argv[n++] = "-n";
        child->argv[n++] = str_c(mem, str_fmt(mem, "%lld", (long long)workers));
    } else {
        child->argv[n++] = "-w";
    }
    put_place(house, child, n);
}

/* One process with thousands of connections: WebSocket and streams by HTTP, streams by FastCGI. */
static void add_realtime(struct house *house)
{
    struct arena *mem = house->app.mem;
    struct child *child = &house->pools[house->pool_count++];
    const struct settings *set = &house->app.set;
    size_t n = 0;
    child->name = "realtime";
    child->argv[n++] = str_c(mem, str_fmt(mem, "%.*s/realtime", STR_ARG(set->program_dir)));
    child->argv[n++] = "-p";
    child->argv[n++] = str_c(mem, str_fmt(mem, "%.*s/realtime.sock", STR_ARG(house->run)));
    child->argv[n++] = "-s";
    child->argv[n++] = str_c(mem, str_fmt(mem, "%.*s/stream.sock", STR_ARG(house->run)));
    put_place(house, child, n);
}

static void add_worker(struct house *house)
{
    struct arena *mem = house->app.mem;
    const struct settings *set = &house->app.set;
    struct child *child = &house->pools[house->pool_count++];
    size_t n = 0;
    child->name = "worker";
    child->argv[n++] = str_c(mem, str_fmt(mem, "%.*s/worker", STR_ARG(set->program_dir)));
    put_place(house, child, n);
}

static void add_pools(struct house *house)
{
    add_pool(house, "system", "system", 1);
    add_pool(house, "auth", "auth", webserver_auth_workers());
    add_pool(house, "admin", "admin", 2);
    add_pool(house, "collections", "collections", 1);
    add_pool(house, "files", "files", webserver_files_workers());
    add_pool(house, "read", "records", webserver_read_workers(&house->app.set));
    add_pool(house, "write", "records", 0);
    add_realtime(house);
    if (house->app.set.job_worker_enabled)
        add_worker(house);
}

static bool render(struct house *house, const char *name, const char *file)
{
    struct cx cx;
    struct str out;
    const struct settings *set = &house->app.set;
    const struct webserver at = { .run = house->run, .host = set->host, .port = set->port };
    boot_cx(&house->app, house->app.mem, &cx);
    if (!webserver_render(&house->app, &cx, &at, name, &out)) {
        (void)command_failed(&cx);
        return false;
    }
    return write_file(str_c(cx.mem, str_fmt(cx.mem, "%.*s/%s", STR_ARG(house->run), file)), out);
}

static bool add_front(struct house *house, const char *front)
{
    struct arena *mem = house->app.mem;
    const char *run = str_c(mem, house->run);
    if (strcmp(front, "none") == 0)
        return true;
    if (strcmp(front, "lighttpd") == 0) {
        const char *conf = str_c(mem, str_fmt(mem, "%s/lighttpd.conf", run));
        house->front = (struct child){
            .name = "lighttpd", .argv = { "lighttpd", "-D", "-f", conf },
            .again = SIGUSR1, .end = SIGINT };
        return render(house, "server/lighttpd.conf", "lighttpd.site")
            && render(house, "server/lighttpd-alone.conf", "lighttpd.conf");
    }
    if (strcmp(front, "nginx") == 0) {
        const char *conf = str_c(mem, str_fmt(mem, "%s/nginx.conf", run));
        house->front = (struct child){
            .name = "nginx", .argv = { "nginx", "-p", run, "-e", "stderr", "-c", conf },
            .again = SIGHUP, .end = SIGQUIT };
        return render(house, "server/nginx.conf", "nginx.site")
            && render(house, "server/nginx-alone.conf", "nginx.conf");
    }
    fprintf(stderr, "Error: --front is lighttpd, nginx or none, not %s\n", front);
    return false;
}

/* --- running ---------------------------------------------------------------------------------- */

/* Buries who has died; restarts a pool. False when the house cannot go on. */
static bool mourn(struct house *house, struct child *child)
{
    int status;
    if (child->pid <= 0 || waitpid(child->pid, &status, WNOHANG) != child->pid)
        return true;
    child->pid = 0;
    bool quick = when_now() - child->started < WHEN_SECOND;
    child->quick_deaths = quick ? child->quick_deaths + 1 : 0;
    if (child == &house->front || child->quick_deaths >= QUICK_DEATHS) {
        fprintf(stderr, "Error: %s ended\n", child->name);
        return false;
    }
    return start(house, child);
}

static bool all_live(struct house *house)
{
    for (size_t i = 0; i < house->pool_count; i++)
        if (!mourn(house, &house->pools[i]))
            return false;
    return mourn(house, &house->front);
}

static void tell(const struct child *child, int signal)
{
    if (child->pid > 0)
        kill(child->pid, signal);
}

static void reload(struct house *house)
{
    for (size_t i = 0; i < house->pool_count; i++)
        tell(&house->pools[i], SIGHUP);
    tell(&house->front, house->front.again);
}

static void nap(void)
{
    const struct timespec turn = { 0, 20 * 1000000L };
    nanosleep(&turn, NULL);
}

/* Waits for it to end by itself, then makes it. */
static void see_off(struct child *child)
{
    int64_t deadline = when_now() + GRACE_MS * 1000;
    while (child->pid > 0 && waitpid(child->pid, NULL, WNOHANG) == 0) {
        if (when_now() > deadline)
            kill(-child->pid, SIGKILL);
        nap();
    }
    child->pid = 0;
}

/* The front end first: what it has accepted is still answered. */
static void stop(struct house *house)
{
    if (house->front.pid > 0) {
        tell(&house->front, house->front.end);
        see_off(&house->front);
    }
    for (size_t i = 0; i < house->pool_count; i++)
        tell(&house->pools[i], SIGTERM);
    for (size_t i = 0; i < house->pool_count; i++)
        see_off(&house->pools[i]);
}

static bool is_wanted(const struct house *house)
{
    return house->pid_file == NULL || access(house->pid_file, F_OK) == 0;
}

static void greet(const struct house *house, bool *greeted)
{
    const struct settings *set = &house->app.set;
    bool has_front = house->front.name != NULL;
    if (*greeted || (has_front && !readiness_of(set->host, set->port, set->base_path)))
        return;
    *greeted = true;
    if (house->front.name != NULL)
        printf("Larder is ready at http://%.*s:%lld%.*s (documentation: /docs)\n",
               STR_ARG(set->host), (long long)set->port, STR_ARG(set->base_path));
    else
        printf("Larder's programs listen in %.*s\n", STR_ARG(house->run));
    fflush(stdout);
}

static int run(struct house *house, const sigset_t *ours)
{
    const struct timespec turn = { 0, TURN_MS * 1000000L };
    bool greeted = false, well = true;
    for (size_t i = 0; i < house->pool_count; i++)
        well = well && start(house, &house->pools[i]);
    well = well && (house->front.name == NULL || start(house, &house->front));
    while (well && is_wanted(house)) {
        int signal = sigtimedwait(ours, NULL, &turn);
        if (signal == SIGTERM || signal == SIGINT)
            break;
        if (signal == SIGHUP)
            reload(house);
        greet(house, &greeted);
        well = all_live(house);
    }
    stop(house);
    return well ? 0 : 1;
}

/* Held back until we ask for them; a caller may have had them ignored. */
static void take_signals(struct house *house, sigset_t *ours)
{
    static const int SIGNALS[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };
    const struct sigaction plain = { .sa_handler = SIG_DFL };
    sigemptyset(ours);
    for (size_t i = 0; i < COUNT(SIGNALS); i++) {
        sigaction(SIGNALS[i], &plain, NULL);
        sigaddset(ours, SIGNALS[i]);
    }
    sigprocmask(SIG_BLOCK, ours, &house->before);
}

static bool write_pid(const char *path)
{
    char pid[24];
    snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
    return path == NULL || write_file(path, str_of(pid));
}

static bool take_address(struct command_line *line)
{
    const char *host = command_option(line, "--host"), *port = command_option(line, "--port");
    const char *workers = command_option(line, "--workers");
    (void)command_flag(line, "--reload");           /* compat: programs are replaced, not watched */
    return (host == NULL || setenv("LARDER_HOST", host, 1) == 0)
        && (port == NULL || setenv("LARDER_PORT", port, 1) == 0)
        && (workers == NULL || setenv("LARDER_WORKERS", workers, 1) == 0);
}

int supervise_serve(struct command_line *line)
{
    struct house house = { 0 };
    sigset_t ours;
    const char *front = command_option(line, "--front");
    house.pid_file = command_option(line, "--pid-file");
    if (!take_address(line) || !command_taken(line))
        return 2;
    int code = setup_for_serving(line, &house.app);
    fflush(stdout);                 /* a password that is said once must not wait in a buffer */
    if (code != 0)
        return code;
    if (!choose_run(&house) || !write_pid(house.pid_file))
        return 1;
    add_pools(&house);
    take_signals(&house, &ours);
    code = add_front(&house, front != NULL ? front : "lighttpd") ? run(&house, &ours) : 1;
    if (house.pid_file != NULL)
        unlink(house.pid_file);
    return code;
}

/* Becomes the worker: whoever started us has its process. */
int supervise_worker(struct command_line *line)
{
    struct house house = { 0 };
    size_t n = 0;
    const char *queue = command_option(line, "--queue");
    const char *interval = command_option(line, "--poll-interval");
    if (!command_taken(line))
        return 2;
    if (!boot_settings(&house.app, "larder", line->config, line->data))
        return 1;
    add_worker(&house);
    struct child *child = &house.pools[0];
    while (child->argv[n] != NULL)
        n++;
    if (queue != NULL) {
        child->argv[n++] = "--queue";
        child->argv[n++] = queue;
    }
    if (interval != NULL) {
        child->argv[n++] = "--poll-interval";
        child->argv[n] = interval;
    }
    execv(child->argv[0], (char *const *)child->argv);
    return complain("cannot run", child->argv[0]) ? 0 : 1;
}
