/* pageroles.c — pages: the roles there are, made, changed and deleted. */
#include "pageroles.h"

#include <inttypes.h>

#include "desk/form.h"
#include "desk/grid.h"
#include "identity/role.h"
#include "pagegoes.h"

static const char HERE[] = "roles";

static struct str page_of(struct cx *cx, int64_t id, const char *rest)
{
    return str_fmt(cx->mem, "/admin/roles/%" PRId64 "%s", id, rest);
}

/* ---- the list ---- */

static bool list(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    static const struct grid_column COLUMNS[] = {
        { .label = W("Name") }, { .label = W("Description") },
        { .label = W("Created"), .kind = GRID_TIME }, { .label = W("Changed"), .kind = GRID_TIME },
        { .label = W("Details") }, { 0 },
    };
    struct role_list roles;
    struct grid grid;
    struct desk desk;
    TRY(role_all(cx, &roles));
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Roles")));
    desk_action(&desk, phrase_of(cx, W("New role")), S("/admin/roles/new"));
    desk_action(&desk, phrase_of(cx, W("Permissions of all roles")), S("/admin/permissions"));
    desk_api(&desk, "GET", S("/api/v1/roles"), NO_STR, S("client.roles.list()"));
    grid_init(&grid, &desk, COLUMNS, W("Roles"));
    for (size_t i = 0; i < roles.n; i++) {
        const struct role *role = &roles.at[i];
        grid_row(&grid);
        grid_link(&grid, role->name, page_of(cx, role->id, ""));
        grid_text(&grid, role->description);
        grid_time(&grid, role->created_at);
        grid_time(&grid, role->updated_at);
        grid_link(&grid, phrase_of(cx, W("Edit")), page_of(cx, role->id, "/edit"));
    }
    grid_put(&grid, "table");
    desk_put(&desk, fills_rows("filter", &(struct fills_list){ .mem = cx->mem }));
    return desk_show(&desk, "admin/list.html");
}

/* ---- new, and edit ---- */

static const struct form_field FIELDS[] = {
    { "name", FORM_TEXT, .label = W("Name"), .required = true, .max = ROLE_NAME_MOST,
      .hint = W("Rules ask for it with @has_role(\"name\"). The roles admin and user keep their"
                " names.") },
    { "description", FORM_TEXT, .label = W("Description"), .max = ROLE_DESCRIPTION_MOST }, { 0 },
};
struct one_in { int64_t id; struct formdata form; };
static const struct input ONE_IN[] = { IN(PATH, T_INT, one_in, id), { 0 } };
static const struct input POSTED_IN[] = {
    IN(PATH, T_INT, one_in, id), IN(FORM, T_WHOLE_FORM, one_in, form), { 0 },
};
static const struct input CREATE_IN[] = { IN(FORM, T_WHOLE_FORM, one_in, form), { 0 } };

static bool show_new(struct form *form, struct reply *reply)
{
    struct cx *cx = form->cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("New role")));
    desk_crumb(&desk, phrase_of(cx, W("Roles")), S("/admin/roles"));
    desk_api(&desk, "POST", S("/api/v1/roles"), S("{\"name\":\"…\",\"description\":\"…\"}"),
             S("client.roles.create({ name, description })"));
    form->once = true;
    form->submit = W("Create the role");
    form->cancel = S("/admin/roles");
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/edit.html");
}

static bool new_role(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct form form;
    form_init(&form, cx, FIELDS);
    return show_new(&form, reply);
}

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct role role = { 0 };
    struct form form;
    form_init(&form, cx, FIELDS);
    form_read(&form, &in->form);
    role.name = form_text(&form, "name");
    role.description = form_text(&form, "description");
    if (form_good(&form) && role_create(cx, &role))
        return desk_go(reply, page_of(cx, role.id, ""),
                       phrase_of(cx, W("The role is there. Now say what it may do.")));
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_new(&form, reply);
}

static void open_edit(struct form *form, struct cx *cx, const struct role *role)
{
    form_init(form, cx, FIELDS);
    form_set(form, "name", role->name);
    form_set(form, "description", role->description);
    form_guard(form);
    form->changed_at = role->updated_at;
    form->cancel = page_of(cx, role->id, "");
}

static bool show_edit(struct form *form, const struct role *role, struct reply *reply)
{
    struct cx *cx = form->cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Change the role")));
    desk_crumb(&desk, phrase_of(cx, W("Roles")), S("/admin/roles"));
    desk_crumb(&desk, role->name, page_of(cx, role->id, ""));
    desk_action(&desk, phrase_of(cx, W("Delete")), page_of(cx, role->id, "/delete"));
    desk_api(&desk, "PUT", str_fmt(cx->mem, "/api/v1/roles/%" PRId64, role->id),
             S("{\"name\":\"…\",\"description\":\"…\"}"),
             S("client.roles.update(id, { name, description })"));
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/edit.html");
}

static bool edit(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct role role;
    struct form form;
    TRY(role_get(cx, in->id, &role));
    open_edit(&form, cx, &role);
    return show_edit(&form, &role, reply);
}

static bool change(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct role role, changed;
    struct form form;
    TRY(role_get(cx, in->id, &role));
    open_edit(&form, cx, &role);
    form_read(&form, &in->form);
    struct role_change to = { .name = form_text(&form, "name"),
                              .description = form_text(&form, "description") };
    if (form_good(&form) && role_update(cx, role.id, &to, &changed))
        return desk_go(reply, page_of(cx, role.id, ""), phrase_of(cx, W("Saved.")));
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_edit(&form, &role, reply);
}

/* ---- the end of one ---- */

static bool show_question(struct cx *cx, int64_t id, struct reply *reply)
{
    struct consequences found;
    struct role role;
    TRY(role_get(cx, id, &role));
    TRY(consequences_role(cx, role.id, &found));
    struct confirm confirm = {
        .question = phrase_with(cx, W("Delete the role {name}?"),
                                (const struct fill[]){ fill_text("name", role.name), { 0 } }),
        .about = phrase_of(cx, W("Its permissions go with it.")), .button = W("Delete the role"),
        .back = page_of(cx, role.id, "") };
    pagegoes_put(cx, &confirm, &found);
    return confirm_show(&confirm, reply, HERE);
}

static bool ask(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    return show_question(cx, in->id, reply);
}

/* Refused: the page again, which by then says why. */
static bool remove_one(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    if (role_delete(cx, in->id))
        return desk_go(reply, S("/admin/roles"), phrase_of(cx, W("The role is deleted.")));
    if (cx->err.kind != E_CONFLICT && cx->err.kind != E_UNPROCESSABLE)
        return false;
    reply_status(reply, cx->err.kind == E_CONFLICT ? 409 : 422);
    fail_forget(cx);
    return show_question(cx, in->id, reply);
}

#define PAGE .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pageroles_routes[] = {
    { GET, "/admin/roles", PAGE, .run = list, .title = "Roles" },
    { GET, "/admin/roles/new", PAGE, .run = new_role, .title = "New role" },
    { POST, "/admin/roles/new", PAGE, INPUT(CREATE_IN, one_in), .run = create,
      .title = "New role" },
    { GET, "/admin/roles/{id}/edit", PAGE, INPUT(ONE_IN, one_in), .run = edit,
      .title = "Change a role" },
    { POST, "/admin/roles/{id}/edit", PAGE, INPUT(POSTED_IN, one_in), .run = change,
      .title = "Change a role" },
    { GET, "/admin/roles/{id}/delete", PAGE, INPUT(ONE_IN, one_in), .run = ask,
      .title = "Delete a role?" },
    { POST, "/admin/roles/{id}/delete", PAGE, INPUT(POSTED_IN, one_in), .run = remove_one,
      .title = "Delete a role" },
    { 0 },
};
