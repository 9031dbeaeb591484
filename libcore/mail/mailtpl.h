/*
 * mailtpl.h — the texts of mails: per account and locale, in the subset of Jinja2 that
 * identity.md §18.2 names.
 *
 * Safety   only html_body is escaped; line breaks in a subject become spaces
 * Limits   MAILTPL_MAX bytes of output; loops and nesting are bounded
 * Errors   E_INVALID with the reason: a syntax error, an attribute of what is not known
 */
#ifndef MAIL_MAILTPL_H
#define MAIL_MAILTPL_H

#include "mail/message.h"

struct mailtpl_texts { struct str subject, html_body, text_body; };

/* The enabled template of (type, locale) for the account: its own, else the system's; then those of
 * en. The system's variables (app_name, app_url, support_email) are added, values win over them. */
bool mailtpl_compose(struct cx *cx, const struct message *message, bool *found,
                     struct mailtpl_texts *out) MUST_CHECK;

#endif
