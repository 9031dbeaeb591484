/* pagemacros.c — what rules may call: what is built in, and SQL that superadmins store. */
#include "pagemacros.h"

#include "app/consequences.h"
#include "data/macrobook.h"
#include "data/storedmacro.h"
#include "desk/form.h"
#include "desk/grid.h"
#include "identity/account.h"
#include "pagegoes.h"
#include "pageruletry.h"

enum { ARGUMENTS_MOST = 32 };

/* ---- GET /admin/macros ---- */

static const struct { const char *call, *about; } BUILT_IN[] = {
    { "@has_role(\"admin\")", W("Who asks has that role.") },
    { "@has_group(\"sales\")", W("Who asks is in that group.") },
    { "@owns_record()", W("Who asks created the record.") },
    { "@owns_record(author)", W("The field holds the id of who asks.") },
    { "@is_creator()", W("Who asks created the record.") },
    { "@is_public()", W("The record's field public is true.") },
    { "@in_time_range(9, 17)", W("It is between those hours, UTC; 22, 6 goes over midnight.") },
    { "@has_permission(\"delete\", \"posts\")", W("The role of who asks may do that there.") },
};
static const struct grid_column BUILT_IN_COLUMNS[] = {
    { .label = W("Call"), .kind = GRID_CODE }, { .label = W("True when") }, { 0 },
};
static const struct grid_column COLUMNS[] = {
    { .label = W("Name") }, { .label = W("Parameters"), .kind = GRID_CODE },
    { .label = W("Description") }, { .label = W("Changed"), .kind = GRID_TIME }, { 0 },
};

static struct str id_text(struct cx *cx, int64_t id)
{
    return str_fmt(cx->mem, "%lld", (long long)id);
}

static void put_built_in(struct desk *desk)
{
    struct grid grid;
    grid_init(&grid, desk, BUILT_IN_COLUMNS, W("Built-in macros"));
    for (size_t i = 0; i < COUNT(BUILT_IN); i++) {
        grid_row(&grid);
        grid_text(&grid, str_of(BUILT_IN[i].call));
        grid_text(&grid, phrase_of(desk->cx, BUILT_IN[i].about));
    }
    grid_put(&grid, "built_in");
}

struct list_in { int64_t offset; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_INT, list_in, offset, .least = 0, .most = INT32_MAX), { 0 },
};

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct storedmacro_list found;
    struct desk desk;
    struct grid grid;
    desk_open(&desk, reply, "macros", phrase_of(cx, W("Macros")));
    desk_action(&desk, phrase_of(cx, W("Write a macro")), S("/admin/macros/new"));
    TRY(storedmacro_list(cx, in->offset, desk.rows, &found));
    grid_init(&grid, &desk, COLUMNS, W("Stored macros"));
    for (size_t i = 0; i < found.n; i++) {
        const struct storedmacro *m = &found.at[i];
        grid_row(&grid);
        grid_link(&grid, str_fmt(cx->mem, "@%.*s", STR_ARG(m->name)),
                  DESK_PATH(cx, S("macros"), id_text(cx, m->id)));
        grid_text(&grid, pageruletry_list(cx, str_eq(m->parameters, S("[]")) ? S("[\"\"]")
                                                                            : m->parameters));
        grid_text(&grid, m->description);
        grid_time(&grid, m->updated_at);
    }
    grid_empty(&grid, W("No macro is stored yet. A macro is a question to the database that rules"
                        " may ask by its name."), W("Write a macro"), S("/admin/macros/new"));
    grid_pages(&grid, in->offset, desk.rows, -1);
    grid_put(&grid, "table");
    put_built_in(&desk);
    desk_api(&desk, "GET", S("/api/v1/macros"), NO_STR, S("client.macros.list()"));
    return desk_show(&desk, "admin/macros/list.html");
}

/* ---- the form of a macro ---- */

static const struct form_field FIELDS[] = {
    { "name", FORM_TEXT, .label = W("Name"), .required = true, .max = 255,
      .hint = W("Letters, digits and _; rules call it with @ before it.") },
    { "description", FORM_TEXT, .label = W("Description"), .max = 1000 },
    { "parameters", FORM_TEXT, .label = W("Parameters"), .max = 2000,
      .hint = W("Their names in the order of the arguments, with commas between them.") },
    { "sql_query", FORM_CODE, .label = W("SQL"), .required = true, .rows = 8, .max = 65536 },
    { 0 },
};

static struct jv texts_of(struct cx *cx, struct str json)
{
    struct jv list = { .kind = JV_ABSENT };
    struct jv_fault fault;
    if (!jv_parse(cx, json, &list, &fault))
        fail_forget(cx);
    return list;
}

static void open_form(struct cx *cx, struct form *form, const struct storedmacro *macro)
{
    form_init(form, cx, FIELDS);
    if (macro == NULL) {
        form->once = true;
        return;
    }
    form_set(form, "name", macro->name);
    form_set(form, "description", macro->description);
    form_set(form, "sql_query", macro->sql_query);
    if (jv_count(texts_of(cx, macro->parameters)) > 0)
        form_set(form, "parameters", pageruletry_list(cx, macro->parameters));
    form->changed_at = macro->updated_at;
    form_guard(form);
}

static struct str parameters_typed(struct form *form)
{
    struct str json = pageruletry_store(form->cx, form_text(form, "parameters"));
    if (!str_eq(json, S("*")))
        return json;
    form_fault(form, "parameters", phrase_of(form->cx, W("These are no names.")));
    return S("[]");
}

static struct storedmacro_wish wish_of(struct form *form)
{
    return (struct storedmacro_wish){
        .name = form_text(form, "name"), .description = form_text(form, "description"),
        .sql_query = form_text(form, "sql_query"),
        .parameters = texts_of(form->cx, parameters_typed(form)) };
}

/* As a rule would get it: what is wrong goes to the form. */
static bool check(struct desk *desk, struct form *form)
{
    struct cx *cx = form->cx;
    struct rule_macro macro;
    struct str parameters = parameters_typed(form);
    if (!form_good(form))
        return true;
    TRY(macrobook_read(cx, cx->mem, form_text(form, "name"), form_text(form, "sql_query"),
                       parameters, &macro));
    if (str_absent(macro.fault))
        desk_notice(desk, DESK_GOOD, phrase_of(cx, W("The macro reads and the database takes it."
                                                     " Nothing was saved.")));
    else
        form_fault(form, "sql_query", phrase_message(cx, macro.fault));
    return true;
}

/* ---- the pages of one ---- */

struct arguments { struct form form; struct form_field *fields; size_t n; };

static void open_arguments(struct cx *cx, const struct storedmacro *macro, struct arguments *out)
{
    struct jv names = texts_of(cx, macro->parameters);
    out->n = jv_count(names) < ARGUMENTS_MOST ? jv_count(names) : ARGUMENTS_MOST;
    out->fields = arena_list(cx->mem, struct form_field, out->n + 2);
    for (size_t i = 0; i < out->n; i++)
        out->fields[i] = (struct form_field){
            .name = str_fmt(cx->mem, "p%zu", i).p, .kind = FORM_TEXT, .verbatim = true,
            .label = str_c(cx->mem, jv_text(jv_at(names, i))) };
    out->fields[out->n] = (struct form_field){
        .name = "account", .kind = FORM_TEXT, .label = W("Account"),
        .hint = W("Whose rows it sees: a code, slug or id; empty: those of all accounts.") };
    form_init(&out->form, cx, out->fields);
    out->form.prefix = "try";
    out->form.submit = W("Try");
}

static void put_uses(struct desk *desk, const struct macrobook_uses *uses)
{
    struct cx *cx = desk->cx;
    struct fills_list rows = { .mem = cx->mem };
    for (size_t i = 0; i < MACROBOOK_SOME && (int64_t)i < uses->collections; i++) {
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_text("text", uses->some_collections[i]));
        fills_add(&row, fill_text("href", DESK_PATH(cx, S("rules"), uses->some_collections[i])));
        fills_row(&rows, &row);
    }
    for (size_t i = 0; i < MACROBOOK_SOME && (int64_t)i < uses->permissions; i++) {
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_text("text", uses->some_permissions[i]));
        fills_add(&row, fill_text("href", S("/admin/roles")));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("uses", &rows));
    desk_put(desk, fill_text("used", phrase_with(cx, W("Collections: {collections}, permissions of"
        " roles: {permissions}"), (const struct fill[]){
            fill_int("collections", uses->collections),
            fill_int("permissions", uses->permissions), { 0 } })));
}

static bool show_page(struct desk *desk, struct form *form, struct arguments *arguments,
                      const struct storedmacro *macro)
{
    struct cx *cx = desk->cx;
    struct fills_list none = { .mem = cx->mem };
    struct macrobook_uses uses = { 0 };
    desk_crumb(desk, phrase_of(cx, W("Macros")), S("/admin/macros"));
    form->cancel = S("/admin/macros");
    if (arguments != NULL) {
        struct str id = id_text(cx, macro->id);
        arguments->form.action = DESK_PATH(cx, S("macros"), id, S("try"));
        arguments->form.action = str_fmt(cx->mem, "%.*s%.*s", STR_ARG(cx->set->base_path),
                                         STR_ARG(arguments->form.action));
        desk_action(desk, phrase_of(cx, W("Delete")),
                    DESK_PATH(cx, S("macros"), id, S("delete")));
        form_put(&arguments->form, desk, "arguments");
        TRY(macrobook_uses(cx, macro->name, &uses));
    }
    form_put(form, desk, "form");
    put_uses(desk, &uses);
    desk_put(desk, fill_flag("is_stored", arguments != NULL));
    desk_put(desk, fills_rows("arguments", &none));         /* of two, the first counts */
    desk_put(desk, fills_rows("result", &none));
    desk_api(desk, arguments == NULL ? "POST" : "PUT", arguments == NULL ? S("/api/v1/macros")
             : str_fmt(cx->mem, "/api/v1/macros/%lld", (long long)macro->id),
             S("{\"name\":\"in_team\",\"parameters\":[\"team\"],\"sql_query\":\"SELECT …\"}"),
             NO_STR);
    return desk_show(desk, "admin/macros/macro.html");
}

static bool new_page(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct desk desk;
    struct form form;
    desk_open(&desk, reply, "macros", phrase_of(cx, W("Write a macro")));
    open_form(cx, &form, NULL);
    return show_page(&desk, &form, NULL, NULL);
}

struct one_in { int64_t id; struct formdata form; };
static const struct input NEW_IN[] = { IN(FORM, T_WHOLE_FORM, one_in, form), { 0 } };
static const struct input GET_IN[] = { IN(PATH, T_INT, one_in, id), { 0 } };
static const struct input POST_IN[] = {
    IN(PATH, T_INT, one_in, id), IN(FORM, T_WHOLE_FORM, one_in, form), { 0 },
};

static bool only_checks(const struct one_in *in)
{
    return str_eq(formdata_text(&in->form, "do"), S("check"));
}

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct storedmacro macro;
    struct desk desk;
    struct form form;
    desk_open(&desk, reply, "macros", phrase_of(cx, W("Write a macro")));
    open_form(cx, &form, NULL);
    form_read(&form, &in->form);
    struct storedmacro_wish wish = wish_of(&form);
    if (only_checks(in)) {
        TRY(check(&desk, &form));
    } else if (form_good(&form) && storedmacro_create(cx, &wish, &macro)) {
        return desk_go(reply, DESK_PATH(cx, S("macros"), id_text(cx, macro.id)),
                       phrase_of(cx, W("The macro is stored. Rules may call it.")));
    }
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_page(&desk, &form, NULL, NULL);
}

static void open_one(struct desk *desk, struct reply *reply, const struct storedmacro *macro)
{
    desk_open(desk, reply, "macros",
              str_fmt(reply->cx->mem, "@%.*s", STR_ARG(macro->name)));
}

static bool get(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct storedmacro macro;
    struct arguments arguments;
    struct desk desk;
    struct form form;
    TRY(storedmacro_get(cx, in->id, &macro));
    open_one(&desk, reply, &macro);
    open_form(cx, &form, &macro);
    open_arguments(cx, &macro, &arguments);
    return show_page(&desk, &form, &arguments, &macro);
}

static bool change(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct storedmacro macro, changed;
    struct arguments arguments;
    struct desk desk;
    struct form form;
    TRY(storedmacro_get(cx, in->id, &macro));
    open_one(&desk, reply, &macro);
    open_form(cx, &form, &macro);
    form_read(&form, &in->form);
    struct storedmacro_wish wish = wish_of(&form);
    if (only_checks(in))
        TRY(check(&desk, &form));
    else if (form_good(&form) && storedmacro_update(cx, in->id, &wish, &changed))
        return desk_go(reply, DESK_PATH(cx, S("macros"), id_text(cx, in->id)),
                       phrase_of(cx, W("The macro is changed.")));
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    open_arguments(cx, &macro, &arguments);
    return show_page(&desk, &form, &arguments, &macro);
}

/* ---- POST /admin/macros/{id}/try ---- */

static bool whose(struct form *form, struct str *account_id)
{
    struct str said = form_text(form, "account");
    struct account account;
    bool found = true;
    *account_id = NO_STR;
    if (said.n == 0)
        return true;
    TRY(account_resolve(form->cx, said, &found, &account));
    if (found)
        *account_id = account.id;
    else
        form_fault(form, "account", phrase_of(form->cx, W("There is no such account.")));
    return true;
}

static struct jv values_typed(struct cx *cx, const struct arguments *arguments)
{
    struct buf text;
    struct js js;
    buf_init(&text, cx->mem, SIZE_MAX / 2);
    js_init(&js, &text);
    js_array(&js, NULL);
    for (size_t i = 0; i < arguments->n; i++)
        js_text(&js, NULL, form_text(&arguments->form, arguments->fields[i].name));
    js_end(&js);
    return texts_of(cx, buf_text(&text));
}

static void put_result(struct desk *desk, const struct storedmacro_trial *trial)
{
    struct cx *cx = desk->cx;
    struct fills row = { .mem = cx->mem };
    fills_add(&row, fill_flag("is_null", str_absent(trial->result)));
    fills_add(&row, fill_text("value", trial->result));
    fills_add(&row, fill_int("rows", trial->rows_affected));
    fills_add(&row, fill_text("ms", str_fmt(cx->mem, "%.2f", trial->execution_time)));
    desk_put(desk, fills_one("result", &row));
}

static bool attempt(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct storedmacro macro;
    struct storedmacro_trial trial;
    struct arguments arguments;
    struct str account_id;
    struct desk desk;
    struct form form;
    TRY(storedmacro_get(cx, in->id, &macro));
    open_one(&desk, reply, &macro);
    open_form(cx, &form, &macro);
    open_arguments(cx, &macro, &arguments);
    form_read(&arguments.form, &in->form);
    TRY(whose(&arguments.form, &account_id));
    if (form_good(&arguments.form)
        && storedmacro_test(cx, in->id, values_typed(cx, &arguments), account_id, &trial))
        put_result(&desk, &trial);
    TRY(form_take(&arguments.form));
    reply_status(reply, form_status(&arguments.form));
    return show_page(&desk, &form, &arguments, &macro);
}

/* ---- deleting ---- */

static bool ask_delete(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct storedmacro macro;
    struct consequences found;
    TRY(storedmacro_get(cx, in->id, &macro));
    TRY(consequences_macro(cx, in->id, &found));
    struct confirm confirm = {
        .question = phrase_with(cx, W("Delete the macro @{name}?"), (const struct fill[]){
            fill_text("name", macro.name), { 0 } }),
        .button = W("Delete the macro"),
        .back = DESK_PATH(cx, S("macros"), id_text(cx, in->id)) };
    pagegoes_put(cx, &confirm, &found);
    return confirm_show(&confirm, reply, "macros");
}

static bool delete(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    TRY(storedmacro_delete(cx, in->id));
    return desk_go(reply, S("/admin/macros"), phrase_of(cx, W("The macro is deleted.")));
}

#define PAGE(verb, path, ...) { verb, path, .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE,         \
    .hidden = true, __VA_ARGS__ }
const struct route pagemacros_routes[] = {
    PAGE(GET, "/admin/macros", INPUT(LIST_IN, list_in), .run = list, .title = "Macros"),
    PAGE(GET, "/admin/macros/new", .run = new_page, .title = "Write a macro"),
    PAGE(POST, "/admin/macros/new", INPUT(NEW_IN, one_in), .run = create,
         .title = "Store a macro"),
    PAGE(GET, "/admin/macros/{id}", INPUT(GET_IN, one_in), .run = get, .title = "A macro"),
    PAGE(POST, "/admin/macros/{id}", INPUT(POST_IN, one_in), .run = change,
         .title = "Change a macro"),
    PAGE(POST, "/admin/macros/{id}/try", INPUT(POST_IN, one_in), .run = attempt, .alone = true,
         .waits = true, .title = "Run a macro"),
    PAGE(GET, "/admin/macros/{id}/delete", INPUT(GET_IN, one_in), .run = ask_delete,
         .title = "Before a macro is deleted"),
    PAGE(POST, "/admin/macros/{id}/delete", INPUT(POST_IN, one_in), .run = delete,
         .title = "Delete a macro"),
    { 0 },
};
