/*
 * sigv4.h — signs requests to Amazon's services and what speaks like them (Signature Version 4).
 *
 * Input     the path and query as they go out: escaped, the query sorted by name
 * Safety    the secret key goes into the signature alone
 */
#ifndef NET_SIGV4_H
#define NET_SIGV4_H

#include "base/cx.h"

struct sigv4_header { const char *name; struct str value; };   /* name: lower case */
struct sigv4 {
    struct str access_key, secret_key, region, service;     /* "us-east-1", "ses" */
    struct str method, host, path, query, body;
    struct str body_hash;                                   /* absent: that of body */
    bool names_body;                                        /* S3 wants x-amz-content-sha256 */
    const struct sigv4_header *also; size_t also_count;     /* what else goes out and is signed */
    int64_t at;
};
struct sigv4_headers { struct str date, body_hash, authorization; };   /* x-amz-date … */
void sigv4_sign(struct arena *mem, const struct sigv4 *request, struct sigv4_headers *out);

#endif
