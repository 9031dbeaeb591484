/* pageuseredit.c — page: changes somebody's address, role, status, groups and profile. */
#include "pageuseredit.h"

#include <inttypes.h>

#include "base/num.h"
#include "desk/peopleform.h"
#include "identity/manage.h"
#include "identity/member.h"

static const struct form_field FIELDS[] = {
    { "email", FORM_EMAIL, .label = W("E-mail address"), .required = true, .max = 320 },
    { "role_id", FORM_CHOICE, .label = W("Role"), .required = true },
    { "active", FORM_CHECK, .label = W("Active: may sign in") },
    { "groups", FORM_CHOICES, .label = W("Groups") },
    { "profile", FORM_CODE, .label = W("Profile"), .rows = 4,
      .hint = W("A JSON object, for whatever your application keeps of its users.") },
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

static bool is_named(const struct member *person, struct str group)
{
    for (size_t i = 0; i < person->groups.n; i++)
        if (str_eq(person->groups.at[i], group))
            return true;
    return false;
}

/* The groups of the account: names are unique in it. */
static bool groups_of(struct cx *cx, const struct member *person, struct group_page *out)
{
    return group_list(cx, &(struct group_query){
        .account_id = person->account_id, .sort = S("name"), .limit = PEOPLEFORM_GROUPS }, out);
}

static bool open_form(struct form *form, struct cx *cx, const struct member *person)
{
    struct group_page groups;
    size_t n = 0;
    TRY(groups_of(cx, person, &groups));
    struct str *ids = arena_list(cx->mem, struct str, groups.n);
    for (size_t i = 0; i < groups.n; i++)
        if (is_named(person, groups.at[i].name))
            ids[n++] = groups.at[i].id;
    form_init(form, cx, FIELDS);
    TRY(peopleform_roles(form, person->role_id));
    TRY(peopleform_groups(form, person->account_id));
    form_set(form, "email", person->email);
    form_set(form, "role_id", str_fmt(cx->mem, "%" PRId64, person->role_id));
    form_set_flag(form, "active", person->is_active);
    form_set_many(form, "groups", ids, n);
    form_set(form, "profile", person->profile_data);
    form_guard(form);
    form->cancel = DESK_PATH(cx, S("users"), person->id);
    return true;
}

static bool show_form(struct form *form, const struct member *person, struct reply *reply)
{
    struct cx *cx = form->cx;
    struct desk desk;
    desk_open(&desk, reply, "users", phrase_of(cx, W("Change the user")));
    desk_crumb(&desk, phrase_of(cx, W("Users")), S("/admin/users"));
    desk_crumb(&desk, person->email, DESK_PATH(cx, S("users"), person->id));
    desk_api(&desk, "PATCH", str_fmt(cx->mem, "/api/v1/users/%.*s", STR_ARG(person->id)),
             S("{\"email\":\"…\",\"role_id\":2,\"is_active\":true,\"profile_data\":{}}"),
             S("client.users.update(id, { email, role_id, is_active })"));
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/edit.html");
}

static bool is_chosen(const struct form *form, struct str id)
{
    const struct str *chosen;
    size_t n = form_many(form, "groups", &chosen);
    for (size_t i = 0; i < n; i++)
        if (str_eq(chosen[i], id))
            return true;
    return false;
}

static bool move(struct cx *cx, const struct form *form, const struct member *person)
{
    struct group_page groups;
    TRY(groups_of(cx, person, &groups));
    for (size_t i = 0; i < groups.n; i++) {
        bool was = is_named(person, groups.at[i].name), is = is_chosen(form, groups.at[i].id);
        if (is && !was)
            TRY(group_add(cx, &groups.at[i], person->id));
        if (was && !is)
            TRY(group_remove(cx, &groups.at[i], person->id));
    }
    return true;
}

static bool save(struct form *form, const struct member *person)
{
    struct cx *cx = form->cx;
    struct user_change to = { .email = peopleform_email(form), .is_active = form_flag(form,
                              "active"), .profile_data = peopleform_profile(form) };
    if (!form_good(form) || !num_int(form_text(form, "role_id"), &to.role_id))
        return false;
    if (str_eq(to.profile_data, person->profile_data))
        to.profile_data = NO_STR;
    return manage_change(cx, person->id, NO_STR, &to) && move(cx, form, person);
}

static bool edit(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct member person;
    struct form form;
    TRY(find(cx, in->id, &person));
    TRY(open_form(&form, cx, &person));
    return show_form(&form, &person, reply);
}

static bool change(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct member person;
    struct form form;
    TRY(find(cx, in->id, &person));
    TRY(open_form(&form, cx, &person));
    form_read(&form, &in->form);
    if (save(&form, &person))
        return desk_go(reply, DESK_PATH(cx, S("users"), person.id), phrase_of(cx, W("Saved.")));
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_form(&form, &person, reply);
}

#define PAGE .need = NEED_ADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pageuseredit_routes[] = {
    { GET, "/admin/users/{id}/edit", PAGE, INPUT(ONE_IN, one_in), .run = edit,
      .title = "Change a user" },
    { POST, "/admin/users/{id}/edit", PAGE, INPUT(POSTED_IN, one_in), .run = change,
      .title = "Change a user" },
    { 0 },
};
