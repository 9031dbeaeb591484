/*
 * mailtpl.h — the texts of mails: per account and locale, in the subset of Jinja2 that
 * identity.md §18.2 names (mail/jinja.h).
 *
 * Safety   only html_body is escaped; line breaks in a subject become spaces
 * Limits   those of mail/jinja.h, for each of the three texts
 * Errors   E_INVALID with the part, the line and the reason: a syntax error, an attribute of what
 *          is not known, a limit
 * Scope    composing looks at the system's rows too, then puts the scope back; the rest is for
 *          superadmins, who look at those of all accounts
 * Changes  email_templates (audited)
 */
#ifndef MAIL_MAILTPL_H
#define MAIL_MAILTPL_H

#include "mail/message.h"

struct mailtpl_texts { struct str subject, html_body, text_body; };
struct mailtpl {
    struct str id, account_id, template_type, locale, subject, html_body, text_body;
    bool enabled, is_builtin;
    int64_t created_at, updated_at;
};

/* The enabled template of (type, locale) for the account: its own, else the system's; then those of
 * en. The system's variables (app_name, app_url, support_email) are added, values win over them. */
bool mailtpl_compose(struct cx *cx, const struct message *message, bool *found,
                     struct mailtpl_texts *out) MUST_CHECK;

/* The same in two steps, without the system's variables. */
bool mailtpl_effective(struct cx *cx, struct str account_id, struct str type, struct str locale,
                       bool *found, struct mailtpl *out) MUST_CHECK;
bool mailtpl_render(struct cx *cx, const struct mailtpl_texts *sources,
                    const struct message_values *values, struct mailtpl_texts *out) MUST_CHECK;

enum { MAILTPL_KEEP = -1, MAILTPL_ANY = -1 };
/* Absent texts and MAILTPL_ANY ask for nothing. By account, type and locale. */
struct mailtpl_filter { struct str account_id, template_type, locale; int64_t enabled; };
bool mailtpl_list(struct cx *cx, const struct mailtpl_filter *filter, struct mailtpl **list,
                  size_t *n) MUST_CHECK;
bool mailtpl_get(struct cx *cx, struct str id, bool *found, struct mailtpl *out) MUST_CHECK;
/* Absent texts and MAILTPL_KEEP change nothing. Opens a transaction. */
struct mailtpl_change { struct mailtpl_texts texts; int64_t enabled; };
bool mailtpl_update(struct cx *cx, struct str id, const struct mailtpl_change *change, bool *found,
                    struct mailtpl *out) MUST_CHECK;

/* What the files of templates/mail say for a type, to go back to. */
bool mailtpl_builtin(struct cx *cx, struct str type, bool *found, struct mailtpl_texts *out)
    MUST_CHECK;
/* The system's own templates from templates/mail, where they are not there yet. */
bool mailtpl_seed(struct cx *cx) MUST_CHECK;

#endif
