/*
 * bucket.h — one request to a bucket for a program that must not wait for the network itself:
 * `worker --store`.
 *
 * Asked     a JSON object: do (get, head, put, delete, list, clear), config (of the provider,
 *           open), key (head without one: the bucket), range ("bytes=0-9"), type, file and sum
 *           (put: the path of what is sent, its SHA-256), prefix (list, clear), after (list)
 * Answers   a line of JSON: status (0: no reply came), code and why of an error, type, length,
 *           modified (microseconds), next (list: what to ask for the rest with, or null); then the
 *           bytes of the object, or for a list a line for each: size, modified, key, parted by tabs
 * Cut       the exit code is 0 only when all has been said: less is no whole object
 */
#ifndef WORKER_BUCKET_H
#define WORKER_BUCKET_H

#include "base/cx.h"

/* False: said less than all. */
bool bucket_run(struct cx *cx, struct str question, int out) MUST_CHECK;

#endif
