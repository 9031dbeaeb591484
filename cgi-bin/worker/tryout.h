/* tryout.h — tries a provider's settings out: question and answer are JSON (app/probe.h). */
#ifndef WORKER_TRYOUT_H
#define WORKER_TRYOUT_H

#include "base/cx.h"

bool tryout_run(struct cx *cx, struct str question, struct str *answer) MUST_CHECK;

#endif
