/* links.c — what a mailed link opens: a page that asks, and the form in it that does. */
#include "links.h"

#include "base/settings.h"
#include "base/url.h"
#include "config/configuration.h"
#include "http/webpage.h"
#include "identity/acceptance.h"
#include "identity/invitation.h"
#include "identity/preference.h"
#include "identity/reset.h"
#include "identity/verify.h"
#include "view/phrase.h"

#define FORM_MAX 16384

/* What the account calls the product; and where it is, unless that is only here. */
struct brand { struct str product, home; };

static bool find_brand(struct cx *cx, struct str account_id, struct brand *out)
{
    struct configuration_product product;
    const struct settings *set = cx->set;
    struct str here = str_fmt(cx->mem, "%.*s%.*s", STR_ARG(set->external_url),
                              STR_ARG(set->base_path));
    TRY(configuration_product(cx, account_id, &product));
    bool is_web = str_starts(product.app_url, S("https://"))
               || str_starts(product.app_url, S("http://"));
    *out = (struct brand){ .product = product.app_name,
                           .home = is_web && !str_eq(product.app_url, here) ? product.app_url
                                                                            : NO_STR };
    return true;
}

/* Administrators go on from here to the pages of theirs; others to their application. */
static bool find_door(struct cx *cx, struct str account_id, struct str user_id, struct str *door)
{
    struct account account;
    struct user user;
    struct buf path;
    bool found, is_root = str_eq(account_id, S(SYSTEM_ACCOUNT));
    *door = NO_STR;
    TRY(user_by_id(cx, account_id, user_id, &found, &user));
    if (!found || (!is_root && !str_eq(user.role, S("admin"))))
        return true;
    TRY(account_by_id(cx, account_id, &found, &account));
    buf_init(&path, cx->mem, 1024);
    buf_str(&path, S("/admin/sign-in?account="));
    url_part(&path, account.slug);
    *door = buf_text(&path);
    return true;
}

/* user_id: whom it is said to; absent where nobody knows. */
static bool notice(struct cx *cx, struct reply *reply, struct str account_id, struct str user_id,
                   struct str title, struct str text)
{
    struct brand brand;
    struct str door = NO_STR;
    TRY(find_brand(cx, account_id, &brand));
    if (!str_absent(user_id))
        TRY(find_door(cx, account_id, user_id, &door));
    const struct fill values[] = {
        fill_text("title", title), fill_text("text", text), fill_text("product", brand.product),
        fill_text("home", brand.home), fill_text("door", door), { 0 },
    };
    return webpage_reply(reply, "auth/notice.html", values);
}

static struct str may_sign_in(struct cx *cx, struct str email)
{
    const struct fill values[] = { fill_text("email", email), { 0 } };
    return phrase_with(cx, W("You can now sign in as {email}."), values);
}

static bool bad_link(struct cx *cx, struct reply *reply)
{
    reply_status(reply, 400);
    return notice(cx, reply, S(SYSTEM_ACCOUNT), NO_STR,
                  phrase_of(cx, W("This link does not work any more")),
                  phrase_of(cx, W("A link that we mail works once, and for an hour. Ask for a new"
                                  " one where you sign in.")));
}

/* In the language that they have chosen, else the one their browser asks for. */
static bool speak_to(struct cx *cx, struct str account_id, struct str user_id)
{
    struct preference likes;
    TRY(preference_get(cx, account_id, user_id, &likes));
    if (likes.language.n > 0)
        cx->language = likes.language;
    return true;
}

/* ---- /verify-email ---- */

struct link_in { struct str token; };
static const struct input OPEN_IN[] = { IN(QUERY, T_SECRET, link_in, token), { 0 } };
static const struct input VERIFY_IN[] = { IN(FORM, T_SECRET, link_in, token), { 0 } };

static bool open_verify(struct cx *cx, const void *input, struct reply *reply)
{
    const struct link_in *in = input;
    struct onetime link;
    struct brand brand;
    bool found;
    TRY(verify_look(cx, in->token, &found, &link));
    if (!found)
        return bad_link(cx, reply);
    TRY(speak_to(cx, link.account_id, link.user_id));
    TRY(find_brand(cx, link.account_id, &brand));
    const struct fill values[] = {
        fill_text("title", phrase_of(cx, W("Verify your e-mail address"))),
        fill_text("token", in->token),
        fill_text("email", link.email), fill_text("product", brand.product), { 0 },
    };
    return webpage_reply(reply, "auth/verify-email.html", values);
}

static bool verify(struct cx *cx, const void *input, struct reply *reply)
{
    const struct link_in *in = input;
    struct user user;
    if (!verify_redeem(cx, in->token, &user)) {
        if (cx->err.kind != E_INVALID)
            return false;
        fail_forget(cx);
        return bad_link(cx, reply);
    }
    TRY(speak_to(cx, user.account_id, user.id));
    return notice(cx, reply, user.account_id, user.id,
                  phrase_of(cx, W("Your e-mail address is verified")),
                  may_sign_in(cx, user.email));
}

/* ---- /reset-password ---- */

struct password_in { struct str token, password, repeat; };
static const struct input PASSWORD_IN[] = {
    IN(FORM, T_SECRET, password_in, token), IN(FORM, T_SECRET, password_in, password),
    IN(FORM, T_SECRET, password_in, repeat), { 0 },
};

/* What is wrong with a password, in rows for the template. */
static struct fill faults_of(struct cx *cx, const struct err *err)
{
    size_t n = err->item_count > 0 ? err->item_count : err->kind != E_NONE;
    const struct fill **rows = arena_list(cx->mem, const struct fill *, n);
    for (size_t i = 0; i < n; i++) {
        struct fill *row = arena_list(cx->mem, struct fill, 2);
        row[0] = fill_text("text", phrase_message(cx, err->item_count > 0
                                                      ? err->items[i].message
                                                      : str_of(err->message)));
        rows[i] = row;
    }
    return fill_rows("faults", rows, n);
}

static bool show_reset(struct cx *cx, struct reply *reply, struct str token, const struct err *err,
                       bool differs)
{
    struct onetime link;
    struct brand brand;
    bool found;
    TRY(reset_look(cx, token, &found, &link));
    if (!found)
        return bad_link(cx, reply);
    TRY(speak_to(cx, link.account_id, link.user_id));
    if (err->kind != E_NONE || differs)
        reply_status(reply, 400);
    TRY(find_brand(cx, link.account_id, &brand));
    const struct fill values[] = {
        fill_text("title", phrase_of(cx, W("Choose a new password"))), fill_text("token", token),
        fill_text("email", link.email), fill_text("product", brand.product),
        fill_text("label", phrase_of(cx, W("New password"))), faults_of(cx, err),
        fill_flag("faulty", err->kind != E_NONE), fill_flag("differs", differs), { 0 },
    };
    return webpage_reply(reply, "auth/reset-password.html", values);
}

static bool open_reset(struct cx *cx, const void *input, struct reply *reply)
{
    const struct link_in *in = input;
    return show_reset(cx, reply, in->token, &(struct err){ .kind = E_NONE }, false);
}

static bool reset(struct cx *cx, const void *input, struct reply *reply)
{
    const struct password_in *in = input;
    struct onetime link;
    bool found;
    TRY(reset_look(cx, in->token, &found, &link));
    if (!found)
        return bad_link(cx, reply);
    if (!str_eq(in->password, in->repeat))
        return show_reset(cx, reply, in->token, &(struct err){ .kind = E_NONE }, true);
    if (!reset_redeem(cx, in->token, str_absent(in->password) ? S("") : in->password)) {
        struct err err = cx->err;
        if (err.kind != E_INVALID)
            return false;
        fail_forget(cx);
        return show_reset(cx, reply, in->token, &err, false);
    }
    TRY(speak_to(cx, link.account_id, link.user_id));
    return notice(cx, reply, link.account_id, link.user_id,
                  phrase_of(cx, W("Your password is set")),
                  phrase_of(cx, W("You can now sign in with it. Wherever you were signed in, you"
                                  " are not any more.")));
}

/* ---- /accept-invitation ---- */

static bool bad_invitation(struct cx *cx, struct reply *reply)
{
    const struct fill values[] = {
        fill_text("reason", phrase_message(cx, str_of(cx->err.message))), { 0 },
    };
    fail_forget(cx);
    reply_status(reply, 400);
    return notice(cx, reply, S(SYSTEM_ACCOUNT), NO_STR,
                  phrase_of(cx, W("This invitation does not work any more")),
                  phrase_with(cx, W("{reason}. Ask for a new one, or sign in if you have accepted"
                                    " it before."), values));
}

static bool show_accept(struct cx *cx, struct reply *reply, struct str token, const struct err *err,
                        bool differs)
{
    struct invitation it;
    struct brand brand;
    if (!invitation_look(cx, token, &it))
        return (cx->err.kind == E_NOT_FOUND || cx->err.kind == E_INVALID)
            && bad_invitation(cx, reply);
    if (err->kind != E_NONE || differs)
        reply_status(reply, 400);
    TRY(find_brand(cx, it.account_id, &brand));
    const struct fill account[] = { fill_text("account", it.account_name), { 0 } };
    const struct fill values[] = {
        fill_text("title", phrase_with(cx, W("Join {account}"), account)),
        fill_text("token", token), fill_text("email", it.email),
        fill_text("inviter", str_absent(it.invited_by_email) ? phrase_of(cx, W("A team member"))
                                                             : it.invited_by_email),
        fill_text("product", brand.product), fill_text("label", phrase_of(cx, W("Password"))),
        faults_of(cx, err),
        fill_flag("faulty", err->kind != E_NONE), fill_flag("differs", differs), { 0 },
    };
    return webpage_reply(reply, "auth/accept-invitation.html", values);
}

static bool open_accept(struct cx *cx, const void *input, struct reply *reply)
{
    const struct link_in *in = input;
    return show_accept(cx, reply, in->token, &(struct err){ .kind = E_NONE }, false);
}

/* A page has nowhere to keep the session that comes with it: it is ended at once. */
static bool accept(struct cx *cx, const void *input, struct reply *reply)
{
    const struct password_in *in = input;
    struct login login;
    if (!str_eq(in->password, in->repeat))
        return show_accept(cx, reply, in->token, &(struct err){ .kind = E_NONE }, true);
    if (!acceptance_run(cx, in->token, str_absent(in->password) ? S("") : in->password, &login)) {
        struct err err = cx->err;
        if (err.kind == E_NOT_FOUND)
            return bad_invitation(cx, reply);
        if (err.kind != E_INVALID)
            return false;
        fail_forget(cx);
        return show_accept(cx, reply, in->token, &err, false);
    }
    struct session_owner ended;
    TRY(session_end(cx, login.session.refresh_token, false, &ended));
    const struct fill account[] = { fill_text("account", login.account.name), { 0 } };
    return notice(cx, reply, login.account.id, login.user.id,
                  phrase_with(cx, W("Welcome to {account}"), account),
                  may_sign_in(cx, login.user.email));
}

const struct route links_routes[] = {
    { GET, "/verify-email", .need = NEED_NOBODY, .errors = SHAPE_PAGE, INPUT(OPEN_IN, link_in),
      .run = open_verify, .hidden = true, .title = "Asks before an address is verified" },
    { POST, "/verify-email", .need = NEED_NOBODY, .errors = SHAPE_PAGE, INPUT(VERIFY_IN, link_in),
      .run = verify, .body_max = FORM_MAX, .hidden = true,
      .title = "Verifies an address" },
    { GET, "/reset-password", .need = NEED_NOBODY, .errors = SHAPE_PAGE, INPUT(OPEN_IN, link_in),
      .run = open_reset, .hidden = true, .title = "Asks for a new password" },
    { POST, "/reset-password", .need = NEED_NOBODY, .errors = SHAPE_PAGE,
      INPUT(PASSWORD_IN, password_in), .run = reset, .alone = true,
      .body_max = FORM_MAX, .hidden = true, .title = "Sets it" },
    { GET, "/accept-invitation", .need = NEED_NOBODY, .errors = SHAPE_PAGE, INPUT(OPEN_IN, link_in),
      .run = open_accept, .hidden = true, .title = "Asks whoever is invited for a password" },
    { POST, "/accept-invitation", .need = NEED_NOBODY, .errors = SHAPE_PAGE,
      INPUT(PASSWORD_IN, password_in), .run = accept, .alone = true,
      .body_max = FORM_MAX, .hidden = true, .title = "Lets them in" },
    { 0 },
};
