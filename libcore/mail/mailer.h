/*
 * mailer.h — sends a mail: composes it, lets the provider that is in force send it, keeps the
 * outcome in the log of mails (identity.md §18.1).
 *
 * A provider is one file and one row of mailer.c. It waits for the network, so only the worker is
 * linked with them, and no transaction may be open; what is open for reading is given up.
 * Secrets   neither a provider's credentials nor a mail's secret values are in any text it gives
 * Changes   email_logs
 */
#ifndef MAIL_MAILER_H
#define MAIL_MAILER_H

#include "base/jv.h"
#include "mail/message.h"
#include "net/trouble.h"

/* Ready to go: who it is from is configured with the provider. */
struct mailer_letter {
    struct str from_name, from_email, reply_to, to;     /* reply_to may be absent */
    struct str subject, text_body, html_body;
};
struct mailer_provider {
    const char *name;               /* of its configuration: "smtp" */
    const char *hint;               /* what to look at when a trial takes too long */
    bool (*send)(struct cx *cx, struct jv config, const struct mailer_letter *letter,
                 struct trouble *trouble);
    /* True when it would send; *message in the contract's words, either way. */
    bool (*probe)(struct cx *cx, struct jv config, struct str *message, bool *timed_out);
};

/* False: something of ours is broken. *error: absent when it was sent, else why not. */
bool mailer_send(struct cx *cx, const struct message *message, struct str *error) MUST_CHECK;
const struct mailer_provider *mailer_find(struct str name);     /* NULL: there is none */

/* For providers. The first of the names (NULL at the end) that the configuration lacks, or NULL. */
const char *mailer_missing(struct jv config, const char *const *names);
/* Where to call: endpoint_url of the configuration, without a final slash, else otherwise. What
 * somebody configured is trusted; http is only for tests. */
struct mailer_endpoint { struct str url; bool trusted, is_plain; };
struct mailer_endpoint mailer_endpoint(struct cx *cx, struct jv config, struct str otherwise);

#endif
