/* reach.h — asks an installation's own address what comes through (app/firstrun.h). */
#ifndef WORKER_REACH_H
#define WORKER_REACH_H

#include "base/cx.h"

/* question: the address of the install page; answer: { reached, header, streams, bytes, why }. */
bool reach_run(struct cx *cx, struct str question, struct str *answer) MUST_CHECK;

#endif
