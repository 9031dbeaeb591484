/* pagecodelists.c — lists of codes: which there are, made, changed, brought, deleted. */
#include "pagecodelists.h"

#include "app/consequences.h"
#include "codelists/codelistpackage.h"
#include "desk/form.h"
#include "desk/grid.h"
#include "pagegoes.h"

bool pagecodelists_keeps(const struct cx *cx, const struct codelist *list)
{
    return cx->who->is_superadmin || !list->is_system;
}

/* ---- GET /admin/codelists ---- */

static const struct form_field FILTERS[] = {
    { "scope", FORM_CHOICE, .label = W("Whose") }, { "active", FORM_CHECK,
      .label = W("only active ones") }, { 0 },
};
static const struct grid_column COLUMNS[] = {
    { .label = W("Code") }, { .label = W("Name") }, { .label = W("Whose") },
    { .label = W("Accounts may add values") }, { .label = W("State") },
    { .label = W("Version") }, { .label = W("Changed"), .kind = GRID_TIME }, { 0 },
};

static struct str whose_text(struct cx *cx, bool is_system)
{
    return is_system ? phrase_of(cx, W("everybody's")) : phrase_of(cx, W("the account's own"));
}

static void open_filters(struct cx *cx, const struct formdata *sent, struct form *form)
{
    struct form_option *options = arena_list(cx->mem, struct form_option, 3);
    options[0] = (struct form_option){ S(""), phrase_of(cx, W("Any")) };
    options[1] = (struct form_option){ S("system"), whose_text(cx, true) };
    options[2] = (struct form_option){ S("account"), whose_text(cx, false) };
    form_init(form, cx, FILTERS);
    form_options(form, "scope", options, 3);
    form->is_get = true;
    form->submit = W("Filter");
    form_read(form, sent);
}

static void put_list(struct grid *grid, const struct codelist *list)
{
    struct cx *cx = grid->desk->cx;
    grid_row(grid);
    grid_link(grid, list->code, DESK_PATH(cx, S("codelists"), list->code));
    grid_text(grid, list->name);
    grid_text(grid, whose_text(cx, list->is_system));
    grid_yes(grid, list->is_extensible);
    grid_badge(grid, list->is_active ? GRID_GOOD : GRID_WARNING,
               phrase_of(cx, list->is_active ? W("active") : W("inactive")));
    grid_text(grid, list->version);
    grid_time(grid, list->updated_at);
}

struct list_in { struct str query; int64_t offset; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_WHOLE_QUERY, list_in, query),
    IN(QUERY, T_INT, list_in, offset, .least = 0, .most = INT32_MAX), { 0 },
};

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct codelists found = { NULL, 0 };
    struct formdata sent;
    struct desk desk;
    struct form form;
    struct grid grid;
    desk_open(&desk, reply, "codelists", phrase_of(cx, W("Code lists")));
    desk_action(&desk, phrase_of(cx, W("Make a list")), S("/admin/codelists/new"));
    if (cx->who->is_superadmin)
        desk_action(&desk, phrase_of(cx, W("Import")), S("/admin/codelists/import"));
    TRY(formdata_read(cx, in->query, "query", &sent));
    open_filters(cx, &sent, &form);
    struct str scope = form_text(&form, "scope");
    if (form_good(&form))
        TRY(codelist_list(cx, scope.n > 0 ? scope : NO_STR, form_flag(&form, "active"), &found));
    grid_init(&grid, &desk, COLUMNS, W("Code lists"));
    for (int64_t i = in->offset; i < (int64_t)found.n && i < in->offset + desk.rows; i++)
        put_list(&grid, &found.at[i]);
    grid_empty(&grid, W("There is no such list yet."), W("Make a list"),
               S("/admin/codelists/new"));
    grid_pages(&grid, in->offset, desk.rows, (int64_t)found.n);
    grid_put(&grid, "table");
    reply_status(reply, form_status(&form));
    form_put(&form, &desk, "form");
    desk_api(&desk, "GET", S("/api/v1/codelists"), NO_STR, S("client.codelists.list()"));
    return desk_show(&desk, "admin/codelists/list.html");
}

/* ---- the form of a list ---- */

#define LIST_FIELDS                                                                                \
    { "name", FORM_TEXT, .label = W("Name"), .required = true, .max = CODELIST_NAME_MOST },        \
    { "description", FORM_TEXT, .label = W("Description") },                                       \
    { "definition", FORM_AREA, .label = W("Definition"), .rows = 3, .max = 10000 },                \
    { "external_code", FORM_TEXT, .label = W("Code elsewhere") },                                  \
    { "version", FORM_TEXT, .label = W("Version") },                                               \
    { "is_extensible", FORM_CHECK, .label = W("Accounts may add values of their own") },           \
    { "is_active", FORM_CHECK, .label = W("Active") }
static const struct form_field CHANGED[] = { LIST_FIELDS, { 0 } };
static const struct form_field MADE[] = {
    { "code", FORM_TEXT, .label = W("Code"), .required = true, .max = CODELIST_CODE_MOST,
      .hint = W("Small letters, digits and _; it begins with a letter and stays as it is.") },
    LIST_FIELDS, { 0 },
};

static void put_call(struct desk *desk, const char *method, struct str code)
{
    desk_api(desk, method, str_fmt(desk->cx->mem, "/api/v1/codelists%s%.*s", code.n > 0 ? "/" : "",
                                   STR_ARG(code)),
             S("{\"code\":\"colours\",\"name\":\"Colours\"}"), NO_STR);
}

static bool show_form(struct desk *desk, struct form *form)
{
    desk_crumb(desk, phrase_of(desk->cx, W("Code lists")), S("/admin/codelists"));
    reply_status(desk->reply, form_status(form));
    form_put(form, desk, "form");
    return desk_show(desk, "admin/codelists/form.html");
}

static bool new_page(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct desk desk;
    struct form form;
    desk_open(&desk, reply, "codelists", phrase_of(cx, W("Make a list")));
    form_init(&form, cx, MADE);
    form_set_flag(&form, "is_active", true);
    form.once = true;
    form.cancel = S("/admin/codelists");
    put_call(&desk, "POST", NO_STR);
    return show_form(&desk, &form);
}

struct form_in { struct str code; struct formdata form; };
static const struct input NEW_IN[] = { IN(FORM, T_WHOLE_FORM, form_in, form), { 0 } };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, form_in, code), { 0 } };
static const struct input POST_IN[] = {
    IN(PATH, T_TEXT, form_in, code), IN(FORM, T_WHOLE_FORM, form_in, form), { 0 },
};

static struct str filled(struct form *form, const char *name)
{
    struct str text = form_text(form, name);
    return text.n > 0 ? text : NO_STR;
}

/* A superadmin's list is everybody's. */
static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct form_in *in = input;
    struct desk desk;
    struct form form;
    desk_open(&desk, reply, "codelists", phrase_of(cx, W("Make a list")));
    form_init(&form, cx, MADE);
    form.once = true;
    form.cancel = S("/admin/codelists");
    form_read(&form, &in->form);
    struct codelist made = {
        .code = form_text(&form, "code"), .name = form_text(&form, "name"),
        .description = filled(&form, "description"), .definition = filled(&form, "definition"),
        .external_code = filled(&form, "external_code"), .version = filled(&form, "version"),
        .scope = cx->who->is_superadmin ? S("system") : S("account"),
        .is_extensible = form_flag(&form, "is_extensible"),
        .is_active = form_flag(&form, "is_active") };
    if (form_good(&form) && codelist_create(cx, &made))
        return desk_go(reply, DESK_PATH(cx, S("codelists"), made.code),
                       phrase_of(cx, W("The list is made. Give it values.")));
    TRY(form_take(&form));
    put_call(&desk, "POST", NO_STR);
    return show_form(&desk, &form);
}

static void open_change(struct cx *cx, const struct codelist *list, struct form *form)
{
    form_init(form, cx, CHANGED);
    form_set(form, "name", list->name);
    form_set(form, "description", list->description);
    form_set(form, "definition", list->definition);
    form_set(form, "external_code", list->external_code);
    form_set(form, "version", list->version);
    form_set_flag(form, "is_extensible", list->is_extensible);
    form_set_flag(form, "is_active", list->is_active);
    form->cancel = DESK_PATH(cx, S("codelists"), list->code);
    form->changed_at = list->updated_at;
    form_guard(form);
}

static void open_one(struct desk *desk, struct reply *reply, const struct codelist *list)
{
    struct cx *cx = reply->cx;
    desk_open(desk, reply, "codelists", phrase_with(cx, W("Change {name}"),
              (const struct fill[]){ fill_text("name", list->name), { 0 } }));
    put_call(desk, "PATCH", list->code);
}

static bool edit(struct cx *cx, const void *input, struct reply *reply)
{
    const struct form_in *in = input;
    struct codelist list;
    struct desk desk;
    struct form form;
    TRY(codelist_find(cx, in->code, cx->who->account_id, &list));
    TRY(codelist_allowed(cx, list.is_system, "update system codelists"));
    open_one(&desk, reply, &list);
    open_change(cx, &list, &form);
    return show_form(&desk, &form);
}

static bool change(struct cx *cx, const void *input, struct reply *reply)
{
    const struct form_in *in = input;
    struct codelist list;
    struct desk desk;
    struct form form;
    TRY(codelist_take(cx, in->code, cx->who->account_id, &list));
    TRY(codelist_allowed(cx, list.is_system, "update system codelists"));
    open_one(&desk, reply, &list);
    open_change(cx, &list, &form);
    form_read(&form, &in->form);
    struct codelist_change to = {
        .name = form_text(&form, "name"), .description = form_text(&form, "description"),
        .definition = form_text(&form, "definition"),
        .external_code = form_text(&form, "external_code"),
        .version = form_text(&form, "version"), .is_extensible = form_flag(&form, "is_extensible"),
        .is_active = form_flag(&form, "is_active") };
    if (form_good(&form) && codelist_update(cx, &list, &to))
        return desk_go(reply, DESK_PATH(cx, S("codelists"), list.code),
                       phrase_of(cx, W("The list is changed.")));
    TRY(form_take(&form));
    return show_form(&desk, &form);
}

/* ---- deleting ---- */

static bool ask_delete(struct cx *cx, const void *input, struct reply *reply)
{
    const struct form_in *in = input;
    struct consequences found;
    struct codelist list;
    TRY(codelist_find(cx, in->code, cx->who->account_id, &list));
    TRY(consequences_codelist(cx, &list, true, &found));
    struct confirm confirm = {
        .question = phrase_with(cx, W("Delete the list {name}?"), (const struct fill[]){
            fill_text("name", list.name), { 0 } }),
        .about = phrase_of(cx, W("To keep its values for the records that have them, make it"
                                 " inactive instead.")),
        .button = W("Delete the list"), .back = DESK_PATH(cx, S("codelists"), list.code) };
    pagegoes_put(cx, &confirm, &found);
    return confirm_show(&confirm, reply, "codelists");
}

static bool delete(struct cx *cx, const void *input, struct reply *reply)
{
    const struct form_in *in = input;
    struct codelist list;
    TRY(codelist_take(cx, in->code, cx->who->account_id, &list));
    TRY(codelist_delete(cx, &list, true));
    return desk_go(reply, S("/admin/codelists"), phrase_of(cx, W("The list is deleted.")));
}

/* ---- to take home, and to bring ---- */

static bool export(struct cx *cx, const void *input, struct reply *reply)
{
    const struct form_in *in = input;
    struct codelist list;
    TRY(codelist_find(cx, in->code, cx->who->account_id, &list));
    TRY(codelistpackage_write(cx, &list, reply_js(reply)));
    reply_header(reply, "Content-Disposition",
                 str_fmt(cx->mem, "attachment; filename=codelist_%.*s.json", STR_ARG(list.code)));
    return true;
}

static const struct form_field PACKAGE[] = {
    { "package", FORM_CODE, .label = W("Package"), .required = true, .rows = 16,
      .hint = W("JSON as an export gives it. What is there already changes, nothing is taken"
                " away; all of it or nothing.") },
    { 0 },
};

static void open_import(struct desk *desk, struct form *form, struct reply *reply)
{
    desk_open(desk, reply, "codelists", phrase_of(reply->cx, W("Import a code list")));
    desk_api(desk, "POST", S("/api/v1/codelists/import"), S("{\"package\":{…}}"), NO_STR);
    form_init(form, reply->cx, PACKAGE);
    form->submit = W("Import");
    form->cancel = S("/admin/codelists");
}

static bool import_page(struct cx *cx UNUSED, const void *input UNUSED, struct reply *reply)
{
    struct desk desk;
    struct form form;
    open_import(&desk, &form, reply);
    return show_form(&desk, &form);
}

/* An export holds the package as it is; what the API is sent has it as a member. */
static bool read_package(struct form *form, struct jv *package)
{
    struct cx *cx = form->cx;
    struct jv_fault fault;
    if (!jv_parse(cx, form_text(form, "package"), package, &fault)
        || package->kind != JV_OBJECT) {
        fail_forget(cx);
        form_fault(form, "package", phrase_of(cx, W("This is no JSON object.")));
        return false;
    }
    if (jv_get(*package, S("package")).kind == JV_OBJECT)
        *package = jv_get(*package, S("package"));
    return true;
}

static bool import(struct cx *cx, const void *input, struct reply *reply)
{
    const struct form_in *in = input;
    struct codelist made;
    struct jv package;
    struct desk desk;
    struct form form;
    open_import(&desk, &form, reply);
    form_read(&form, &in->form);
    if (form_good(&form) && read_package(&form, &package)
        && codelistpackage_import(cx, package, S("[\"body\",\"package\""), &made))
        return desk_go(reply, DESK_PATH(cx, S("codelists"), made.code),
                       phrase_of(cx, W("The list is imported.")));
    TRY(form_take(&form));
    return show_form(&desk, &form);
}

#define PAGE(verb, path, ...) { verb, path, .need = NEED_ADMIN, .errors = SHAPE_PAGE,              \
    .hidden = true, __VA_ARGS__ }
const struct route pagecodelists_routes[] = {
    PAGE(GET, "/admin/codelists", INPUT(LIST_IN, list_in), .run = list, .title = "Code lists"),
    PAGE(GET, "/admin/codelists/new", .run = new_page, .title = "Make a code list"),
    PAGE(POST, "/admin/codelists/new", INPUT(NEW_IN, form_in), .run = create,
         .title = "Make a code list"),
    PAGE(GET, "/admin/codelists/{code}/edit", INPUT(ONE_IN, form_in), .run = edit,
         .title = "Change a code list"),
    PAGE(POST, "/admin/codelists/{code}/edit", INPUT(POST_IN, form_in), .run = change,
         .title = "Change a code list"),
    PAGE(GET, "/admin/codelists/{code}/export", INPUT(ONE_IN, form_in), .run = export,
         .title = "A code list as a package"),
    PAGE(GET, "/admin/codelists/{code}/delete", INPUT(ONE_IN, form_in), .run = ask_delete,
         .title = "Before a code list is deleted"),
    PAGE(POST, "/admin/codelists/{code}/delete", INPUT(POST_IN, form_in), .run = delete,
         .title = "Delete a code list"),
    { GET, "/admin/codelists/import", .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE,
      .run = import_page, .hidden = true, .title = "Import a code list" },
    { POST, "/admin/codelists/import", .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE,
      INPUT(NEW_IN, form_in), .run = import, .alone = true, .hidden = true,
      .title = "Import a code list" },
    { 0 },
};
