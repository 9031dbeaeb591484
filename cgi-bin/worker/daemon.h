/* daemon.h — the worker that stays: looks into the queue again and again until told to stop. */
#ifndef WORKER_DAEMON_H
#define WORKER_DAEMON_H

#include "toil.h"

/* Before anything else: signals wait for daemon_stopping. */
void daemon_signals(void);
void daemon_signals_back(void);                 /* for another program */
bool daemon_stopping(void);
/* The exit code. again: told to read its settings anew (SIGHUP). */
int daemon_run(struct toil *toil, double poll_seconds, bool *again);

#endif
