/*
 * transfer.h — inside the room: one transfer by libcurl, with what holds for all of them.
 *
 * Deadline  absolute, names looked up included; nothing waits longer (but for transfer_patient)
 * Address   net/guard decides about each one at the moment of connecting, unless it is trusted
 * TLS       certificates and names are always verified; proxies of the environment are not asked
 */
#ifndef NET_TRANSFER_H
#define NET_TRANSFER_H

#include <curl/curl.h>

#include "base/buf.h"
#include "base/cx.h"
#include "net/trouble.h"

struct transfer {
    struct cx *cx;
    CURL *curl;
    struct curl_slist *lines;           /* headers or recipients */
    struct buf in;                      /* what came */
    bool (*take)(void *state, struct transfer *t, struct str piece);    /* or goes there */
    void (*line)(void *state, struct str line);                         /* each header */
    void *state;
    struct str out;                     /* what is still to be sent */
    struct str refusal;                 /* the last line by which the server said no */
    bool trusted, refused;
    bool unable;                        /* out of memory, or an option was not taken */
    char error[CURL_ERROR_SIZE];
};

bool transfer_open(struct cx *cx, int64_t timeout_ms, bool trusted, size_t most,
                   struct transfer *t) MUST_CHECK;
#define transfer_set(t, option, value) \
    ((t)->unable |= curl_easy_setopt((t)->curl, (option), (value)) != CURLE_OK)
/* Of unknown length: not all of it has a deadline, but each silence of timeout_ms ends it. */
void transfer_patient(struct transfer *t, int64_t timeout_ms);
void transfer_line(struct transfer *t, struct str line);    /* one more for t->lines */
void transfer_upload(struct transfer *t, struct str what);
bool transfer_run(struct transfer *t, struct trouble *trouble, CURLcode *code) MUST_CHECK;
void transfer_close(struct transfer *t);                    /* for SCOPED */

#endif
