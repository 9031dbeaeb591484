/* errand.c — starts the worker: with pipes and a deadline, or for good. */
#include "app/errand.h"

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

enum { OUTPUT_MAX = 65536, ARGUMENTS = 8, NAP_MS = 10 };

struct errand {
    const char *argv[ARGUMENTS];
    long most_files;
    int in[2], out[2];                          /* pipes: its standard input, its output */
};

static void prepare(struct cx *cx, const char *option, struct errand *errand)
{
    const struct settings *set = cx->set;
    size_t n = 0;
    *errand = (struct errand){ .in = { -1, -1 }, .out = { -1, -1 } };
    errand->argv[n++] = str_c(cx->mem, str_fmt(cx->mem, "%.*s/worker",
                                               STR_ARG(set->program_dir)));
    errand->argv[n++] = option;
    if (!str_absent(set->config_file)) {
        errand->argv[n++] = "--config";
        errand->argv[n++] = str_c(cx->mem, set->config_file);
    }
    errand->argv[n++] = "--data";
    errand->argv[n] = str_c(cx->mem, set->data_dir);
    errand->most_files = sysconf(_SC_OPEN_MAX);
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

/* Whether it ended by itself before the deadline. */
static bool wait_for(pid_t pid, int64_t deadline)
{
    const struct timespec nap = { 0, NAP_MS * 1000000L };
    pid_t gone;
    while ((gone = waitpid(pid, NULL, WNOHANG)) == 0 || (gone < 0 && errno == EINTR)) {
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

bool errand_run(struct cx *cx, const char *option, struct str input, int64_t timeout_us,
                struct str *output, bool *in_time)
{
    struct errand errand SCOPED(errand_end) = { .in = { -1, -1 }, .out = { -1, -1 } };
    struct buf said;
    int64_t deadline = when_now() + timeout_us;
    prepare(cx, option, &errand);
    buf_init(&said, cx->mem, OUTPUT_MAX);
    if (pipe(errand.in) != 0 || pipe(errand.out) != 0
        || fcntl(errand.in[1], F_SETFL, O_NONBLOCK) != 0)
        return broken(cx, "no pipe: %s", strerror(errno));
    pid_t pid = fork();
    if (pid == 0)
        become(&errand, errand.in[0], errand.out[1]);
    if (pid < 0)
        return broken(cx, "no process: %s", strerror(errno));
    setpgid(pid, pid);                          /* it does the same: whoever is first */
    shut(&errand.in[0]);
    shut(&errand.out[1]);
    while (when_now() < deadline && exchange(&errand, &input, &said))
        continue;
    *in_time = wait_for(pid, deadline);
    *output = buf_text(&said);
    return !said.over || broken(cx, "the worker said too much");
}

/* --- for good --------------------------------------------------------------------------------- */

bool errand_leave(struct cx *cx, const char *option)
{
    struct errand errand;
    prepare(cx, option, &errand);
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
