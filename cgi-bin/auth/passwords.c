/* passwords.c — mails a link to who forgot their password, tells whether it is good, takes it. */
#include "passwords.h"

#include "identity/reset.h"

struct said { struct str message; };
static const struct output SAID_OUT[] = { OUT(O_TEXT, said, message), { 0 } };

/* ---- POST /auth/forgot-password ---- */

struct forgot_in { struct str email, account; };
static const struct input FORGOT_IN[] = {
    IN(BODY, T_EMAIL, forgot_in, email, .required = true),
    IN(BODY, T_TEXT, forgot_in, account, .min = 1,
       .about = "Slug, code or id; may be left out when there is but one account"),
    { 0 },
};

static bool forgot(struct cx *cx, const void *input, struct reply *reply)
{
    const struct forgot_in *in = input;
    TRY(reset_ask(cx, in->email, in->account, cx->who->ip));
    return reply_with(reply, SAID_OUT, &(struct said){
        S("If an account with that email exists, a password reset link has been sent.") });
}

/* ---- POST /auth/reset-password ---- */

struct reset_in { struct str token, new_password; };
static const struct input RESET_IN[] = {
    IN(BODY, T_SECRET, reset_in, token, .required = true),
    IN(BODY, T_SECRET, reset_in, new_password, .required = true, .min = 8,
       .about = "At least 12 characters: a capital, a small letter, a digit and a special one"),
    { 0 },
};

static bool reset(struct cx *cx, const void *input, struct reply *reply)
{
    const struct reset_in *in = input;
    TRY(reset_redeem(cx, in->token, in->new_password));
    return reply_with(reply, SAID_OUT, &(struct said){
        S("Password reset successfully. You can now log in with your new password.") });
}

/* ---- GET /auth/verify-reset-token/{token} ---- */

struct look_in { struct str token; };
static const struct input LOOK_IN[] = { IN(PATH, T_SECRET, look_in, token), { 0 } };
struct looked { bool valid; int64_t expires_at; };
static const struct output LOOKED_OUT[] = {
    OUT(O_BOOL, looked, valid), OUT(O_TIME, looked, expires_at), { 0 },
};

static bool look(struct cx *cx, const void *input, struct reply *reply)
{
    const struct look_in *in = input;
    struct onetime link = { .expires_at = 0 };
    bool found;
    TRY(reset_look(cx, in->token, &found, &link));
    return reply_with(reply, LOOKED_OUT, &(struct looked){ found, found ? link.expires_at : 0 });
}

const struct route passwords_routes[] = {
    { POST, "/api/v1/auth/forgot-password", .need = NEED_NOBODY, .errors = SHAPE_ERROR,
      INPUT(FORGOT_IN, forgot_in), .output = SAID_OUT, .run = forgot,
      .title = "Mail a link that sets a new password",
      .about = "The reply, and the time it takes, tell nothing of whether there is such a user." },
    { POST, "/api/v1/auth/reset-password", .need = NEED_NOBODY, .errors = SHAPE_DETAIL,
      INPUT(RESET_IN, reset_in), .output = SAID_OUT, .run = reset, .alone = true,
      .title = "Set a new password with the token of the mailed link",
      .about = "Every session of the user ends, and every other reset link with it." },
    { GET, "/api/v1/auth/verify-reset-token/{token}", .need = NEED_NOBODY, .errors = SHAPE_DETAIL,
      INPUT(LOOK_IN, look_in), .output = LOOKED_OUT, .run = look,
      .title = "Tell whether a reset link is still good" },
    { 0 },
};
