/* sessions.c — signing in, refreshing, signing out, and who is signed in. */
#include "sessions.h"

#include "brief.h"
#include "identity/login.h"
#include "identity/logout.h"
#include "identity/signing.h"

/* ---- POST /auth/login ---- */

struct login_in { struct str email, password, account; };
static const struct input LOGIN_IN[] = {
    IN(BODY, T_EMAIL, login_in, email, .required = true),
    IN(BODY, T_SECRET, login_in, password, .required = true, .min = 1),
    IN(BODY, T_TEXT, login_in, account, .min = 1,
       .about = "Slug, code or id; may be left out when there is but one account"),
    { 0 },
};
static bool sign_in(struct cx *cx, const void *input, struct reply *reply)
{
    const struct login_in *in = input;
    struct login made;
    TRY(login_run(cx, in->email, in->password, in->account, &made));
    struct session_brief out = brief_session_of(&made);
    return reply_with(reply, brief_session, &out);
}

/* ---- POST /auth/refresh ---- */

struct refresh_in { struct str refresh_token; };
static const struct input REFRESH_IN[] = {
    IN(BODY, T_SECRET, refresh_in, refresh_token, .required = true, .min = 1), { 0 },
};
static const struct output REFRESH_OUT[] = {
    OUT(O_TEXT, session_brief, token), OUT(O_TEXT, session_brief, refresh_token),
    OUT(O_INT, session_brief, expires_in), { 0 },
};

static bool refresh(struct cx *cx, const void *input, struct reply *reply)
{
    const struct refresh_in *in = input;
    struct session session;
    TRY(session_rotate(cx, in->refresh_token, &session));
    struct session_brief out = {
        .token = session.access_token, .refresh_token = session.refresh_token,
        .expires_in = session.expires_in };
    return reply_with(reply, REFRESH_OUT, &out);
}

/* ---- POST /auth/logout ---- */

struct logout_in { struct str refresh_token; bool all; };
static const struct input LOGOUT_IN[] = {
    IN(BODY, T_SECRET, logout_in, refresh_token),
    IN(BODY, T_BOOL, logout_in, all, .about = "Every session of the user, not only this one"),
    { 0 },
};
struct logout_out { bool success; struct str message; };
static const struct output LOGOUT_OUT[] = {
    OUT(O_BOOL, logout_out, success), OUT(O_TEXT, logout_out, message), { 0 },
};

static bool sign_out(struct cx *cx, const void *input, struct reply *reply)
{
    const struct logout_in *in = input;
    TRY(logout_run(cx, in->refresh_token, in->all));
    return reply_with(reply, LOGOUT_OUT, &(struct logout_out){ true, S("Logged out") });
}

/* ---- POST /auth/sign ---- */

struct signing_in { struct str password, reason; };
static const struct input SIGNING_IN[] = {
    IN(BODY, T_SECRET, signing_in, password, .required = true, .min = 1),
    IN(BODY, T_TEXT, signing_in, reason, .required = true, .min = 1, .max = SIGNING_REASON,
       .about = "Why: it stands in the history"),
    { 0 },
};
struct signing_out { struct str signature; int64_t expires_in; };
static const struct output SIGNING_OUT[] = {
    OUT(O_TEXT, signing_out, signature), OUT(O_INT, signing_out, expires_in), { 0 },
};

static bool sign(struct cx *cx, const void *input, struct reply *reply)
{
    const struct signing_in *in = input;
    struct signing_out out = { .expires_in = SIGNING_SECONDS };
    TRY(signing_make(cx, in->password, in->reason, &out.signature));
    return reply_with(reply, SIGNING_OUT, &out);
}

/* ---- GET /auth/me ---- */

struct me_out {
    struct str user_id, account_id, email, role;
    struct user_brief user; struct account account;
};
static const struct output ME_OUT[] = {
    OUT(O_TEXT, me_out, user_id), OUT(O_TEXT, me_out, account_id),
    OUT(O_TEXT, me_out, email),   OUT(O_TEXT, me_out, role),
    OUT(O_OBJECT, me_out, user, .of = brief_user),
    OUT(O_OBJECT, me_out, account, .of = brief_account),
    { 0 },
};

static bool who_am_i(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    const struct actor *who = cx->who;
    struct group_names groups = { who->groups, who->group_count };
    struct me_out out = { .user_id = who->id, .account_id = who->account_id, .email = who->email,
                          .role = who->role };
    struct user user;
    bool found, has_account;
    TRY(user_by_id(cx, who->account_id, who->id, &found, &user));
    TRY(account_by_id(cx, who->account_id, &has_account, &out.account));
    if (who->is_service) {
        user = (struct user){ .id = who->id, .account_id = who->account_id, .email = who->email,
                              .role = who->role, .is_active = true };
        found = true;
    }
    if (!found || !has_account)
        return fail_detail(cx, E_NOT_FOUND, "User not found");
    out.user = brief_of(&user, &groups, who->auth_method);
    return reply_with(reply, ME_OUT, &out);
}

/* Login hashes a password and refresh may have to commit while it refuses: both run alone. */
const struct route sessions_routes[] = {
    { POST, "/api/v1/auth/login", .need = NEED_NOBODY, .errors = SHAPE_ERROR,
      INPUT(LOGIN_IN, login_in), .output = brief_session, .run = sign_in, .alone = true,
      .title = "Sign in with a password" },
    { POST, "/api/v1/auth/refresh", .need = NEED_NOBODY, .errors = SHAPE_ERROR,
      INPUT(REFRESH_IN, refresh_in), .output = REFRESH_OUT, .run = refresh, .alone = true,
      .title = "Exchange a refresh token for new tokens",
      .about = "A refresh token is good once. One that comes again more than a minute after it was"
               " exchanged ends the whole session." },
    { POST, "/api/v1/auth/logout", .need = NEED_MAYBE, .errors = SHAPE_ERROR,
      INPUT(LOGOUT_IN, logout_in), .output = LOGOUT_OUT, .run = sign_out, .alone = true,
      .title = "Sign out",
      .about = "Ends the session of the access token and of the refresh token given; with all,"
               " every session of the user." },
    { POST, "/api/v1/auth/sign", .need = NEED_USER, .errors = SHAPE_ERROR,
      INPUT(SIGNING_IN, signing_in), .output = SIGNING_OUT, .run = sign, .waits = true,
      .title = "Sign a change electronically",
      .about = "The next writing request that sends the signature as X-ES-Signature, to any"
               " program, has your address, the reason and the time of signing in every row of its"
               " history. It is good for five minutes, in this session, and once: a write that"
               " fails or changes nothing does not use it up." },
    { GET, "/api/v1/auth/me", .need = NEED_USER, .errors = SHAPE_DETAIL, .output = ME_OUT,
      .run = who_am_i, .title = "Who is signed in" },
    { 0 },
};
