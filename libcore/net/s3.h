/*
 * s3.h — one request to a bucket of Amazon S3, or of what speaks like it, and its reply.
 *
 * Address    endpoint_url of the configuration, the bucket in its path; without it Amazon's, the
 *            bucket in the host's name where that can be. Redirects are not followed: a bucket of
 *            another region is an error that says so
 * Deadlines  10 s to connect, and for each silence of 30 s; how long all may take depends on what
 *            there is to carry
 * Whole      a body that comes shorter than its announced length fails, so does one without
 * Secrets    are in the signature alone
 * Only programs that are linked with libcurl call this (the worker)
 */
#ifndef NET_S3_H
#define NET_S3_H

#include "base/jv.h"
#include "net/trouble.h"

struct s3 {
    struct str root, host, base;    /* https://host[:port]; the same without https://; "/bucket" */
    struct str bucket, region, access_key, secret_key;
    bool trusted, is_plain;         /* somebody configured the address; it is http */
};
/* Of the configuration (identity.md §17). NULL: fine; else what is wrong with it, for people. */
const char *s3_from(struct cx *cx, struct jv config, struct s3 *out);

struct s3_reply {
    int status;
    struct str code, why;           /* of an error: "NoSuchKey", for people */
    struct str type;                /* absent: not told */
    int64_t length, modified;       /* of the body; 0: not told */
    struct str body;                /* unless it was taken */
};
struct s3_ask {
    const char *method;
    struct str key;                 /* of an object, unescaped; absent: the bucket itself */
    struct str query;               /* escaped, by name */
    struct str body, type;          /* absent: none */
    struct str sum;                 /* of the body, SHA-256 in hexadecimal; absent: not known yet */
    struct str range;               /* "bytes=0-9"; absent: all */
    int64_t timeout_ms;             /* for all of it; 0: none, only for each silence */
    /* The body of a success piece by piece, after its head; false ends the transfer. */
    bool (*begin)(void *state, const struct s3_reply *head);
    bool (*take)(void *state, struct str piece);
    void *state;
};
/* True: there is a reply, of whatever status. False: trouble says why; cx->err stays as it was. */
bool s3_send(struct cx *cx, const struct s3 *s3, const struct s3_ask *ask, struct s3_reply *reply,
             struct trouble *trouble) MUST_CHECK;
bool s3_is_well(const struct s3_reply *reply);

#endif
