/* jobkinds.c — the table of what the worker can do. */
#include "app/jobkinds.h"

#include "base/log.h"
#include "db/db.h"
#include "files/filesweep.h"
#include "files/file.h"
#include "identity/invitation.h"
#include "identity/reset.h"
#include "mail/mailer.h"

/* --- send_email ------------------------------------------------------------------------------- */

static bool send(struct cx *cx, struct str payload, struct message *message, struct str *error)
{
    db_scope(cx, S("*"));           /* here too when no job brought it */
    TRY(message_read(cx, payload, message));
    return mailer_send(cx, message, error);
}

bool jobkinds_mail(struct cx *cx, struct str payload, struct str *error)
{
    struct message message;
    return send(cx, payload, &message, error);
}

/* Who waits to hear that it went out. Should that fail, the mail is not sent once more for it. */
static void tell(struct cx *cx, struct str about)
{
    struct str what, account;
    if (!str_cut(&about, ' ', &what) || !str_eq(what, S("invitation"))
        || !str_cut(&about, ' ', &account))
        return;
    db_scope(cx, S("*"));
    if (!invitation_mailed(cx, account, about)) {
        log_failure(cx);
        fail_forget(cx);
    }
}

static bool mail_job(struct cx *cx, struct str payload)
{
    struct message message;
    struct str error;
    TRY(send(cx, payload, &message, &error));
    if (!str_absent(error))
        return fail(cx, E_INVALID, "Mail not sent", "%.*s", STR_ARG(error));
    tell(cx, message.about);
    return true;
}

/* --- all of them ------------------------------------------------------------------------------ */

static const struct kind {
    const char *handler;
    bool (*run)(struct cx *cx, struct str payload);
} KINDS[] = {
    { "send_email", mail_job },
    { "forgot_password", reset_run },
    { "sweep_files", filesweep_run },
    { "delete_files", file_account_gone },
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
