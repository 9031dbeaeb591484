/* register.c — a new account and its first person, or a new member of the only account. */
#include "register.h"

#include "brief.h"
#include "identity/signup.h"

struct register_in { struct str email, password, account_name, account_slug; };
static const struct input REGISTER_IN[] = {
    IN(BODY, T_EMAIL, register_in, email, .required = true),
    IN(BODY, T_SECRET, register_in, password, .required = true, .min = 1,
       .about = "At least 12 characters: a capital, a small letter, a digit and a special one"),
    IN(BODY, T_TEXT, register_in, account_name, .min = 1, .max = 255,
       .about = "Needed unless there is but one account"),
    IN(BODY, T_TEXT, register_in, account_slug, .min = 3, .max = 32,
       .about = "Made from the name when left out"),
    { 0 },
};
struct registered { struct str message; struct user_brief user; struct account account; };
static const struct output REGISTERED_OUT[] = {
    OUT(O_TEXT, registered, message),
    OUT(O_OBJECT, registered, user, .of = brief_user),
    OUT(O_OBJECT, registered, account, .of = brief_account),
    { 0 },
};

static bool sign_up(struct cx *cx, const void *input, struct reply *reply)
{
    const struct register_in *in = input;
    struct signup made;
    TRY(signup_run(cx, in->email, in->password, in->account_name, in->account_slug, &made));
    struct registered out = {
        .message = S("Registration successful. Please check your email to verify your account."),
        .user = brief_of(&made.user, &made.groups, "jwt"), .account = made.account };
    return reply_with(reply, REGISTERED_OUT, &out);
}

const struct route register_routes[] = {
    { POST, "/api/v1/auth/register", .need = NEED_NOBODY, .errors = SHAPE_ERROR,
      INPUT(REGISTER_IN, register_in), .output = REGISTERED_OUT, .status = 201, .run = sign_up,
      .alone = true, .title = "Register an account and its first user",
      .about = "In single-tenant mode the user joins the configured account instead. The address"
               " has to be verified before the first sign-in, unless require_email_verification"
               " is off." },
    { 0 },
};
