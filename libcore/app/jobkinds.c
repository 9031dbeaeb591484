/* jobkinds.c — the table of what the worker can do. */
#include "app/jobkinds.h"

#include "db/db.h"
#include "identity/reset.h"
#include "mail/mailer.h"

/* --- send_email ------------------------------------------------------------------------------- */

bool jobkinds_mail(struct cx *cx, struct str payload, struct str *error)
{
    struct message message;
    db_scope(cx, S("*"));           /* here too when no job brought it */
    TRY(message_read(cx, payload, &message));
    return mailer_send(cx, &message, error);
}

static bool mail_job(struct cx *cx, struct str payload)
{
    struct str error;
    TRY(jobkinds_mail(cx, payload, &error));
    return str_absent(error) || fail(cx, E_INVALID, "Mail not sent", "%.*s", STR_ARG(error));
}

/* --- all of them ------------------------------------------------------------------------------ */

static const struct kind {
    const char *handler;
    bool (*run)(struct cx *cx, struct str payload);
} KINDS[] = {
    { "send_email", mail_job },
    { "forgot_password", reset_run },
};

bool jobkinds_run(struct cx *cx, const struct queue_claim *job)
{
    db_scope(cx, S("*"));
    for (size_t i = 0; i < COUNT(KINDS); i++)
        if (str_eq(str_of(KINDS[i].handler), job->handler)) {
            bool well = KINDS[i].run(cx, job->payload);
            db_rest(cx->db);
            return well;
        }
    return fail(cx, E_INVALID, "Unknown handler", "Unknown handler: %.*s", STR_ARG(job->handler));
}
