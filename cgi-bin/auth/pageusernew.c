/* pageusernew.c — pages that set a password of others: a new user, another password. */
#include "pageusernew.h"

#include "base/num.h"
#include "desk/peopleform.h"
#include "identity/manage.h"
#include "identity/member.h"

static const char HERE[] = "users";

/* ---- a new user ---- */

#define NEW_FIELDS \
    { "email", FORM_EMAIL, .label = W("E-mail address"), .required = true, .max = 320 }, \
    { "role_id", FORM_CHOICE, .label = W("Role"), .required = true }, \
    { "password", FORM_PASSWORD, .label = W("Password"), .required = true, .max = 1000, \
      .autocomplete = "new-password", .hint = PASSWORD_HINT }, \
    { "verified", FORM_CHECK, .label = W("The address is known to be theirs"), \
      .hint = W("Nothing is mailed. Who should choose a password themselves is better invited.") }
#define PASSWORD_HINT \
    W("At least 12 characters: a capital, a small letter, a digit and a special one.")
static const struct form_field FIELDS[] = { NEW_FIELDS, { 0 } };
static const struct form_field FIELDS_OF_ANY[] = { NEW_FIELDS, PEOPLEFORM_ACCOUNT, { 0 } };

struct new_in { struct str account; struct formdata form; };
static const struct input NEW_IN[] = { IN(QUERY, T_TEXT, new_in, account), { 0 } };
static const struct input CREATE_IN[] = { IN(FORM, T_WHOLE_FORM, new_in, form), { 0 } };

static bool show_new(struct form *form, struct reply *reply)
{
    struct cx *cx = form->cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("New user")));
    desk_crumb(&desk, phrase_of(cx, W("Users")), S("/admin/users"));
    desk_action(&desk, phrase_of(cx, W("Invite somebody instead")), S("/admin/invitations/new"));
    desk_api(&desk, "POST", S("/api/v1/users"),
             S("{\"email\":\"…\",\"account_id\":\"…\",\"role_id\":2,\"password\":\"…\"}"),
             S("client.users.create({ email, account_id, role_id, password })"));
    form->once = true;
    form->submit = W("Create the user");
    form->cancel = S("/admin/users");
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/edit.html");
}

static bool open_new(struct form *form, struct cx *cx)
{
    form_init(form, cx, peopleform_any(cx) ? FIELDS_OF_ANY : FIELDS);
    return peopleform_roles(form, 0);
}

static bool new_user(struct cx *cx, const void *input, struct reply *reply)
{
    const struct new_in *in = input;
    struct form form;
    TRY(open_new(&form, cx));
    form_set(&form, "account", in->account);
    form_set(&form, "role_id", S("2"));
    return show_new(&form, reply);
}

static bool make(struct form *form, struct user *user)
{
    struct cx *cx = form->cx;
    bool was;
    if (!form_good(form) || !num_int(form_text(form, "role_id"), &user->role_id))
        return false;
    TRY(manage_create(cx, user, form_text(form, "password")));
    return !form_flag(form, "verified") || manage_verify(cx, user->id, &was);
}

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct new_in *in = input;
    struct user user = { .is_active = true, .auth_provider = S("password") };
    struct form form;
    TRY(open_new(&form, cx));
    form_read(&form, &in->form);
    TRY(peopleform_account(&form, &user.account_id));
    user.email = peopleform_email(&form);
    if (make(&form, &user))
        return desk_go(reply, DESK_PATH(cx, S("users"), user.id),
                       phrase_with(cx, W("{name} is a user now."),
                                   (const struct fill[]){ fill_text("name", user.email), { 0 } }));
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_new(&form, reply);
}

/* ---- another password ---- */

static const struct form_field PASSWORD[] = {
    { "password", FORM_PASSWORD, .label = W("New password"), .required = true, .max = 1000,
      .autocomplete = "new-password", .hint = PASSWORD_HINT },
    { "again", FORM_PASSWORD, .label = W("The same once more"), .required = true, .max = 1000,
      .autocomplete = "new-password" },
    { 0 },
};

struct one_in { struct str id; struct formdata form; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };
static const struct input POSTED_IN[] = {
    IN(PATH, T_TEXT, one_in, id), IN(FORM, T_WHOLE_FORM, one_in, form), { 0 },
};

static bool find(struct cx *cx, struct str id, struct member *out)
{
    bool found;
    TRY(member_find(cx, id, &found, out));
    return found || fail_detail(cx, E_NOT_FOUND, "User not found");
}

static bool show_password(struct form *form, const struct member *person, struct reply *reply)
{
    struct cx *cx = form->cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Set a password")));
    desk_crumb(&desk, phrase_of(cx, W("Users")), S("/admin/users"));
    desk_crumb(&desk, person->email, DESK_PATH(cx, S("users"), person->id));
    desk_notice(&desk, DESK_NOTE,
                phrase_of(cx, W("Every session of the user ends, and tokens given out before are"
                                " refused.")));
    desk_api(&desk, "PUT", str_fmt(cx->mem, "/api/v1/users/%.*s/password", STR_ARG(person->id)),
             S("{\"new_password\":\"…\"}"), S("client.users.setPassword(id, password)"));
    form->submit = W("Set the password");
    form->cancel = DESK_PATH(cx, S("users"), person->id);
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/edit.html");
}

static bool ask_password(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct member person;
    struct form form;
    TRY(find(cx, in->id, &person));
    form_init(&form, cx, PASSWORD);
    return show_password(&form, &person, reply);
}

static bool set_password(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct member person;
    struct form form;
    TRY(find(cx, in->id, &person));
    form_init(&form, cx, PASSWORD);
    form_read(&form, &in->form);
    if (form_good(&form) && !str_eq(form_text(&form, "password"), form_text(&form, "again")))
        form_fault(&form, "again", phrase_of(cx, W("The two passwords are not the same.")));
    if (form_good(&form) && manage_set_password(cx, person.id, form_text(&form, "password")))
        return desk_go(reply, DESK_PATH(cx, S("users"), person.id),
                       phrase_of(cx, W("The password is set; every session has ended.")));
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_password(&form, &person, reply);
}

/* Passwords are hashed: the handlers open their own transactions. */
#define PAGE .need = NEED_ADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pageusernew_routes[] = {
    { GET, "/admin/users/new", PAGE, INPUT(NEW_IN, new_in), .run = new_user,
      .title = "New user" },
    { POST, "/admin/users/new", PAGE, INPUT(CREATE_IN, new_in), .run = create, .alone = true,
      .title = "New user" },
    { GET, "/admin/users/{id}/password", PAGE, INPUT(ONE_IN, one_in), .run = ask_password,
      .title = "Set a user's password" },
    { POST, "/admin/users/{id}/password", PAGE, INPUT(POSTED_IN, one_in), .run = set_password,
      .alone = true, .title = "Set a user's password" },
    { 0 },
};
