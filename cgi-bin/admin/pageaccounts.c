/* pageaccounts.c — pages: the accounts there are, and a new one. */
#include "pageaccounts.h"

#include "desk/form.h"
#include "desk/grid.h"
#include "identity/directory.h"

static const char HERE[] = "accounts";

/* ---- the list ---- */

struct list_in { struct str search, sort; int64_t offset; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_TEXT, list_in, search), IN(QUERY, T_TEXT, list_in, sort),
    IN(QUERY, T_INT, list_in, offset, .least = 0, .most = 1000000000), { 0 },
};
static const struct form_field FILTER[] = {
    { "search", FORM_SEARCH, .label = W("Part of a name, short name, code or id") }, { 0 },
};
static const struct grid_column COLUMNS[] = {
    { .label = W("Name"), .sort = "name" },
    { .label = W("Code"), .kind = GRID_CODE, .sort = "account_code" },
    { .label = W("Short name"), .kind = GRID_CODE, .sort = "slug" },
    { .label = W("Users"), .kind = GRID_NUMBER },
    { .label = W("Created"), .kind = GRID_TIME, .sort = "created_at" }, { 0 },
};

static void put_accounts(struct desk *desk, const struct directory_page *found, int64_t offset)
{
    struct cx *cx = desk->cx;
    struct grid grid;
    grid_init(&grid, desk, COLUMNS, W("Accounts"));
    for (size_t i = 0; i < found->n; i++) {
        const struct account *account = &found->at[i].account;
        grid_row(&grid);
        grid_link(&grid, account->name, DESK_PATH(cx, S("accounts"), account->id));
        grid_text(&grid, account->account_code);
        grid_text(&grid, account->slug);
        grid_int(&grid, found->at[i].user_count);
        grid_time(&grid, account->created_at);
    }
    grid_empty(&grid, W("No account is like that."), W("New account"), S("/admin/accounts/new"));
    grid_pages(&grid, offset, desk->rows, found->total);
    grid_put(&grid, "table");
}

/* Pages of the API are numbered: the offset is rounded down to one of theirs. */
static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    bool down = in->sort.n == 0 || in->sort.p[0] == '-';
    struct str column = in->sort.n == 0 ? S("created_at") : str_sub(in->sort, down, in->sort.n);
    struct directory_page found;
    struct form filter;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Accounts")));
    TRY(directory_list(cx, &(struct directory_query){
        .page = in->offset / desk.rows + 1, .page_size = desk.rows, .sort_by = column,
        .sort_order = down ? S("desc") : S("asc"), .search = in->search }, &found));
    form_init(&filter, cx, FILTER);
    form_set(&filter, "search", in->search);
    filter.is_get = true;
    filter.submit = W("Search");
    form_put(&filter, &desk, "filter");
    desk_action(&desk, phrase_of(cx, W("New account")), S("/admin/accounts/new"));
    desk_api(&desk, "GET", S("/api/v1/accounts?page=1&sort_by=created_at"), NO_STR,
             S("client.accounts.list({ sort_by: 'created_at' })"));
    put_accounts(&desk, &found, in->offset - in->offset % desk.rows);
    return desk_show(&desk, "admin/list.html");
}

/* ---- a new one ---- */

static const struct form_field FIELDS[] = {
    { "name", FORM_TEXT, .label = W("Name"), .required = true, .max = 255 },
    { "slug", FORM_TEXT, .label = W("Short name"), .max = 32,
      .hint = W("Small letters, digits and hyphens: people type it to sign in. Empty: made from the"
                " name. It stays as it is.") },
    { 0 },
};
struct new_in { struct formdata form; };
static const struct input CREATE_IN[] = { IN(FORM, T_WHOLE_FORM, new_in, form), { 0 } };

static bool show_new(struct form *form, struct reply *reply)
{
    struct cx *cx = form->cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("New account")));
    desk_crumb(&desk, phrase_of(cx, W("Accounts")), S("/admin/accounts"));
    desk_api(&desk, "POST", S("/api/v1/accounts"), S("{\"name\":\"…\",\"slug\":\"…\"}"),
             S("client.accounts.create({ name, slug })"));
    form->once = true;
    form->submit = W("Create the account");
    form->cancel = S("/admin/accounts");
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/edit.html");
}

static bool new_account(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct form form;
    form_init(&form, cx, FIELDS);
    return show_new(&form, reply);
}

/* As the table of the API's route has it: 3 to 32 of a-z, 0-9 and -. */
static void check_slug(struct form *form, struct str slug)
{
    bool good = slug.n == 0 || slug.n >= 3;
    for (size_t i = 0; i < slug.n; i++)
        good = good && ((slug.p[i] >= 'a' && slug.p[i] <= 'z') || slug.p[i] == '-'
                        || (slug.p[i] >= '0' && slug.p[i] <= '9'));
    if (!good)
        form_fault(form, "slug", phrase_of(form->cx, W("3 to 32 small letters, digits and"
                                                       " hyphens.")));
}

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct new_in *in = input;
    struct account account = { 0 };
    struct form form;
    form_init(&form, cx, FIELDS);
    form_read(&form, &in->form);
    account.name = form_text(&form, "name");
    account.slug = form_text(&form, "slug").n > 0 ? form_text(&form, "slug") : NO_STR;
    check_slug(&form, form_text(&form, "slug"));
    if (form_good(&form) && account_open(cx, &account))
        return desk_go(reply, DESK_PATH(cx, S("accounts"), account.id),
                       phrase_with(cx, W("The account {name} is there, without people yet."),
                                   (const struct fill[]){ fill_text("name", account.name),
                                                          { 0 } }));
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_new(&form, reply);
}

#define PAGE .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pageaccounts_routes[] = {
    { GET, "/admin/accounts", PAGE, INPUT(LIST_IN, list_in), .run = list, .title = "Accounts" },
    { GET, "/admin/accounts/new", PAGE, .run = new_account, .title = "New account" },
    { POST, "/admin/accounts/new", PAGE, INPUT(CREATE_IN, new_in), .run = create,
      .title = "New account" },
    { 0 },
};
