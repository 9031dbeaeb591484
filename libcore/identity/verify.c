/* verify.c — mails the link that proves an address, and believes who comes back with it. */
#include "identity/verify.h"

#include "config/configuration.h"
#include "db/tx.h"
#include "mail/message.h"

bool verify_queue(struct cx *cx, const struct user *user, struct str email)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct str token, link, job;
    int64_t expires_at;
    TRY(tx_begin(cx, &tx));
    TRY(onetime_issue(cx, ONETIME_VERIFICATION, user, email, &token, &expires_at));
    TRY(onetime_link(cx, user->account_id, "verify-email", token, &link));
    TRY(message_enqueue(cx, &(struct message){
        .template_type = S("email_verification"), .account_id = user->account_id,
        .recipient = email,
        .values = MESSAGE_VALUES({ S("verification_url"), link, true },
                                 { S("token"), token, true },
                                 { S("email"), email, false },
                                 { S("user_email"), user->email, false },
                                 { S("expires_at"), onetime_end(cx, expires_at), false }) },
        &job));
    return tx_commit(&tx);
}

bool verify_send(struct cx *cx, const struct user *user, struct str email)
{
    struct configuration mailer;
    bool found;
    TRY(configuration_mailer(cx, user->account_id, NO_STR, &found, &mailer));
    if (!found)
        return fail_detail(cx, E_BROKEN, "Failed to send verification email");
    return verify_queue(cx, user, email);
}

bool verify_look(struct cx *cx, struct str token, bool *found, struct onetime *out)
{
    return onetime_look(cx, ONETIME_VERIFICATION, token, found, out);
}

static bool refuse(struct cx *cx)
{
    return fail_detail(cx, E_INVALID, "Invalid or expired verification token");
}

bool verify_redeem(struct cx *cx, struct str token, struct user *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct onetime row;
    bool found, won;
    TRY(tx_begin(cx, &tx));
    TRY(onetime_look(cx, ONETIME_VERIFICATION, token, &found, &row));
    if (!found)
        return refuse(cx);
    TRY(onetime_spend(cx, ONETIME_VERIFICATION, &row, &won));
    TRY(user_by_id(cx, row.account_id, row.user_id, &found, out));
    if (!won || !found)
        return refuse(cx);
    /* A link to another address proves nothing of theirs; to the verified it does not matter. */
    if (!out->email_verified && !str_eq(out->email, row.email))
        return refuse(cx);
    TRY(user_verified(cx, out));
    return tx_commit(&tx);
}
