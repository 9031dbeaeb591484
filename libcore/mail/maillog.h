/*
 * maillog.h — what became of every mail: one row for each attempt to send it (identity.md §18.1).
 *
 * Secrets  of the values, token and what a message marks secret are kept as ***, and so is the
 *          query of every link; the reason of a failure is the caller's to keep clean
 * Scope    the caller sets it: maillog_list and maillog_get look across accounts, for superadmins
 * Changes  email_logs (audited)
 */
#ifndef MAIL_MAILLOG_H
#define MAIL_MAILLOG_H

#include "mail/message.h"

struct maillog {
    struct str id, account_id, template_type, recipient_email;
    struct str provider;            /* smtp, aws_ses, resend; else what was asked for, or unknown */
    struct str status;              /* sent, failed */
    struct str error_message;       /* absent when it was sent */
    struct str variables;           /* a JSON object of texts, or absent */
    int64_t sent_at;
};

/* The attempt is now. Opens a transaction, or a savepoint in the caller's. provider absent: what
 * the message asked for, else unknown. error absent: it was sent. */
bool maillog_add(struct cx *cx, const struct message *message, struct str provider,
                 struct str error) MUST_CHECK;

/* Absent members and a time of 0 ask for nothing; both ends of the range belong to it. */
struct maillog_filter {
    struct str account_id, status, template_type;
    int64_t from, to;
};
/* Newest first; page counts from 1. */
bool maillog_list(struct cx *cx, const struct maillog_filter *filter, int64_t page,
                  int64_t page_size, struct maillog **list, size_t *n, int64_t *total) MUST_CHECK;
bool maillog_get(struct cx *cx, struct str id, bool *found, struct maillog *out) MUST_CHECK;

#endif
