/*
 * exchange.h — one request from the gate to its reply: the order in which things are asked.
 *
 *     exchange_begin   parameters, route, body, JSON: what needs no database; may decide the reply
 *     exchange_run     caller, input, handler; false: nothing may be committed, cx->err says why
 *     exchange_send    out with it, and one line for the log
 *
 * Who opens transactions around exchange_run, when exchange_send may come, is pool.c's business.
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include "app/boot.h"
#include "http/gate.h"
#include "http/ratelimit.h"
#include "http/route.h"
#include "http/stream.h"

struct program {
    const char *name;
    struct app app;
    const struct route_map *map;
    struct str fixed_headers;
};

struct exchange {
    struct program *program;
    struct gate *gate;
    struct arena *mem;
    struct cx cx;
    struct request request;
    struct route_found found;
    struct jv body;
    struct actor who;
    struct ratelimit limit;
    struct reply reply;
    struct stream stream;
    bool decided;                   /* the reply is known */
    bool sealed;                    /* and its head is composed */
    struct buf head;
};

void exchange_begin(struct exchange *x);
bool exchange_run(struct exchange *x) MUST_CHECK;
void exchange_fail(struct exchange *x);         /* the reply becomes what x->cx.err says */
void exchange_seal(struct exchange *x);         /* sending will need no more memory */
void exchange_send(struct exchange *x);
bool exchange_writes(const struct exchange *x); /* it belongs into a transaction */
bool exchange_alone(const struct exchange *x);

/* When there is no memory left to say anything else: to who took it, or to who only waited. */
void exchange_canned(struct gate *gate, bool took_it);

#endif
