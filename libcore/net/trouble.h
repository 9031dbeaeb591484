/* trouble.h — why a call to the outside did not succeed: for people, without secrets. */
#ifndef NET_TROUBLE_H
#define NET_TROUBLE_H

#include "base/arena.h"
#include "base/str.h"

struct trouble {
    const char *why;            /* one line; NULL: there is none */
    bool timed_out;
};

/* What the other side said, as a line for people: short, valid, without control characters. */
const char *trouble_line(struct arena *mem, struct str said);

#endif
