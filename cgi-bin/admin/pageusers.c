/* pageusers.c — page: the people of an account, or of all of them for superadmins. */
#include "pageusers.h"

#include "base/num.h"
#include "desk/grid.h"
#include "desk/peopleform.h"
#include "identity/member.h"

struct list_in { int64_t offset; struct str sort, query; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_INT, list_in, offset, .least = 0, .most = 1000000000),
    IN(QUERY, T_TEXT, list_in, sort), IN(QUERY, T_WHOLE_QUERY, list_in, query), { 0 },
};

#define FILTER_FIELDS \
    { "search", FORM_SEARCH, .label = W("Part of an e-mail address") }, \
    { "role_id", FORM_CHOICE, .label = W("Role") }, \
    { "active", FORM_CHOICE, .label = W("Status") }
static const struct form_field FILTER[] = { FILTER_FIELDS, { 0 } };
static const struct form_field FILTER_OF_ANY[] = {
    FILTER_FIELDS, { "account", FORM_TEXT, .label = W("Account"), .max = 64 }, { 0 },
};
#define COLUMN_LIST \
    { .label = W("E-mail address"), .sort = "email" }, \
    { .label = W("Role"), .sort = "role_id" }, \
    { .label = W("Status"), .sort = "is_active" }, \
    { .label = W("Address verified"), .sort = "email_verified" }, \
    { .label = W("Last sign-in"), .kind = GRID_TIME, .sort = "last_login" }, \
    { .label = W("Created"), .kind = GRID_TIME, .sort = "created_at" }
static const struct grid_column COLUMNS[] = { COLUMN_LIST, { 0 } };
static const struct grid_column COLUMNS_OF_ANY[] = {
    COLUMN_LIST, { .label = W("Account") }, { 0 },
};

static bool open_filter(struct form *filter, struct cx *cx, struct str query)
{
    static const char *const WORDS[][2] = {
        { "", W("Any") }, { "1", W("Active") }, { "0", W("Inactive") },
    };
    struct form_option *states = arena_list(cx->mem, struct form_option, COUNT(WORDS));
    struct formdata sent;
    for (size_t i = 0; i < COUNT(WORDS); i++)
        states[i] = (struct form_option){ str_of(WORDS[i][0]), phrase_of(cx, WORDS[i][1]) };
    form_init(filter, cx, peopleform_any(cx) ? FILTER_OF_ANY : FILTER);
    form_options(filter, "active", states, COUNT(WORDS));
    TRY(peopleform_any_role(filter));
    TRY(formdata_read(cx, query, "query", &sent));
    form_read(filter, &sent);
    filter->is_get = true;
    filter->submit = W("Search");
    return true;
}

static int64_t chosen(const struct form *filter, const char *name)
{
    int64_t n;
    return num_int(form_text(filter, name), &n) ? n : MEMBER_ANY;
}

/* The newest first. Over all accounts by id, which rises with the time and has an index there. */
static struct str order_of(struct str sort, bool is_anywhere)
{
    if (is_anywhere && (sort.n == 0 || str_eq(sort, S("-created_at"))))
        return S("-id");
    if (is_anywhere && str_eq(sort, S("created_at")))
        return S("id");
    return sort.n > 0 ? sort : S("-created_at");
}

static bool find(struct form *filter, const struct list_in *in, int64_t limit,
                 struct members *found)
{
    struct member_query query = {
        .search = form_text(filter, "search"), .role_id = chosen(filter, "role_id"),
        .is_active = chosen(filter, "active"), .skip = in->offset, .limit = limit };
    *found = (struct members){ 0 };
    if (form_text(filter, "account").n > 0)
        TRY(peopleform_account(filter, &query.account_id));
    query.sort = order_of(in->sort, peopleform_any(filter->cx) && str_absent(query.account_id));
    return !form_good(filter) || member_list(filter->cx, &query, found);
}

static void put_people(struct desk *desk, const struct members *found, int64_t offset)
{
    struct cx *cx = desk->cx;
    struct grid grid;
    grid_init(&grid, desk, peopleform_any(cx) ? COLUMNS_OF_ANY : COLUMNS, W("Users"));
    for (size_t i = 0; i < found->n; i++) {
        const struct member *person = &found->at[i];
        grid_row(&grid);
        grid_link(&grid, person->email, DESK_PATH(cx, S("users"), person->id));
        grid_text(&grid, person->role);
        grid_badge(&grid, person->is_active ? GRID_GOOD : GRID_BAD,
                   person->is_active ? phrase_of(cx, W("Active")) : phrase_of(cx, W("Inactive")));
        grid_yes(&grid, person->email_verified);
        grid_time(&grid, person->last_login);
        grid_time(&grid, person->created_at);
        grid_text(&grid, str_fmt(cx->mem, "%.*s %.*s", STR_ARG(person->account_code),
                                 STR_ARG(person->account_name)));
    }
    grid_empty(&grid, W("Nobody is like that."), W("Invite somebody"),
               S("/admin/invitations/new"));
    grid_pages(&grid, offset, desk->rows, found->total);
    grid_put(&grid, "table");
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct members found;
    struct form filter;
    struct desk desk;
    desk_open(&desk, reply, "users", phrase_of(cx, W("Users")));
    TRY(open_filter(&filter, cx, in->query));
    TRY(find(&filter, in, desk.rows, &found));
    reply_status(reply, form_status(&filter));
    desk_action(&desk, phrase_of(cx, W("New user")), S("/admin/users/new"));
    desk_action(&desk, phrase_of(cx, W("Invite somebody")), S("/admin/invitations/new"));
    desk_api(&desk, "GET", S("/api/v1/users?sort=-created_at&limit=30"), NO_STR,
             S("client.users.list({ sort: '-created_at' })"));
    form_put(&filter, &desk, "filter");
    put_people(&desk, &found, in->offset);
    return desk_show(&desk, "admin/list.html");
}

const struct route pageusers_routes[] = {
    { GET, "/admin/users", .need = NEED_ADMIN, .errors = SHAPE_PAGE, .hidden = true,
      INPUT(LIST_IN, list_in), .run = list, .title = "Users" },
    { 0 },
};
