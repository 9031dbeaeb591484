/* mailer.c — from a queued mail to what its provider says. */
#include "mail/mailer.h"

#include "base/fault.h"
#include "base/settings.h"
#include "config/configuration.h"
#include "db/db.h"
#include "mail/maillog.h"
#include "mail/mailresend.h"
#include "mail/mailses.h"
#include "mail/mailsmtp.h"
#include "mail/mailtpl.h"

static const struct mailer_provider *const PROVIDERS[] = {
    &mailsmtp_provider, &mailses_provider, &mailresend_provider,
};

const struct mailer_provider *mailer_find(struct str name)
{
    for (size_t i = 0; i < COUNT(PROVIDERS); i++)
        if (str_eq(str_of(PROVIDERS[i]->name), name))
            return PROVIDERS[i];
    return NULL;
}

const char *mailer_missing(struct jv config, const char *const *names)
{
    for (; *names != NULL; names++)
        if (str_absent(jv_filled(config, *names)))
            return *names;
    return NULL;
}

struct mailer_endpoint mailer_endpoint(struct cx *cx, struct jv config, struct str otherwise)
{
    struct str url = jv_filled(config, "endpoint_url");
    if (str_absent(url))
        return (struct mailer_endpoint){ .url = otherwise };
    if (str_ends(url, S("/")))
        url.n--;
    return (struct mailer_endpoint){ .url = url, .trusted = true,
        .is_plain = str_eq_nocase(cx->set->environment, S("testing")) };
}

static struct str or_else(struct str text, struct str otherwise)
{
    return str_absent(text) ? otherwise : text;
}

static struct mailer_letter letter_of(const struct message *message, struct jv config,
                                      const struct mailtpl_texts *texts)
{
    return (struct mailer_letter){
        .from_name = or_else(jv_filled(config, "from_name"), S("SnackBase")),
        .from_email = or_else(jv_filled(config, "from_email"), S("noreply@snackbase.io")),
        .reply_to = jv_filled(config, "reply_to"), .to = message->recipient,
        .subject = texts->subject, .text_body = texts->text_body, .html_body = texts->html_body };
}

static struct str not_found(struct cx *cx, const struct message *message)
{
    return str_fmt(cx->mem, "Email template not found: %.*s (locale: %.*s)",
                   STR_ARG(message->template_type),
                   STR_ARG(or_else(message->locale, S("en"))));
}

static struct str no_provider(struct cx *cx, struct str wanted)
{
    if (str_absent(wanted) || str_eq(wanted, S("auto")))
        return S("No enabled email provider configured. Please configure an email provider (SMTP,"
                 " AWS SES, or Resend) before sending emails.");
    return str_fmt(cx->mem, "Provider '%.*s' is not configured or enabled.", STR_ARG(wanted));
}

/* A template that cannot be filled in is its author's fault, not ours. */
static bool compose(struct cx *cx, const struct message *message, struct mailtpl_texts *texts,
                    struct str *error)
{
    bool found = false;
    if (mailtpl_compose(cx, message, &found, texts)) {
        *error = found ? NO_STR : not_found(cx, message);
        return true;
    }
    if (cx->err.kind != E_INVALID)
        return false;
    *error = str_copy(cx->mem, str_of(cx->err.message));
    fail_forget(cx);
    return true;
}

static bool choose(struct cx *cx, const struct message *message, struct configuration *by,
                   const struct mailer_provider **provider, struct str *error)
{
    bool found = false;
    TRY(configuration_mailer(cx, message->account_id, message->provider, &found, by));
    *provider = found ? mailer_find(by->provider_name) : NULL;
    if (*provider == NULL)
        *error = no_provider(cx, found ? by->provider_name : message->provider);
    return true;
}

bool mailer_send(struct cx *cx, const struct message *message, struct str *error)
{
    struct mailtpl_texts texts;
    struct configuration by = { .provider_name = NO_STR };
    const struct mailer_provider *provider = NULL;
    struct trouble trouble = { NULL, false };
    *error = NO_STR;
    TRY(compose(cx, message, &texts, error));
    if (str_absent(*error))
        TRY(choose(cx, message, &by, &provider, error));
    db_rest(cx->db);                        /* nothing of the database waits for the network */
    if (provider != NULL) {
        struct mailer_letter letter = letter_of(message, by.config, &texts);
        if (!provider->send(cx, by.config, &letter, &trouble))
            *error = str_of(trouble.why);
        if (FAULT("mail.sent"))
            return broken(cx, "fault: mail.sent");
    }
    db_scope(cx, message->account_id);      /* which resting forgot */
    return maillog_add(cx, message, provider != NULL ? by.provider_name : NO_STR, *error);
}
