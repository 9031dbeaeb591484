/*
 * welcome.h — from a request that is in hand to its reply, and to a listener if the caller stays.
 *
 * What the request was read into is not needed afterwards: a listener keeps copies of its own.
 */
#ifndef REALTIME_WELCOME_H
#define REALTIME_WELCOME_H

#include "delivery.h"

struct welcome {
    struct delivery *delivery;
    struct arena *mem;                  /* of the request; reset afterwards */
    char *scratch;                      /* TALK_SCRATCH bytes */
    bool is_full;
};

/* rest: what has come after the head. */
void welcome_request(struct welcome *welcome, struct listener *listener, char *const *params,
                     struct str rest, int64_t now);
/* One that nobody can read. */
void welcome_refuse(struct welcome *welcome, struct listener *listener, struct str status,
                    int64_t now);

#endif
