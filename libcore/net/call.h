/*
 * call.h — one HTTP request to the outside and its reply.
 *
 * Deadline   timeout_ms for all of it; a reply of more than most bytes is refused
 * Redirects  are not followed: the status is the caller's to judge
 * Address    public ones only (net/guard), unless trusted: one that a superadmin configured
 * Only programs that are linked with libcurl call this (the worker)
 */
#ifndef NET_CALL_H
#define NET_CALL_H

#include "base/cx.h"
#include "net/trouble.h"

struct call_header { const char *name; struct str value; };
struct call {
    const char *method;
    struct str url;                         /* https, or http where is_plain allows it */
    const struct call_header *headers; size_t header_count;
    struct str body;                        /* absent: none */
    int64_t timeout_ms;                     /* 0: 10 s */
    size_t most;                            /* 0: 64 KiB */
    bool trusted, is_plain;
};
struct call_reply {
    int status;
    struct str body;
    int64_t first_us, whole_us;             /* from the start to its first and last byte */
};

/* True: there is a reply, of whatever status. False: trouble says why; cx->err stays as it was. */
bool call_send(struct cx *cx, const struct call *call, struct call_reply *reply,
               struct trouble *trouble) MUST_CHECK;

#endif
