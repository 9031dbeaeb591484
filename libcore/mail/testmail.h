/*
 * testmail.h — a mail that somebody sends to see whether it arrives, once: the same again within
 * TESTMAIL_SECONDS gets the first outcome (identity.md §18.4).
 *
 * A client that repeats what failed would otherwise send four. The test is a job that is begun the
 * moment it is put in, so no worker takes it and superadmins can see it; it is tried once.
 *
 * Errors   E_BUSY while the same test is under way
 * Changes  jobs; both calls open a transaction that is over when they return
 */
#ifndef MAIL_TESTMAIL_H
#define MAIL_TESTMAIL_H

#include "jobs/queue.h"
#include "mail/message.h"

enum { TESTMAIL_SECONDS = 30 };
struct testmail {
    bool is_over;                       /* it was sent or not before: error tells */
    struct str error;                   /* absent: it went out */
    struct queue_claim job;             /* to be ended otherwise */
};
/* request: what makes it the same. */
bool testmail_begin(struct cx *cx, const struct message *message, struct str request,
                    struct testmail *out) MUST_CHECK;
bool testmail_end(struct cx *cx, const struct testmail *test, struct str error) MUST_CHECK;

#endif
