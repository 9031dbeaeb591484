/*
 * jobkinds.h — what a job of each kind does. To add one: a row in jobkinds.c, which only the worker
 * is linked with.
 *
 * A kind opens its own transactions, and none is open when it waits for the network. It may be
 * begun again when a worker died over it, so it does its work at least once.
 * Errors   false: cx->err.message (of what is broken: .cause) is what the job's row will say
 */
#ifndef APP_JOBKINDS_H
#define APP_JOBKINDS_H

#include "jobs/queue.h"

bool jobkinds_run(struct cx *cx, const struct queue_claim *job) MUST_CHECK;
/* A mail outside the queue: *error absent when it was sent. payload: of message_write. */
bool jobkinds_mail(struct cx *cx, struct str payload, struct str *error) MUST_CHECK;

#endif
