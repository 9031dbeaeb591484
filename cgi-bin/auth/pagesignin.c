/* pagesignin.c — who may enter the admin pages, and what they do who forgot their password. */
#include "pagesignin.h"

#include "desk/form.h"
#include "http/email.h"
#include "http/websession.h"
#include "identity/login.h"
#include "identity/logout.h"
#include "identity/reset.h"

enum { FORM_MAX = 16384, NEXT_MAX = 2000 };
static const char DOOR[] = "/admin/sign-in";

/* Whether an account must be named, the domain says: where there is one, it need not. */
#define ACCOUNT_HINT W("Its short name or its code; superadmins write: system")
static const struct form_field SIGN_IN[] = {
    { "account", FORM_TEXT, .label = W("Account"), .hint = ACCOUNT_HINT, .max = 255,
      .autocomplete = "organization" },
    { "email", FORM_EMAIL, .label = W("E-mail address"), .required = true, .max = 320,
      .autocomplete = "username" },
    { "password", FORM_PASSWORD, .label = W("Password"), .required = true,
      .autocomplete = "current-password" },
    { "next", FORM_HIDDEN, .max = FORM_MAX }, { 0 },
};
static const struct form_field FORGOTTEN[] = {
    { "account", FORM_TEXT, .label = W("Account"), .hint = ACCOUNT_HINT, .max = 255,
      .autocomplete = "organization" },
    { "email", FORM_EMAIL, .label = W("E-mail address"), .required = true, .max = 320,
      .autocomplete = "username" }, { 0 },
};

struct posted_in { struct formdata form; };
static const struct input POSTED_IN[] = { IN(FORM, T_WHOLE_FORM, posted_in, form), { 0 } };
struct asked_in { struct str next, account; };
static const struct input ASKED_IN[] = {
    IN(QUERY, T_TEXT, asked_in, next), IN(QUERY, T_TEXT, asked_in, account), { 0 },
};

/* Only to a page of ours: a path below /admin, which no browser takes for another host. */
static struct str page_of_ours(struct str next)
{
    bool good = next.n <= NEXT_MAX && str_starts(next, S("/admin"))
             && (next.n == 6 || next.p[6] == '/' || next.p[6] == '?')
             && !str_starts(next, str_of(DOOR)) && !str_starts(next, S("/admin/sign-out"));
    for (size_t i = 0; good && i < next.n; i++)
        good = next.p[i] > ' ' && next.p[i] < '\x7f' && next.p[i] != '\\' && next.p[i] != '#';
    return good ? next : S("/admin");
}

static bool may_enter(const struct cx *cx)
{
    return cx->who->kind == ACTOR_USER
        && (cx->who->is_superadmin || str_eq(cx->who->role, S("admin")));
}

static struct str as_given(struct str typed)
{
    return typed.n > 0 ? typed : NO_STR;
}

/* ---- /admin/sign-in ---- */

static void begin(struct form *form, struct cx *cx)
{
    form_init(form, cx, SIGN_IN);
    form->submit = W("Sign in");
}

static bool show(struct form *form, struct reply *reply)
{
    struct cx *cx = reply->cx;
    struct desk desk;
    desk_open(&desk, reply, "", phrase_of(cx, W("Sign in")));
    form_put(form, &desk, "form");
    desk_put(&desk, fill_flag("may_forget", true));
    return desk_show(&desk, "admin/sign-in.html");
}

static bool open_door(struct cx *cx, const void *input, struct reply *reply)
{
    const struct asked_in *in = input;
    struct form form;
    if (may_enter(cx))
        return desk_go(reply, page_of_ours(in->next), NO_STR);
    begin(&form, cx);
    form_set(&form, "next", page_of_ours(in->next));
    form_set(&form, "account", in->account);
    return show(&form, reply);
}

/* A domain function said no: its reasons go into the form, however long one has to wait. */
static bool take(struct form *form, struct reply *reply)
{
    struct cx *cx = form->cx;
    struct err err = cx->err;
    if (err.kind == E_UNAUTHENTICATED) {
        fail_forget(cx);
        form_fault(form, NULL, phrase_message(cx, str_of(err.message)));
        return true;
    }
    TRY(form_take(form));
    if (err.retry_after > 0)
        reply_header(reply, "Retry-After", str_fmt(cx->mem, "%lld", (long long)err.retry_after));
    return true;
}

/* All that is missing is told at once. */
static bool read_account(struct form *form, struct reply *reply)
{
    return login_has_account(form->cx, as_given(form_text(form, "account"))) || take(form, reply);
}

static bool read_email(struct form *form, struct str *email)
{
    struct str reason;
    if (!form_good(form))
        return false;
    if (email_read(form->cx->mem, form_text(form, "email"), email, &reason))
        return true;
    form_fault(form, "email", phrase_message(form->cx, reason));
    return false;
}

/* Who is let into their application, but has nothing to do here, gets no session. */
static bool turn_away(struct cx *cx, struct reply *reply, const struct login *login)
{
    struct session_owner ended;
    struct desk desk;
    TRY(session_end(cx, login->session.refresh_token, false, &ended));
    reply_status(reply, 403);
    desk_open(&desk, reply, "", phrase_of(cx, W("There is nothing for you here")));
    desk_put(&desk, fill_text("text", phrase_with(
        cx, W("These pages are for administrators. {email} is none; you were signed out again."),
        (const struct fill[]){ fill_text("email", login->user.email), { 0 } })));
    return desk_show(&desk, "admin/turned-away.html");
}

static bool let_in(struct cx *cx, struct reply *reply, const struct login *login, struct str next)
{
    if (!str_eq(login->account.id, S(SYSTEM_ACCOUNT)) && !str_eq(login->user.role, S("admin")))
        return turn_away(cx, reply, login);
    websession_open(reply, login->session.access_token);
    websession_enter(reply, NO_STR);
    return desk_go(reply, page_of_ours(next), NO_STR);
}

static bool sign_in(struct cx *cx, const void *input, struct reply *reply)
{
    const struct posted_in *in = input;
    struct form form;
    struct str email;
    struct login login;
    begin(&form, cx);
    form_read(&form, &in->form);
    TRY(read_account(&form, reply));
    if (read_email(&form, &email)) {
        if (login_run(cx, email, form_text(&form, "password"),
                      as_given(form_text(&form, "account")), &login))
            return let_in(cx, reply, &login, form_text(&form, "next"));
        TRY(take(&form, reply));
    }
    reply_status(reply, form_status(&form));
    return show(&form, reply);
}

/* ---- /admin/sign-out ---- */

static bool sign_out(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    TRY(logout_run(cx, NO_STR, false));
    websession_close(reply);
    return desk_go(reply, str_of(DOOR), phrase_of(cx, W("You are signed out.")));
}

/* ---- /admin/forgotten ---- */

static void begin_forgotten(struct form *form, struct cx *cx)
{
    form_init(form, cx, FORGOTTEN);
    form->submit = W("Send the link");
    form->cancel = str_of(DOOR);
}

static bool show_forgotten(struct form *form, struct reply *reply)
{
    struct cx *cx = reply->cx;
    struct desk desk;
    desk_open(&desk, reply, "", phrase_of(cx, W("Forgotten your password?")));
    form_put(form, &desk, "form");
    desk_put(&desk, fill_flag("may_forget", false));
    return desk_show(&desk, "admin/sign-in.html");
}

static bool open_forgotten(struct cx *cx, const void *input, struct reply *reply)
{
    const struct asked_in *in = input;
    struct form form;
    begin_forgotten(&form, cx);
    form_set(&form, "account", in->account);
    return show_forgotten(&form, reply);
}

static bool forgotten(struct cx *cx, const void *input, struct reply *reply)
{
    const struct posted_in *in = input;
    struct form form;
    struct str email;
    begin_forgotten(&form, cx);
    form_read(&form, &in->form);
    TRY(read_account(&form, reply));
    if (read_email(&form, &email)) {
        if (reset_ask(cx, email, as_given(form_text(&form, "account")), cx->who->ip))
            return desk_go(reply, str_of(DOOR), phrase_of(
                cx, W("If there is somebody of that address who signs in with a password, a link"
                      " is on its way to them. It is good for an hour.")));
        TRY(take(&form, reply));
    }
    reply_status(reply, form_status(&form));
    return show_forgotten(&form, reply);
}

const struct route pagesignin_routes[] = {
    { GET, "/admin/sign-in", .need = NEED_MAYBE, .errors = SHAPE_PAGE, INPUT(ASKED_IN, asked_in),
      .run = open_door, .hidden = true, .title = "Asks who wants to see the admin pages" },
    { POST, "/admin/sign-in", .need = NEED_MAYBE, .errors = SHAPE_PAGE,
      INPUT(POSTED_IN, posted_in), .run = sign_in, .alone = true, .body_max = FORM_MAX,
      .hidden = true, .title = "Lets administrators in" },
    { POST, "/admin/sign-out", .need = NEED_MAYBE, .errors = SHAPE_PAGE,
      INPUT(POSTED_IN, posted_in), .run = sign_out, .alone = true, .body_max = FORM_MAX,
      .hidden = true, .title = "Ends the session" },
    { GET, "/admin/forgotten", .need = NEED_NOBODY, .errors = SHAPE_PAGE,
      INPUT(ASKED_IN, asked_in), .run = open_forgotten, .hidden = true,
      .title = "Asks for whom a new password is wanted" },
    { POST, "/admin/forgotten", .need = NEED_NOBODY, .errors = SHAPE_PAGE,
      INPUT(POSTED_IN, posted_in), .run = forgotten, .body_max = FORM_MAX, .hidden = true,
      .title = "Mails a link, and says no more than that" },
    { 0 },
};
