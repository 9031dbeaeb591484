/* pagepassword.c — asks for the old password and the new one, twice. */
#include "pagepassword.h"

#include "desk/form.h"
#include "http/websession.h"
#include "identity/ownpassword.h"

enum { FORM_MAX = 16384 };
static const struct form_field FIELDS[] = {
    { "current", FORM_PASSWORD, .label = W("Password until now"), .required = true,
      .autocomplete = "current-password" },
    { "password", FORM_PASSWORD, .label = W("New password"), .required = true,
      .hint = W("At least 12 characters, with a capital letter, a small letter, a digit and a"
                " special character such as ! or #."),
      .autocomplete = "new-password" },
    { "repeat", FORM_PASSWORD, .label = W("The same once more"), .required = true,
      .autocomplete = "new-password" },
    { 0 },
};
struct posted_in { struct formdata form; };
static const struct input POSTED_IN[] = { IN(FORM, T_WHOLE_FORM, posted_in, form), { 0 } };

static void begin(struct form *form, struct cx *cx)
{
    form_init(form, cx, FIELDS);
    form->submit = W("Change the password");
    form->cancel = S("/admin/me");
}

static bool show(struct form *form, struct reply *reply)
{
    struct cx *cx = reply->cx;
    struct desk desk;
    desk_open(&desk, reply, "", phrase_of(cx, W("Change your password")));
    desk_crumb(&desk, phrase_of(cx, W("Your settings")), S("/admin/me"));
    desk_api(&desk, "POST", S("/api/v1/auth/login"), S("{\"email\":\"…\",\"password\":\"…\"}"),
             S("await client.auth.login({ account, email, password })"));
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/password.html");
}

static bool open_page(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct form form;
    begin(&form, cx);
    return show(&form, reply);
}

static bool take(struct form *form, struct reply *reply)
{
    struct cx *cx = form->cx;
    struct err err = cx->err;
    if (err.kind == E_UNAUTHENTICATED) {
        fail_forget(cx);
        form_fault(form, "current", phrase_of(cx, W("This is not your password.")));
        return true;
    }
    TRY(form_take(form));
    if (err.retry_after > 0)
        reply_header(reply, "Retry-After", str_fmt(cx->mem, "%lld", (long long)err.retry_after));
    return true;
}

static bool change(struct cx *cx, const void *input, struct reply *reply)
{
    const struct posted_in *in = input;
    struct form form;
    struct session session;
    begin(&form, cx);
    form_read(&form, &in->form);
    if (form_good(&form) && !str_eq(form_text(&form, "password"), form_text(&form, "repeat")))
        form_fault(&form, "repeat", phrase_of(cx, W("The two passwords are not the same.")));
    if (form_good(&form)) {
        if (ownpassword_change(cx, form_text(&form, "current"), form_text(&form, "password"),
                               &session)) {
            websession_open(reply, session.access_token);
            return desk_go(reply, S("/admin/me"), phrase_of(
                cx, W("Your password is changed. Every other session of yours has ended.")));
        }
        TRY(take(&form, reply));
    }
    reply_status(reply, form_status(&form));
    return show(&form, reply);
}

const struct route pagepassword_routes[] = {
    { GET, "/admin/me/password", .need = NEED_USER, .errors = SHAPE_PAGE, .run = open_page,
      .hidden = true, .title = "Asks for another password" },
    { POST, "/admin/me/password", .need = NEED_USER, .errors = SHAPE_PAGE,
      INPUT(POSTED_IN, posted_in), .run = change, .alone = true, .body_max = FORM_MAX,
      .hidden = true, .title = "Sets it" },
    { 0 },
};
