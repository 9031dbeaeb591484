/*
 * slice.h — the work of hosts on which no worker runs: what a request has queued is done by a
 * process that starts when its reply is gone (hosting.md §4.5).
 */
#ifndef APP_SLICE_H
#define APP_SLICE_H

#include "base/cx.h"

/* After a reply, outside transactions. Does nothing unless a job was queued, no worker is alive and
 * the setting worker_slice is on; never waits for the work. A failure is logged. */
void slice_start(struct cx *cx);

#endif
