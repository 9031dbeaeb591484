/* errand.c — starts the worker: with pipes and a deadline, or for good. */
#include "net/errand.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/settings.h"
#include "base/when.h"

enum { OUTPUT_MAX = 65536, ARGUMENTS = 8, NAP_MS = 2 };
enum { INPUT_MAX = 16384 };                     /* a pipe holds it: nobody waits writing it */

struct errand {
    const char *argv[ARGUMENTS];
    long most_files;
    int in[2], out[2];                          /* pipes: its standard input, its output */
};

/* Without an option: it needs to know nothing of us. */
static void prepare(struct cx *cx, const char *program, const char *option, struct errand *errand)
{
    const struct settings *set = cx->set;
    size_t n = 0;
    *errand = (struct errand){ .in = { -1, -1 }, .out = { -1, -1 } };
    errand->most_files = sysconf(_SC_OPEN_MAX);
    errand->argv[n++] = str_c(cx->mem, str_fmt(cx->mem, "%.*s/%s", STR_ARG(set->program_dir),
                                               program));
    if (option == NULL)
        return;
    errand->argv[n++] = option;
    if (!str_absent(set->config_file)) {
        errand->argv[n++] = "--config";
        errand->argv[n++] = str_c(cx->mem, set->config_file);
    }
    errand->argv[n++] = "--data";
    errand->argv[n] = str_c(cx->mem, set->data_dir);
}

/* As a program of its own: our signals, and what we listen to, are not its business. */
static NO_RETURN void become(const struct errand *errand, int in, int out)
{
    sigset_t none;
    long most = errand->most_files > 0 && errand->most_files < 4096 ? errand->most_files : 4096;
    setpgid(0, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
        _exit(126);
    for (int fd = STDERR_FILENO + 1; fd < most; fd++)
        close(fd);
    execv(errand->argv[0], (char *const *)(uintptr_t)errand->argv);
    _exit(127);
}

static void shut(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void errand_end(struct errand *errand)
{
    shut(&errand->in[0]);
    shut(&errand->in[1]);
    shut(&errand->out[0]);
    shut(&errand->out[1]);
}

/* --- with an answer --------------------------------------------------------------------------- */

/* One turn: writes what fits, reads what is there. False: it has said all. */
static bool exchange(struct errand *errand, struct str *input, struct buf *output)
{
    char piece[4096];
    struct pollfd ends[2] = { { errand->out[0], POLLIN, 0 }, { errand->in[1], POLLOUT, 0 } };
    if (poll(ends, errand->in[1] >= 0 ? 2 : 1, 200) < 0)
        return errno == EINTR;
    if (errand->in[1] >= 0 && ends[1].revents != 0) {
        ssize_t n = input->n > 0 ? write(errand->in[1], input->p, input->n) : 0;
        *input = str_sub(*input, n > 0 ? (size_t)n : 0, input->n);
        if (input->n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            shut(&errand->in[1]);
    }
    if (ends[0].revents == 0)
        return true;
    ssize_t n = read(errand->out[0], piece, sizeof piece);
    if (n > 0)
        buf_put(output, piece, (size_t)n);
    return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

/* Whether it ended by itself before the deadline, and how. */
static bool wait_for(pid_t pid, int64_t deadline, int *status)
{
    const struct timespec nap = { 0, NAP_MS * 1000000L };
    pid_t gone;
    while ((gone = waitpid(pid, status, WNOHANG)) == 0 || (gone < 0 && errno == EINTR)) {
        if (when_now() > deadline) {
            kill(-pid, SIGKILL);                /* with whatever it has started */
            while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
                continue;
            return false;
        }
        nanosleep(&nap, NULL);
    }
    return true;
}

static bool start(struct cx *cx, const char *program, const char *option, struct errand *errand,
                  pid_t *pid)
{
    prepare(cx, program, option, errand);
    if (pipe(errand->in) != 0 || pipe(errand->out) != 0
        || fcntl(errand->in[1], F_SETFL, O_NONBLOCK) != 0)
        return broken(cx, "no pipe: %s", strerror(errno));
    *pid = fork();
    if (*pid == 0)
        become(errand, errand->in[0], errand->out[1]);
    if (*pid < 0)
        return broken(cx, "no process: %s", strerror(errno));
    setpgid(*pid, *pid);                        /* it does the same: whoever is first */
    shut(&errand->in[0]);
    shut(&errand->out[1]);
    return true;
}

bool errand_run(struct cx *cx, const char *option, struct str input, int64_t timeout_us,
                struct str *output, bool *in_time)
{
    struct errand errand SCOPED(errand_end) = { .in = { -1, -1 }, .out = { -1, -1 } };
    struct buf said;
    pid_t pid = 0;
    int status = 0;
    int64_t deadline = when_now() + timeout_us;
    buf_init(&said, cx->mem, OUTPUT_MAX);
    TRY(start(cx, "worker", option, &errand, &pid));
    while (when_now() < deadline && exchange(&errand, &input, &said))
        continue;
    *in_time = wait_for(pid, deadline, &status);
    *output = buf_text(&said);
    return !said.over || broken(cx, "the child said too much");
}

/* --- with an answer that is long -------------------------------------------------------------- */

bool errand_open(struct cx *cx, const char *program, const char *option, struct str input,
                 int64_t patience_us, struct errand_talk *talk)
{
    struct errand errand SCOPED(errand_end) = { .in = { -1, -1 }, .out = { -1, -1 } };
    pid_t pid = 0;
    *talk = (struct errand_talk){ .cx = cx, .patience_us = patience_us, .out = -1 };
    if (input.n > INPUT_MAX)
        return broken(cx, "too much to tell the worker");
    TRY(start(cx, program, option, &errand, &pid));
    talk->pid = pid;
    talk->out = errand.out[0];
    errand.out[0] = -1;
    /* One that has ended already is noticed at its answer. */
    if (write(errand.in[1], input.p, input.n) < 0 && errno != EPIPE)
        return broken(cx, "the child hears nothing: %s", strerror(errno));
    return true;
}

static bool well_ended(struct errand_talk *talk)
{
    int status = 0;
    bool ended = wait_for((pid_t)talk->pid, when_now() + talk->patience_us, &status);
    talk->pid = 0;
    talk->was_killed = !ended || WIFSIGNALED(status);
    return ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool take(struct errand_talk *talk, char *into, size_t room, size_t *n)
{
    struct pollfd end = { talk->out, POLLIN, 0 };
    int ready;
    ssize_t got;
    *n = 0;
    while ((ready = poll(&end, 1, (int)(talk->patience_us / 1000))) < 0 && errno == EINTR)
        continue;
    if (ready == 0) {
        talk->was_killed = true;                /* it will be */
        return broken(talk->cx, "the child has fallen silent");
    }
    while ((got = read(talk->out, into, room)) < 0 && errno == EINTR)
        continue;
    if (got < 0)
        return broken(talk->cx, "the child cannot be heard: %s", strerror(errno));
    *n = (size_t)got;
    return got > 0 || well_ended(talk) || broken(talk->cx, "the child did not end well");
}

static bool listen_on(struct errand_talk *talk, char *into, size_t room, size_t *n)
{
    talk->failed = talk->failed || !take(talk, into, room, n);
    return !talk->failed;
}

bool errand_read(struct cx *cx UNUSED, void *state, char *into, size_t room, size_t *n)
{
    struct errand_talk *talk = state;
    *n = talk->n - talk->at < room ? talk->n - talk->at : room;
    if (*n == 0)
        return talk->pid == 0 && !talk->failed ? true : listen_on(talk, into, room, n);
    memcpy(into, talk->held + talk->at, *n);
    talk->at += *n;
    return true;
}

bool errand_line(struct errand_talk *talk, struct str *line)
{
    size_t got = 1, end;
    while (got > 0 && talk->n < sizeof talk->held) {
        TRY(listen_on(talk, talk->held + talk->n, sizeof talk->held - talk->n, &got));
        talk->n += got;
        if (str_find((struct str){ talk->held, talk->n }, '\n', &end)) {
            *line = str_copy(talk->cx->mem, (struct str){ talk->held, end });
            talk->at = end + 1;
            return true;
        }
    }
    talk->failed = true;
    return broken(talk->cx, "the child gave no answer");
}

void errand_close(struct errand_talk *talk)
{
    if (talk->pid > 0) {
        kill((pid_t)-talk->pid, SIGKILL);
        (void)well_ended(talk);
    }
    if (talk->cx != NULL)
        shut(&talk->out);
}

/* --- for good --------------------------------------------------------------------------------- */

bool errand_leave(struct cx *cx, const char *option)
{
    struct errand errand;
    prepare(cx, "worker", option, &errand);
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere < 0)
        return broken(cx, "/dev/null: %s", strerror(errno));
    pid_t pid = fork();
    if (pid == 0) {                             /* its child belongs to nobody, so nobody waits */
        setsid();
        if (fork() == 0) {
            dup2(nowhere, STDERR_FILENO);       /* a web server waits for that one, too */
            become(&errand, nowhere, nowhere);
        }
        _exit(0);
    }
    close(nowhere);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    return pid > 0 || broken(cx, "no process: %s", strerror(errno));
}
