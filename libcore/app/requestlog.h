/*
 * requestlog.h — the requests that the programs answered, newest first, as their log has them.
 *
 * Source    the file of the setting log_file and the two before it (.1 and .2; compressed ones are
 *           not looked into), read backwards in blocks. The log says no more than base/log.c wrote:
 *           no query, no header, no body, and *** for the secret parts of a path
 * Scope     superadmins see every line; others those of their own account, whatever they ask for
 * Bounded   a call reads at most REQUESTLOG_BYTES; then the page is cut: `next` goes on from there
 * Order     as written. Programs write what they have every second or so: neighbours may be out of
 *           order by that much
 * Lives     in cx->mem
 */
#ifndef APP_REQUESTLOG_H
#define APP_REQUESTLOG_H

#include "base/cx.h"

enum { REQUESTLOG_MOST = 200, REQUESTLOG_BYTES = 32 * 1048576 };

struct requestlog_query {
    struct str method;              /* absent, or: in any case                                    */
    int64_t status;                 /* 0, or 404; 4 means all from 400 to 499                     */
    struct str path;                /* absent, or how it begins                                   */
    struct str account, user;       /* absent, or an id                                           */
    int64_t since, until;           /* 0, or microseconds: since <= time < until                  */
    int64_t slower_us;              /* 0, or: took at least that long                             */
    struct str next;                /* absent: the newest; or a page's next                       */
    int64_t limit;                  /* 1 to REQUESTLOG_MOST                                       */
};
struct requestlog_line {
    int64_t time, us, bytes, status;
    struct str method, path, program;
    struct str account, user;       /* absent: nobody                                             */
    struct str correlation_id, request_id;
};
enum requestlog_state {
    REQUESTLOG_READ,
    REQUESTLOG_NOWHERE,             /* the programs write to standard error                       */
    REQUESTLOG_WORDS,               /* log_format is not json                                     */
    REQUESTLOG_QUIET,               /* log_level leaves requests out                              */
    REQUESTLOG_UNREADABLE
};
struct requestlog_page {
    enum requestlog_state state;
    struct requestlog_line *at; size_t n;
    struct str next;                /* for the page of what is older; absent: there is none       */
    bool is_cut;                    /* there was more to read than one call reads                 */
    bool is_gone;                   /* query.next pointed into a file that is no longer there     */
    int64_t oldest;                 /* the time of the oldest line looked at; 0: none             */
};

/* False only when something is broken; a bad query.next is E_INVALID. */
bool requestlog_read(struct cx *cx, const struct requestlog_query *query,
                     struct requestlog_page *out) MUST_CHECK;
/* A sentence of the catalogue of words that says why there is nothing to read. */
const char *requestlog_state_words(enum requestlog_state state);

#endif
