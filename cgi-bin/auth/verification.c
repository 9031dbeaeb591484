/* verification.c — mails the link that proves an address, again if asked, and takes its token. */
#include "verification.h"

#include "identity/attempts.h"
#include "identity/verify.h"

struct message_out { struct str message; };
static const struct output MESSAGE_OUT[] = { OUT(O_TEXT, message_out, message), { 0 } };

/* Who asks, and for which address: their own unless another is named. */
static bool asked_by(struct cx *cx, struct str named, struct user *self, struct str *email)
{
    bool found;
    TRY(user_by_id(cx, cx->who->account_id, cx->who->id, &found, self));
    if (!found)
        return fail_detail(cx, E_NOT_FOUND, "User not found");
    *email = str_absent(named) ? self->email : named;
    return attempts_mail(cx, self->account_id, *email);
}

/* ---- POST /auth/send-verification ---- */

struct send_in { struct str email; };
static const struct input SEND_IN[] = {
    IN(BODY, T_EMAIL, send_in, email, .about = "The caller's own when left out"), { 0 },
};

static bool send(struct cx *cx, const void *input, struct reply *reply)
{
    const struct send_in *in = input;
    struct user self;
    struct str email;
    TRY(asked_by(cx, in->email, &self, &email));
    TRY(verify_send(cx, &self, email));
    return reply_with(reply, MESSAGE_OUT, &(struct message_out){
        str_fmt(cx->mem, "Verification email sent to %.*s", STR_ARG(email)) });
}

/* ---- POST /auth/resend-verification ---- */

struct resend_in { struct str email; struct jv body; };
static const struct input RESEND_IN[] = {
    IN(BODY, T_WHOLE_BODY, resend_in, body, .required = true),
    IN(BODY, T_EMAIL, resend_in, email, .about = "The caller's own when left out"), { 0 },
};

static bool resend(struct cx *cx, const void *input, struct reply *reply)
{
    const struct resend_in *in = input;
    struct user self;
    struct str email;
    TRY(asked_by(cx, in->email, &self, &email));
    TRY(verify_queue(cx, &self, email));
    return reply_with(reply, MESSAGE_OUT, &(struct message_out){
        S("Verification email resent successfully") });
}

/* ---- POST /auth/verify-email ---- */

struct verify_in { struct str token; };
static const struct input VERIFY_IN[] = {
    IN(BODY, T_SECRET, verify_in, token, .required = true), { 0 },
};
struct verified { struct str message; struct user user; };
static const struct output VERIFIED_USER[] = {
    OUT(O_TEXT, user, id), OUT(O_TEXT, user, email), OUT(O_BOOL, user, email_verified), { 0 },
};
static const struct output VERIFIED_OUT[] = {
    OUT(O_TEXT, verified, message), OUT(O_OBJECT, verified, user, .of = VERIFIED_USER), { 0 },
};

static bool verify(struct cx *cx, const void *input, struct reply *reply)
{
    const struct verify_in *in = input;
    struct verified out = { .message = S("Email verified successfully") };
    TRY(verify_redeem(cx, in->token, &out.user));
    return reply_with(reply, VERIFIED_OUT, &out);
}

const struct route verification_routes[] = {
    { POST, "/api/v1/auth/send-verification", .need = NEED_USER, .errors = SHAPE_DETAIL,
      INPUT(SEND_IN, send_in), .output = MESSAGE_OUT, .run = send,
      .title = "Mail the caller a link that verifies an address",
      .about = "The link lives an hour and is good once; a later one to the same address replaces"
               " it. It is about the caller, whatever address it is sent to." },
    { POST, "/api/v1/auth/resend-verification", .need = NEED_USER, .errors = SHAPE_DETAIL,
      INPUT(RESEND_IN, resend_in), .output = MESSAGE_OUT, .run = resend,
      .title = "Mail the link once more" },
    { POST, "/api/v1/auth/verify-email", .need = NEED_NOBODY, .errors = SHAPE_DETAIL,
      INPUT(VERIFY_IN, verify_in), .output = VERIFIED_OUT, .run = verify,
      .title = "Verify an address with the token of the mailed link" },
    { 0 },
};
