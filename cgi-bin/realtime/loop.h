/*
 * loop.h — the one loop of realtime: sockets, the bell of the outbox, and the clock.
 */
#ifndef REALTIME_LOOP_H
#define REALTIME_LOOP_H

#include "http/serve.h"

void loop_run(const struct serve_doors *doors);     /* until told to stop */
int loop_once(struct program *program);             /* plain CGI: one caller, then the exit code */

#endif
