/*
 * errand.h — the worker as a child process: for what a program that serves requests must not do
 * itself (wait for the network, be linked with libcurl).
 *
 * The child is found beside us, is told where our settings are, and inherits no descriptor but
 * standard error; what it reads and writes goes through pipes: nothing secret is in its arguments.
 */
#ifndef APP_ERRAND_H
#define APP_ERRAND_H

#include "base/cx.h"

/* Gives it the input, takes what it writes. Past the deadline it is killed, and *in_time false. */
bool errand_run(struct cx *cx, const char *option, struct str input, int64_t timeout_us,
                struct str *output, bool *in_time) MUST_CHECK;
/* Sets it going and turns away: nobody waits for it, not even its parent's parent. */
bool errand_leave(struct cx *cx, const char *option) MUST_CHECK;

#endif
