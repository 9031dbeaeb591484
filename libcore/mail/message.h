/*
 * message.h — a mail to be sent: template, recipient, values; queued with the change that causes
 * it, sent by the worker (identity.md §18).
 *
 * Secrets   values marked secret (a token, a link that carries one) are sealed in the queue and
 *           never reach the log of mails
 * Changes   jobs
 */
#ifndef MAIL_MESSAGE_H
#define MAIL_MESSAGE_H

#include "base/cx.h"

struct message_value { struct str name, value; bool is_secret; };
struct message_values { const struct message_value *at; size_t n; };
#define MESSAGE_VALUES(...) ((struct message_values){ \
    (const struct message_value[]){ __VA_ARGS__ }, \
    sizeof((const struct message_value[]){ __VA_ARGS__ }) / sizeof(struct message_value) })

struct message {
    struct str template_type;           /* "email_verification" */
    struct str locale;                  /* absent: en */
    struct str account_id;              /* whose provider and template */
    struct str recipient;
    struct str provider;                /* absent: the account's choice (§18.1) */
    struct str about;                   /* absent, or what waits to hear that it went out:
                                           "invitation <account id> <id>" */
    struct message_values values;
    bool once;                          /* one try: somebody waits to hear of it */
    struct str dedupe_key;              /* absent, or: of which there may be one (jobs/queue.h) */
};
/* In the caller's transaction. */
bool message_enqueue(struct cx *cx, const struct message *message, struct str *job_id) MUST_CHECK;
/* As JSON, secrets sealed: the payload of its job. */
bool message_write(struct cx *cx, const struct message *message, struct str *payload) MUST_CHECK;
/* From the payload of its job; false with E_BROKEN: not one of ours, or a seal does not open. */
bool message_read(struct cx *cx, struct str payload, struct message *out) MUST_CHECK;

#endif
