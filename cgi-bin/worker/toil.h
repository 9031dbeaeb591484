/*
 * toil.h — what the worker does: jobs one after the other, and what is due daily.
 *
 * The turns share one arena that is reset between them. Each step has a fresh context; a failure is
 * logged and, when the database is gone, a new connection is tried.
 */
#ifndef WORKER_TOIL_H
#define WORKER_TOIL_H

#include "app/boot.h"

struct toil {
    struct app app;
    struct arena *mem;                  /* of a turn */
    struct str name;                    /* ours: no other worker has it */
    struct str queue;                   /* absent: all */
    struct str lease;                   /* its name */
    bool (*stopping)(void);             /* may say so between two jobs */
};

/* False: said why. data: the folder, or NULL. */
bool toil_open(struct toil *toil, const char *config, const char *data) MUST_CHECK;
void toil_close(struct toil *toil);

/* A fresh context of the system with a connection. False: there is no database, logged. */
bool toil_cx(struct toil *toil, struct cx *cx) MUST_CHECK;

/* Says that we live, or asks to be the one. False: it cannot be known. */
bool toil_hold(struct toil *toil, bool *held) MUST_CHECK;
void toil_let_go(struct toil *toil);

/* Does what is due until nothing is, budget_us is over (0: no limit) or we are to stop. False: the
 * database failed. */
bool toil_drain(struct toil *toil, int64_t budget_us) MUST_CHECK;
/* That one, whatever its time; a failure is final. The exit code. */
int toil_one(struct toil *toil, struct str id);
/* Gives back what dead workers held; once a day, deletes what is over. */
void toil_sweep(struct toil *toil);
/* Whether a look into the queue is worth it. due: when the next job is, 0: none. */
bool toil_stirs(struct toil *toil, uint64_t *seen, int64_t *due);

#endif
