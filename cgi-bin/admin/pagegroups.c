/* pagegroups.c — pages: the groups of an account, and who is in them. */
#include "pagegroups.h"

#include "desk/grid.h"
#include "desk/peopleform.h"
#include "identity/group.h"
#include "identity/member.h"
#include "identity/user.h"
#include "pagegoes.h"

enum { PROPOSED = 50 };
static const char HERE[] = "groups";

static struct str api_path(struct cx *cx, struct str id, const char *rest)
{
    return str_fmt(cx->mem, "/api/v1/groups/%.*s%s", STR_ARG(id), rest);
}

static struct str named(struct cx *cx, const char *english, struct str name)
{
    return phrase_with(cx, english, (const struct fill[]){ fill_text("name", name), { 0 } });
}

/* ---- the list ---- */

struct list_in { struct str search, sort; int64_t offset; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_TEXT, list_in, search), IN(QUERY, T_TEXT, list_in, sort),
    IN(QUERY, T_INT, list_in, offset, .least = 0, .most = 1000000000), { 0 },
};
static const struct form_field FILTER[] = {
    { "search", FORM_SEARCH, .label = W("Part of a name or description") }, { 0 },
};
static const struct grid_column COLUMNS[] = {
    { .label = W("Name"), .sort = "name" }, { .label = W("Description") },
    { .label = W("Account"), .kind = GRID_CODE }, { .label = W("Members"), .kind = GRID_NUMBER },
    { .label = W("Created"), .kind = GRID_TIME, .sort = "created_at" }, { 0 },
};

static void put_groups(struct desk *desk, const struct group_page *found, int64_t offset)
{
    struct cx *cx = desk->cx;
    struct grid grid;
    grid_init(&grid, desk, COLUMNS, W("Groups"));
    for (size_t i = 0; i < found->n; i++) {
        const struct group *group = &found->at[i];
        grid_row(&grid);
        grid_link(&grid, group->name, DESK_PATH(cx, S("groups"), group->id));
        grid_text(&grid, group->description);
        grid_text(&grid, group->account_code);
        grid_int(&grid, group->member_count);
        grid_time(&grid, group->created_at);
    }
    grid_empty(&grid, W("No group is like that."), W("New group"), S("/admin/groups/new"));
    grid_pages(&grid, offset, desk->rows, found->total);
    grid_put(&grid, "table");
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct group_page found;
    struct desk desk;
    struct form filter;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Groups")));
    TRY(group_list(cx, &(struct group_query){ .search = in->search, .sort = in->sort,
                                              .skip = in->offset, .limit = desk.rows }, &found));
    form_init(&filter, cx, FILTER);
    form_set(&filter, "search", in->search);
    filter.is_get = true;
    filter.submit = W("Search");
    form_put(&filter, &desk, "filter");
    desk_action(&desk, phrase_of(cx, W("New group")), S("/admin/groups/new"));
    desk_api(&desk, "GET", S("/api/v1/groups?page=1"), NO_STR, S("client.groups.list()"));
    put_groups(&desk, &found, in->offset);
    return desk_show(&desk, "admin/list.html");
}

/* ---- new, and edit ---- */

#define GROUP_FIELDS \
    { "name", FORM_TEXT, .label = W("Name"), .required = true, .max = GROUP_NAME_MOST, \
      .hint = W("Rules ask for it with @has_group(\"name\").") }, \
    { "description", FORM_AREA, .label = W("Description"), .max = GROUP_DESCRIPTION_MOST, \
      .rows = 3 }
static const struct form_field FIELDS[] = { GROUP_FIELDS, { 0 } };
static const struct form_field FIELDS_OF_ANY[] = { GROUP_FIELDS, PEOPLEFORM_ACCOUNT, { 0 } };

struct new_in { struct str account; struct formdata form; };
static const struct input NEW_IN[] = { IN(QUERY, T_TEXT, new_in, account), { 0 } };
static const struct input CREATE_IN[] = { IN(FORM, T_WHOLE_FORM, new_in, form), { 0 } };

static bool show_new(struct form *form, struct reply *reply)
{
    struct cx *cx = form->cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("New group")));
    desk_crumb(&desk, phrase_of(cx, W("Groups")), S("/admin/groups"));
    desk_api(&desk, "POST", S("/api/v1/groups"), S("{\"name\":\"…\",\"description\":\"…\"}"),
             S("client.groups.create({ name, description })"));
    form->once = true;
    form->submit = W("Create the group");
    form->cancel = S("/admin/groups");
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/edit.html");
}

static bool new_group(struct cx *cx, const void *input, struct reply *reply)
{
    const struct new_in *in = input;
    struct form form;
    form_init(&form, cx, peopleform_any(cx) ? FIELDS_OF_ANY : FIELDS);
    form_set(&form, "account", in->account);
    return show_new(&form, reply);
}

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct new_in *in = input;
    struct group group = { 0 };
    struct form form;
    form_init(&form, cx, peopleform_any(cx) ? FIELDS_OF_ANY : FIELDS);
    form_read(&form, &in->form);
    TRY(peopleform_account(&form, &group.account_id));
    group.name = form_text(&form, "name");
    group.description = form_text(&form, "description");
    if (form_good(&form) && group_open(cx, &group))
        return desk_go(reply, DESK_PATH(cx, S("groups"), group.id),
                       named(cx, W("The group {name} is there."), group.name));
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_new(&form, reply);
}

struct one_in { struct str id; int64_t offset; struct formdata form; };
static const struct input ONE_IN[] = {
    IN(PATH, T_TEXT, one_in, id),
    IN(QUERY, T_INT, one_in, offset, .least = 0, .most = 1000000000), { 0 },
};
static const struct input POSTED_IN[] = {
    IN(PATH, T_TEXT, one_in, id), IN(FORM, T_WHOLE_FORM, one_in, form), { 0 },
};

static void open_edit(struct form *form, struct cx *cx, const struct group *group)
{
    form_init(form, cx, FIELDS);
    form_set(form, "name", group->name);
    form_set(form, "description", group->description);
    form_guard(form);
    form->changed_at = group->updated_at;
    form->cancel = DESK_PATH(cx, S("groups"), group->id);
}

static void put_way(struct desk *desk, const struct group *group)
{
    desk_crumb(desk, phrase_of(desk->cx, W("Groups")), S("/admin/groups"));
    desk_crumb(desk, group->name, DESK_PATH(desk->cx, S("groups"), group->id));
}

static bool show_edit(struct form *form, const struct group *group, struct reply *reply)
{
    struct cx *cx = form->cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Change the group")));
    put_way(&desk, group);
    desk_api(&desk, "PATCH", api_path(cx, group->id, ""),
             S("{\"name\":\"…\",\"description\":\"…\"}"),
             S("client.groups.update(id, { name, description })"));
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/edit.html");
}

static bool edit(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct group group;
    struct form form;
    TRY(group_get(cx, in->id, &group));
    open_edit(&form, cx, &group);
    return show_edit(&form, &group, reply);
}

static bool change(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct group group, changed;
    struct form form;
    TRY(group_get(cx, in->id, &group));
    open_edit(&form, cx, &group);
    form_read(&form, &in->form);
    struct group_change to = { form_text(&form, "name"), form_text(&form, "description") };
    if (form_good(&form) && group_update(cx, group.id, &to, &changed))
        return desk_go(reply, DESK_PATH(cx, S("groups"), group.id), phrase_of(cx, W("Saved.")));
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_edit(&form, &group, reply);
}

/* ---- one, and its members ---- */

static const struct form_field MEMBER[] = {
    { "email", FORM_EMAIL, .label = W("E-mail address"), .required = true, .max = 320,
      .hint = W("Of somebody in the group's account.") }, { 0 },
};
static const struct grid_column MEMBERS[] = {
    { .label = W("E-mail address") }, { .label = W("Role") }, { .label = W("Status") },
    { .label = W("Last sign-in"), .kind = GRID_TIME }, { 0 },
};

static bool propose(struct form *form, const struct group *group)
{
    struct cx *cx = form->cx;
    struct members people;
    TRY(member_list(cx, &(struct member_query){
        .account_id = group->account_id, .role_id = MEMBER_ANY, .is_active = MEMBER_ANY,
        .sort = S("email"), .limit = PROPOSED }, &people));
    struct form_option *options = arena_list(cx->mem, struct form_option, people.n);
    for (size_t i = 0; i < people.n; i++)
        options[i] = (struct form_option){ people.at[i].email, people.at[i].email };
    form_options(form, "email", options, people.n);
    return true;
}

static bool put_members(struct desk *desk, const struct group *group, int64_t offset)
{
    struct cx *cx = desk->cx;
    struct members people;
    struct grid grid;
    TRY(member_list(cx, &(struct member_query){
        .account_id = group->account_id, .group_id = group->id, .role_id = MEMBER_ANY,
        .is_active = MEMBER_ANY, .sort = S("email"), .skip = offset, .limit = desk->rows },
        &people));
    grid_init(&grid, desk, MEMBERS, W("Members"));
    for (size_t i = 0; i < people.n; i++) {
        const struct member *person = &people.at[i];
        grid_row(&grid);
        grid_select(&grid, person->id, person->email);
        grid_link(&grid, person->email, DESK_PATH(cx, S("users"), person->id));
        grid_text(&grid, person->role);
        grid_badge(&grid, person->is_active ? GRID_GOOD : GRID_BAD,
                   person->is_active ? phrase_of(cx, W("Active")) : phrase_of(cx, W("Inactive")));
        grid_time(&grid, person->last_login);
    }
    grid_empty(&grid, W("Nobody is in this group yet."), NULL, NO_STR);
    grid_pages(&grid, offset, desk->rows, people.total);
    grid_put(&grid, "table");
    desk_put(desk, fill_flag("has_members", people.n > 0));
    return true;
}

static void put_facts(struct desk *desk, const struct group *group)
{
    struct cx *cx = desk->cx;
    struct fills_list buttons = { .mem = cx->mem };
    struct fills row = { .mem = cx->mem };
    desk_put(desk, fill_text("name", group->name));
    desk_put(desk, fill_text("description", group->description));
    desk_put(desk, fill_text("account_code", peopleform_any(cx) ? group->account_code : S("")));
    desk_put(desk, fill_text("id", group->id));
    desk_put(desk, fill_flag("is_standing", group_is_standing(group)));
    desk_time(&desk->values, "created_iso", "created_text", group->created_at);
    desk_time(&desk->values, "updated_iso", "updated_text", group->updated_at);
    desk_put(desk, fill_text("remove", DESK_PATH(cx, S("groups"), group->id, S("remove"))));
    fills_add(&row, fill_text("name", S("remove")));
    fills_add(&row, fill_text("value", S("chosen")));
    fills_add(&row, fill_text("label", phrase_of(cx, W("Take the chosen out of the group"))));
    fills_add(&row, fill_flag("danger", false));
    fills_add(&row, fill_text("href", S("")));
    fills_row(&buttons, &row);
    desk_put(desk, fills_rows("buttons", &buttons));
}

static bool show_group(struct form *form, const struct group *group, int64_t offset,
                       struct reply *reply)
{
    struct cx *cx = form->cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, group->name);
    desk_crumb(&desk, phrase_of(cx, W("Groups")), S("/admin/groups"));
    desk_action(&desk, phrase_of(cx, W("Edit")), DESK_PATH(cx, S("groups"), group->id, S("edit")));
    if (!group_is_standing(group))
        desk_action(&desk, phrase_of(cx, W("Delete")),
                    DESK_PATH(cx, S("groups"), group->id, S("delete")));
    desk_api(&desk, "GET", api_path(cx, group->id, ""), NO_STR, S("client.groups.get(id)"));
    desk_api(&desk, "POST", api_path(cx, group->id, "/users"), S("{\"user_id\":\"…\"}"),
             S("client.groups.addMember(id, userId)"));
    TRY(propose(form, group));
    form->submit = W("Put into the group");
    form_put(form, &desk, "form");
    put_facts(&desk, group);
    TRY(put_members(&desk, group, offset));
    return desk_show(&desk, "admin/group.html");
}

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct group group;
    struct form form;
    TRY(group_get(cx, in->id, &group));
    form_init(&form, cx, MEMBER);
    return show_group(&form, &group, in->offset, reply);
}

static bool find_person(struct form *form, const struct group *group, struct user *out)
{
    struct cx *cx = form->cx;
    bool found;
    TRY(user_by_email(cx, group->account_id, form_text(form, "email"), &found, out));
    if (!found)
        form_fault(form, "email", phrase_of(cx, W("Nobody in the account has this address.")));
    return true;
}

static bool add(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct group group;
    struct user person = { .id = NO_STR };
    struct form form;
    TRY(group_get(cx, in->id, &group));
    form_init(&form, cx, MEMBER);
    form_read(&form, &in->form);
    if (form_good(&form))
        TRY(find_person(&form, &group, &person));
    if (form_good(&form) && group_add(cx, &group, person.id))
        return desk_go(reply, DESK_PATH(cx, S("groups"), group.id),
                       named(cx, W("{name} is in the group."), person.email));
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_group(&form, &group, 0, reply);
}

static bool take_out(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct group group;
    struct str user_id;
    size_t at = 0;
    TRY(group_get(cx, in->id, &group));
    while (formdata_next(&in->form, "id", &at, &user_id))
        TRY(group_remove(cx, &group, user_id));
    return desk_go(reply, DESK_PATH(cx, S("groups"), group.id),
                   at > 0 ? phrase_of(cx, W("They are not in the group any more."))
                          : phrase_of(cx, W("Nobody was chosen.")));
}

/* ---- the end of one ---- */

static bool ask(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct consequences found;
    struct group group;
    TRY(group_get(cx, in->id, &group));
    TRY(consequences_group(cx, group.id, &found));
    struct confirm confirm = {
        .question = named(cx, W("Delete the group {name}?"), group.name),
        .about = phrase_of(cx, W("Its members stay.")), .button = W("Delete the group"),
        .back = DESK_PATH(cx, S("groups"), group.id) };
    pagegoes_put(cx, &confirm, &found);
    return confirm_show(&confirm, reply, HERE);
}

static bool remove_one(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct group group;
    TRY(group_get(cx, in->id, &group));
    TRY(group_delete(cx, group.id));
    return desk_go(reply, S("/admin/groups"),
                   named(cx, W("The group {name} is deleted."), group.name));
}

#define PAGE .need = NEED_ADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pagegroups_routes[] = {
    { GET, "/admin/groups", PAGE, INPUT(LIST_IN, list_in), .run = list, .title = "Groups" },
    { GET, "/admin/groups/new", PAGE, INPUT(NEW_IN, new_in), .run = new_group,
      .title = "New group" },
    { POST, "/admin/groups/new", PAGE, INPUT(CREATE_IN, new_in), .run = create,
      .title = "New group" },
    { GET, "/admin/groups/{id}", PAGE, INPUT(ONE_IN, one_in), .run = show, .title = "A group" },
    { POST, "/admin/groups/{id}", PAGE, INPUT(POSTED_IN, one_in), .run = add,
      .title = "Put somebody into a group" },
    { POST, "/admin/groups/{id}/remove", PAGE, INPUT(POSTED_IN, one_in), .run = take_out,
      .title = "Take people out of a group" },
    { GET, "/admin/groups/{id}/edit", PAGE, INPUT(ONE_IN, one_in), .run = edit,
      .title = "Change a group" },
    { POST, "/admin/groups/{id}/edit", PAGE, INPUT(POSTED_IN, one_in), .run = change,
      .title = "Change a group" },
    { GET, "/admin/groups/{id}/delete", PAGE, INPUT(ONE_IN, one_in), .run = ask,
      .title = "Delete a group?" },
    { POST, "/admin/groups/{id}/delete", PAGE, INPUT(POSTED_IN, one_in), .run = remove_one,
      .title = "Delete a group" },
    { 0 },
};
