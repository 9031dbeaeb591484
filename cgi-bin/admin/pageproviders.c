/* pageproviders.c — pages: providers of mail, storage and sign-on, of the system, of accounts. */
#include "pageproviders.h"

#include "app/probe.h"
#include "config/configchange.h"
#include "config/configvalue.h"
#include "desk/confirm.h"
#include "desk/grid.h"
#include "identity/account.h"
#include "providerform.h"

static const char HERE[] = "providers";
#define API "/api/v1/admin/configuration"

static const struct { struct str name; const char *label; } CATEGORIES[] = {
    { S_INIT("email_providers"), W("Mail") }, { S_INIT("storage_providers"), W("Storage") },
    { S_INIT("auth_providers"), W("Signing in") },
    { S_INIT("saml_providers"), W("Signing in by SAML") },
    { S_INIT("system_settings"), W("This installation") },
};

static struct str category_words(struct cx *cx, struct str category)
{
    for (size_t i = 0; i < COUNT(CATEGORIES); i++)
        if (str_eq(CATEGORIES[i].name, category))
            return phrase_of(cx, CATEGORIES[i].label);
    return category;
}

static struct str named(struct cx *cx, const char *english, struct str name)
{
    return phrase_with(cx, english, (const struct fill[]){ fill_text("name", name), { 0 } });
}

/* Whose they are: an account by its id, code or short name; absent or the system's own. */
static bool whose(struct cx *cx, struct str wanted, struct account *out)
{
    bool found;
    *out = (struct account){ .id = S(SYSTEM_ACCOUNT), .name = S("") };
    if (str_trim(wanted).n == 0 || str_eq(wanted, S(SYSTEM_ACCOUNT)))
        return true;
    TRY(account_resolve(cx, str_trim(wanted), &found, out));
    return found || fail_detail(cx, E_NOT_FOUND, "Account not found");
}

static bool is_system(struct str account_id)
{
    return str_eq(account_id, S(SYSTEM_ACCOUNT));
}

static struct str list_path(struct cx *cx, struct str account_id)
{
    return is_system(account_id) ? S("/admin/providers")
         : str_fmt(cx->mem, "/admin/providers?account=%.*s", STR_ARG(account_id));
}

/* ---- the list ------------------------------------------------------------------------------- */

struct list_in { struct str account; };
static const struct input LIST_IN[] = { IN(QUERY, T_TEXT, list_in, account), { 0 } };
static const struct form_field FILTER[] = {
    { "account", FORM_SEARCH, .label = W("Account"), .max = 64,
      .hint = W("Its code, short name or id. Empty: the system's own.") }, { 0 },
};
static const struct grid_column COLUMNS[] = {
    { .label = W("Name") }, { .label = W("For") }, { .label = W("Provider"), .kind = GRID_CODE },
    { .label = W("State") }, { .label = W("Default") },
    { .label = W("Order"), .kind = GRID_NUMBER }, { .label = W("Changed"), .kind = GRID_TIME },
    { 0 },
};

static void put_rows(struct desk *desk, const struct configurations *all)
{
    struct cx *cx = desk->cx;
    struct grid grid;
    grid_init(&grid, desk, COLUMNS, W("Providers"));
    for (size_t i = 0; i < all->n; i++) {
        const struct configuration *row = &all->at[i];
        grid_row(&grid);
        grid_link(&grid, row->display_name, DESK_PATH(cx, S("providers"), row->id));
        grid_text(&grid, category_words(cx, row->category));
        grid_text(&grid, row->provider_name);
        grid_badge(&grid, row->enabled ? GRID_GOOD : GRID_PLAIN,
                   row->enabled ? phrase_of(cx, W("Enabled")) : phrase_of(cx, W("Disabled")));
        grid_yes(&grid, row->is_default);
        grid_int(&grid, row->priority);
        grid_time(&grid, row->updated_at);
    }
    grid_empty(&grid, W("This account has no providers of its own: the system's hold for it."),
               NULL, NO_STR);
    grid_put(&grid, "table");
}

static bool is_there(const struct configurations *all, const struct provider *provider)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].provider_name, provider->name)
            && provider_is_in(provider, all->at[i].category))
            return true;
    return false;
}

static struct str new_path(struct cx *cx, const struct provider *provider, struct str account_id)
{
    struct str category = provider->is_saml ? S("saml_providers") : provider->category;
    return str_fmt(cx->mem, "/admin/providers/new?category=%.*s&provider=%.*s&account=%.*s",
                   STR_ARG(category), STR_ARG(provider->name),
                   STR_ARG(is_system(account_id) ? S("") : account_id));
}

static void put_others(struct desk *desk, const struct configurations *all, struct str account_id)
{
    const struct provider *provider;
    struct fills_list rows = { .mem = desk->cx->mem };
    for (size_t i = 0; (provider = provider_at(i)) != NULL; i++) {
        struct fills row = { .mem = rows.mem };
        bool fits = is_system(account_id) || !str_eq(provider->category, S("storage_providers"));
        if (is_there(all, provider) || !fits)
            continue;
        fills_add(&row, fill_text("label", provider->display_name));
        fills_add(&row, fill_text("category", category_words(desk->cx, provider->category)));
        fills_add(&row, fill_text("href", new_path(desk->cx, provider, account_id)));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("others", &rows));
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct configurations all;
    struct account account;
    struct form filter;
    struct desk desk;
    TRY(whose(cx, in->account, &account));
    TRY(configuration_list(cx, account.id, NO_STR, &all));
    desk_open(&desk, reply, HERE, is_system(account.id) ? phrase_of(cx, W("Providers"))
                                  : named(cx, W("Providers of {name}"), account.name));
    if (is_system(account.id))
        desk_api(&desk, "GET", S(API "/system"), NO_STR, NO_STR);
    else
        desk_api(&desk, "GET", str_fmt(cx->mem, API "/account?account_id=%.*s",
                                       STR_ARG(account.id)), NO_STR, NO_STR);
    form_init(&filter, cx, FILTER);
    form_set(&filter, "account", in->account);
    filter.is_get = true;
    filter.submit = W("Show");
    form_put(&filter, &desk, "filter");
    put_rows(&desk, &all);
    put_others(&desk, &all, account.id);
    return desk_show(&desk, "admin/providers.html");
}

/* ---- new ------------------------------------------------------------------------------------ */

struct new_in { struct str category, provider, account; struct formdata form; };
#define WHICH_IN                                                                                   \
    IN(QUERY, T_TEXT, new_in, category, .required = true, .max = 50),                              \
    IN(QUERY, T_TEXT, new_in, provider, .required = true, .max = 100),                             \
    IN(QUERY, T_TEXT, new_in, account)
static const struct input NEW_IN[] = { WHICH_IN, { 0 } };
static const struct input CREATED_IN[] = {
    WHICH_IN, IN(FORM, T_WHOLE_FORM, new_in, form), { 0 },
};
static const struct form_field OWN[] = {
    { "display_name", FORM_TEXT, .label = W("Name"), .required = true, .max = 255 },
    { "enabled", FORM_CHECK, .label = W("Enabled") },
    { 0 },
};

static bool open_new(struct cx *cx, const struct new_in *in, struct configuration *row,
                     struct providerform *form)
{
    const struct provider *provider = provider_find(in->category, in->provider);
    struct account account;
    if (provider == NULL)
        return fail_detail(cx, E_NOT_FOUND, "Provider not found");
    TRY(whose(cx, in->account, &account));
    *row = (struct configuration){
        .account_id = account.id, .category = in->category, .provider_name = in->provider,
        .display_name = provider->display_name, .logo_url = provider->logo_url, .enabled = true };
    TRY(providerform_open(form, cx, row, OWN));
    form_set(&form->form, "display_name", provider->display_name);
    form_set_flag(&form->form, "enabled", true);
    form->form.once = true;
    form->form.submit = W("Add the provider");
    form->form.cancel = list_path(cx, account.id);
    return true;
}

static bool show_new(struct providerform *form, const struct configuration *row,
                     struct reply *reply)
{
    struct cx *cx = form->form.cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, named(cx, W("Add {name}"), form->provider->display_name));
    desk_crumb(&desk, phrase_of(cx, W("Providers")), list_path(cx, row->account_id));
    desk_api(&desk, "POST", S(API), S("{\"category\":\"…\",\"provider_name\":\"…\","
             "\"display_name\":\"…\",\"config\":{…}}"), NO_STR);
    providerform_hide(form);
    form_put(&form->form, &desk, "form");
    return desk_show(&desk, "admin/edit.html");
}

static bool new_one(struct cx *cx, const void *input, struct reply *reply)
{
    struct configuration row;
    struct providerform form;
    TRY(open_new(cx, input, &row, &form));
    return show_new(&form, &row, reply);
}

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct new_in *in = input;
    struct configuration row;
    struct providerform form;
    struct jv values;
    TRY(open_new(cx, in, &row, &form));
    form_read(&form.form, &in->form);
    row.display_name = form_text(&form.form, "display_name");
    row.enabled = form_flag(&form.form, "enabled");
    if (form_good(&form.form) && providerform_values(&form, &values)
        && configchange_create(cx, &row, values))
        return desk_go(reply, DESK_PATH(cx, S("providers"), row.id),
                       named(cx, W("{name} is configured."), row.display_name));
    TRY(form_take(&form.form));
    reply_status(reply, form_status(&form.form));
    return show_new(&form, &row, reply);
}

/* ---- one ------------------------------------------------------------------------------------ */

struct one_in { struct str id; struct formdata form; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };
static const struct input POSTED_IN[] = {
    IN(PATH, T_TEXT, one_in, id), IN(FORM, T_WHOLE_FORM, one_in, form), { 0 },
};
struct tried { bool was, well; struct str message; };

static bool open_one(struct cx *cx, struct str id, struct configuration *row,
                     struct providerform *form)
{
    TRY(configchange_get(cx, id, row));
    TRY(providerform_open(form, cx, row, NULL));
    form_guard(&form->form);
    form->form.changed_at = row->updated_at;
    form->form.cancel = list_path(cx, row->account_id);
    return true;
}

static bool put_account(struct desk *desk, const struct configuration *row)
{
    struct account account;
    bool found;
    desk_put(desk, fill_flag("is_system", row->is_system));
    TRY(account_by_id(desk->cx, row->account_id, &found, &account));
    desk_put(desk, fill_text("account", found ? account.name : row->account_id));
    return true;
}

static void put_state(struct desk *desk, const struct configuration *row)
{
    struct cx *cx = desk->cx;
    desk_put(desk, fill_text("category", category_words(cx, row->category)));
    desk_put(desk, fill_text("provider", row->provider_name));
    desk_put(desk, fill_flag("enabled", row->enabled));
    desk_put(desk, fill_flag("is_default", row->is_default));
    desk_put(desk, fill_flag("is_builtin", row->is_builtin));
    desk_put(desk, fill_text("here", DESK_PATH(cx, S("providers"), row->id)));
    desk_time(&desk->values, "updated_iso", "updated_text", row->updated_at);
    if (!row->is_builtin)
        desk_action(desk, phrase_of(cx, W("Delete")),
                    DESK_PATH(cx, S("providers"), row->id, S("delete")));
}

static void put_calls(struct desk *desk, const struct configuration *row)
{
    struct cx *cx = desk->cx;
    struct str path = str_fmt(cx->mem, API "/%.*s", STR_ARG(row->id));
    desk_api(desk, "PATCH", str_fmt(cx->mem, "%.*s/values", STR_ARG(path)), S("{…}"), NO_STR);
    desk_api(desk, "PATCH", path, S("{\"enabled\":true}"), NO_STR);
    desk_api(desk, "POST", str_fmt(cx->mem, "%.*s/set-default", STR_ARG(path)), NO_STR, NO_STR);
    desk_api(desk, "POST", S(API "/test-connection"), S("{\"category\":\"…\",\"provider_name\":"
             "\"…\",\"config\":{…},\"config_id\":\"…\"}"), NO_STR);
}

static bool show_one(struct providerform *form, const struct configuration *row,
                     const struct tried *tried, struct reply *reply)
{
    struct cx *cx = form->form.cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, row->display_name);
    desk_crumb(&desk, phrase_of(cx, W("Providers")), list_path(cx, row->account_id));
    if (tried->was)
        desk_notice(&desk, tried->well ? DESK_GOOD : DESK_BAD,
                    phrase_message(cx, tried->message));
    TRY(put_account(&desk, row));
    put_state(&desk, row);
    put_calls(&desk, row);
    providerform_hide(form);
    desk_put(&desk, fill_flag("has_settings", form->form.n > 0));
    form_put(&form->form, &desk, "form");
    return desk_show(&desk, "admin/provider.html");
}

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct configuration row;
    struct providerform form;
    TRY(open_one(cx, in->id, &row, &form));
    return show_one(&form, &row, &(struct tried){ .was = false }, reply);
}

static bool change(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct configuration row;
    struct providerform form;
    struct jv values;
    TRY(open_one(cx, in->id, &row, &form));
    form_read(&form.form, &in->form);
    if (form_good(&form.form) && providerform_values(&form, &values)
        && configchange_values(cx, in->id, values, &row))
        return desk_go(reply, DESK_PATH(cx, S("providers"), row.id),
                       named(cx, W("{name} has new settings."), row.display_name));
    TRY(form_take(&form.form));
    reply_status(reply, form_status(&form.form));
    return show_one(&form, &row, &(struct tried){ .was = false }, reply);
}

/* ---- on, off, the default, tried out -------------------------------------------------------- */

static bool set_state(struct cx *cx, struct str id, struct str wanted, struct configuration *row)
{
    if (str_eq(wanted, S("enable")) || str_eq(wanted, S("disable")))
        return configchange_enable(cx, id, str_eq(wanted, S("enable")), row);
    if (str_eq(wanted, S("default")) || str_eq(wanted, S("no-default")))
        return configchange_default(cx, id, str_eq(wanted, S("default")), row);
    return fail_detail(cx, E_INVALID, "Unknown button");
}

static bool state(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct configuration row;
    struct providerform form;
    if (set_state(cx, in->id, formdata_text(&in->form, "do"), &row))
        return desk_go(reply, DESK_PATH(cx, S("providers"), row.id),
                       named(cx, row.enabled ? row.is_default ? W("{name} is enabled, and the"
                                 " default.") : W("{name} is enabled.")
                                 : W("{name} is disabled."), row.display_name));
    struct tried tried = { true, false, phrase_message(cx, str_of(cx->err.message)) };
    if (cx->err.kind != E_INVALID)
        return false;
    fail_forget(cx);
    TRY(open_one(cx, in->id, &row, &form));
    reply_status(reply, 422);
    return show_one(&form, &row, &tried, reply);
}

static bool try_out(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct tried tried = { .was = true };
    struct configuration row;
    struct providerform form;
    struct jv values;
    TRY(open_one(cx, in->id, &row, &form));
    const struct configvalue_of of = { row.id, row.category, row.provider_name };
    TRY(configvalue_open(cx, &of, row.stored, &values));
    TRY(probe_connection(cx, row.category, row.provider_name, values, &tried.well,
                         &tried.message));
    return show_one(&form, &row, &tried, reply);
}

/* ---- gone ----------------------------------------------------------------------------------- */

static bool ask(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct configuration row;
    TRY(configchange_get(cx, in->id, &row));
    struct confirm confirm = {
        .question = named(cx, W("Delete the settings of {name}?"), row.display_name),
        .about = row.is_builtin ? phrase_of(cx, W("It is built in: it can be disabled, not"
                                                  " deleted."))
               : row.is_system ? phrase_of(cx, W("Accounts without settings of their own are left"
                                                 " without this provider."))
                               : phrase_of(cx, W("The system's settings hold for the account"
                                                 " again, if there are any.")),
        .button = W("Delete the settings"), .refused = row.is_builtin,
        .back = DESK_PATH(cx, S("providers"), row.id) };
    return confirm_show(&confirm, reply, HERE);
}

static bool delete(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct configuration row;
    TRY(configchange_get(cx, in->id, &row));
    TRY(configchange_delete(cx, in->id));
    return desk_go(reply, list_path(cx, row.account_id),
                   named(cx, W("The settings of {name} are deleted."), row.display_name));
}

#define PAGE .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pageproviders_routes[] = {
    { GET, "/admin/providers", PAGE, INPUT(LIST_IN, list_in), .run = list,
      .title = "Providers of the system or of an account" },
    { GET, "/admin/providers/new", PAGE, INPUT(NEW_IN, new_in), .run = new_one,
      .title = "One more" },
    { POST, "/admin/providers/new", PAGE, INPUT(CREATED_IN, new_in), .run = create,
      .title = "Configures it" },
    { GET, "/admin/providers/{id}", PAGE, INPUT(ONE_IN, one_in), .run = show,
      .title = "A provider's settings" },
    { POST, "/admin/providers/{id}", PAGE, INPUT(POSTED_IN, one_in), .run = change,
      .title = "Changes them" },
    { POST, "/admin/providers/{id}/state", PAGE, INPUT(POSTED_IN, one_in), .run = state,
      .title = "Enables, disables it, makes it the default" },
    { POST, "/admin/providers/{id}/test", PAGE, INPUT(POSTED_IN, one_in), .run = try_out,
      .waits = true, .title = "Tries the connection" },
    { GET, "/admin/providers/{id}/delete", PAGE, INPUT(ONE_IN, one_in), .run = ask,
      .title = "Asks before they are deleted" },
    { POST, "/admin/providers/{id}/delete", PAGE, INPUT(POSTED_IN, one_in), .run = delete,
      .title = "Deletes them" },
    { 0 },
};
