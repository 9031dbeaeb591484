/*
 * errand.h — the worker as a child process: for what a program that serves requests must not do
 * itself (wait for the network, be linked with libcurl or with what reads pictures).
 *
 * The child is found beside us, is told where our settings are, and inherits no descriptor but
 * standard error; what it reads and writes goes through pipes: nothing secret is in its arguments.
 */
#ifndef NET_ERRAND_H
#define NET_ERRAND_H

#include "base/cx.h"

/* Gives it the input, takes what it writes. Past the deadline it is killed, and *in_time false. */
bool errand_run(struct cx *cx, const char *option, struct str input, int64_t timeout_us,
                struct str *output, bool *in_time) MUST_CHECK;
/*
 * The same for an answer of any length: one line, then bytes, in constant memory. The input is
 * short (16 KiB). Who waits longer than patience_us for the next byte fails, and so does whoever
 * reads to the end of a child that did not end well: an end is an end. program: "worker", or one
 * that takes no option (NULL) and is told nothing of us.
 */
struct errand_talk {
    struct cx *cx;
    int64_t patience_us;
    long pid;                                   /* 0: it is over */
    int out;
    bool failed;                                /* and stays so */
    bool was_killed;                            /* by a signal, its limits' or ours */
    char held[4096]; size_t at, n;              /* read and not yet taken */
};
bool errand_open(struct cx *cx, const char *program, const char *option, struct str input,
                 int64_t patience_us, struct errand_talk *talk) MUST_CHECK;
bool errand_line(struct errand_talk *talk, struct str *line) MUST_CHECK;
/* Up to room bytes; *n 0: that was all. talk: a struct errand_talk. */
bool errand_read(struct cx *cx, void *talk, char *into, size_t room, size_t *n) MUST_CHECK;
void errand_close(struct errand_talk *talk);    /* for SCOPED; ends the child; harmless twice */
/* Sets it going and turns away: nobody waits for it, not even its parent's parent. */
bool errand_leave(struct cx *cx, const char *option) MUST_CHECK;

#endif
