/* worker.c — does what is queued: as a daemon, once (for cron), one job; and answers. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/jobkinds.h"
#include "base/js.h"
#include "base/log.h"
#include "base/num.h"
#include "base/when.h"
#include "jobs/lease.h"
#include "worker/bucket.h"
#include "worker/daemon.h"
#include "worker/reach.h"
#include "worker/tryout.h"

#define ONCE_BUDGET (50 * WHEN_SECOND)          /* cron comes every minute */
enum { INPUT_MAX = 1 << 20, ANSWER_MAX = 65536 };

struct options {
    const char *config, *data, *job, *queue, *interval;
    bool once, probe, reach, send, store;
};

static int usage(void)
{
    fputs("usage: worker [--once | --job ID | --probe | --reach | --send | --store]\n"
          "              [--queue NAME] [--poll-interval SECONDS] [--config FILE] [--data DIR]\n",
          stderr);
    return 2;
}

static bool read_options(int argc, char **argv, struct options *o)
{
    for (int i = 1; i < argc; i++) {
        struct str word = str_of(argv[i]);
        bool *flag = str_eq(word, S("--once")) ? &o->once : str_eq(word, S("--probe")) ? &o->probe
                   : str_eq(word, S("--send")) ? &o->send
                   : str_eq(word, S("--reach")) ? &o->reach
                   : str_eq(word, S("--store")) ? &o->store : NULL;
        const char **value = str_eq(word, S("--config")) ? &o->config
                           : str_eq(word, S("--data")) ? &o->data
                           : str_eq(word, S("--job")) ? &o->job
                           : str_eq(word, S("--queue")) ? &o->queue
                           : str_eq(word, S("--poll-interval")) ? &o->interval : NULL;
        if (flag != NULL)
            *flag = true;
        else if (value != NULL && i + 1 < argc)
            *value = argv[++i];
        else
            return false;
    }
    return o->once + o->probe + o->reach + o->send + o->store + (o->job != NULL) <= 1;
}

/* --- questions on the standard input ---------------------------------------------------------- */

static bool read_input(struct cx *cx, struct str *input)
{
    struct buf text;
    char piece[4096];
    ssize_t n;
    buf_init(&text, cx->mem, INPUT_MAX);
    while ((n = read(STDIN_FILENO, piece, sizeof piece)) > 0)
        buf_put(&text, piece, (size_t)n);
    *input = buf_text(&text);
    return n == 0 && !text.over;
}

static bool send_mail(struct cx *cx, struct str payload, struct str *answer)
{
    struct buf text;
    struct js js;
    struct str error;
    TRY(jobkinds_mail(cx, payload, &error));
    buf_init(&text, cx->mem, ANSWER_MAX);
    js_init(&js, &text);
    js_object(&js, NULL);
    js_text(&js, "error", error);
    js_end(&js);
    *answer = buf_text(&text);
    return (js_done(&js) && !text.over) || broken(cx, "the answer is too long");
}

static int reply(struct toil *toil, const struct options *o)
{
    struct cx cx;
    struct str input, answer = S("");
    bool well = o->send ? toil_cx(toil, &cx) : (boot_cx(&toil->app, toil->mem, &cx), true);
    if (!well || !read_input(&cx, &input))
        return 1;
    if (!(o->store ? bucket_run(&cx, input, STDOUT_FILENO)
          : o->reach ? reach_run(&cx, input, &answer)
          : o->send ? send_mail(&cx, input, &answer) : tryout_run(&cx, input, &answer))) {
        log_failure(&cx);
        return 1;
    }
    return fwrite(answer.p, 1, answer.n, stdout) == answer.n && fflush(stdout) == 0 ? 0 : 1;
}

/* --- jobs ------------------------------------------------------------------------------------- */

/* Whoever queued something while we held the lease relied on us: hence another look after it. */
static int once(struct toil *toil)
{
    int64_t began = when_now(), left = ONCE_BUDGET, due = 1;
    bool held = true, well = true;
    while (well && held && due != 0 && due <= when_now() && left > 0 && !toil->stopping()) {
        uint64_t seen = 0;
        well = toil_hold(toil, &held);
        if (!well || !held)
            break;
        toil_sweep(toil);
        well = toil_drain(toil, left);
        toil_let_go(toil);
        due = 0;
        (void)toil_stirs(toil, &seen, &due);
        left = ONCE_BUDGET - (when_now() - began);
    }
    return well ? 0 : 1;
}

/* A new image of ourselves reads the settings anew. */
static int start_again(const struct toil *toil, char **argv)
{
    struct arena *mem = toil->app.mem;
    const char *self = str_c(mem, str_fmt(mem, "%.*s/worker",
                                          STR_ARG(toil->app.set.program_dir)));
    daemon_signals_back();
    execv(self, argv);
    perror(self);
    return 1;
}

static int stay(struct toil *toil, const struct options *options, char **argv)
{
    bool again = false;
    double interval = toil->app.set.job_worker_poll_interval;
    if (options->interval != NULL && !num_real(str_of(options->interval), &interval))
        return usage();
    int code = daemon_run(toil, interval, &again);
    toil_close(toil);
    return again ? start_again(toil, argv) : code;
}

int main(int argc, char **argv)
{
    struct options options = { .config = NULL };
    struct toil toil = { .stopping = daemon_stopping };
    if (!read_options(argc, argv, &options))
        return usage();
    umask(077);
    daemon_signals();
    if (!toil_open(&toil, options.config, options.data))
        return 1;
    if (options.queue != NULL) {
        toil.queue = str_of(options.queue);
        toil.lease = str_fmt(toil.app.mem, LEASE_WORKER ":%s", options.queue);
    }
    bool answers = options.probe || options.reach || options.send || options.store;
    if (!options.once && !answers && options.job == NULL)
        return stay(&toil, &options, argv);
    int code = options.once ? once(&toil)
             : options.job != NULL ? toil_one(&toil, str_of(options.job))
                                   : reply(&toil, &options);
    toil_close(&toil);
    return code;
}
