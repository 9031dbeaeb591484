/* groups.c — the groups of an account, and who is in them (identity.md §14). */
#include "groups.h"

#include "userfull.h"

/* ---- what goes out ---- */

struct group_out { struct group is; bool is_system; struct out_list users; };
#define OUT_IS(type_, member, wire) OUT_AS(type_, group_out, is.member, wire)
#define GROUP_MEMBERS \
    OUT_IS(O_TEXT, name, "name"), \
    OUT_IS(O_TEXT, description, "description"), \
    OUT_IS(O_TEXT, id, "id"), \
    OUT_IS(O_TEXT, account_id, "account_id"), \
    OUT_IS(O_TEXT, account_code, "account_code"), \
    OUT_IS(O_INT, member_count, "member_count"), \
    OUT_IS(O_TIME, created_at, "created_at"), \
    OUT_IS(O_TIME, updated_at, "updated_at"), \
    OUT(O_BOOL, group_out, is_system, \
        .about = "True for pii_access, which keeps its name and cannot be deleted")
static const struct output GROUP_OUT[] = { GROUP_MEMBERS, { 0 } };
static const struct output DETAIL_OUT[] = {
    GROUP_MEMBERS, OUT(O_LIST, group_out, users, .of = userfull_out), { 0 },
};

static bool reply_detail(struct cx *cx, const struct group *group, struct reply *reply)
{
    struct members members;
    struct member_query who = { .account_id = group->account_id, .group_id = group->id,
                                .role_id = MEMBER_ANY, .is_active = MEMBER_ANY };
    TRY(member_list(cx, &who, &members));
    struct group_out out = { *group, group_is_standing(group),
                             userfull_list(cx->mem, &members) };
    return reply_with(reply, DETAIL_OUT, &out);
}

/* ---- reading ---- */

enum { LIST_MOST = 500, PAGE_SIZE = 25 };
struct list_in { int64_t skip, limit, page, page_size; struct str search; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_INT, list_in, skip, .about = "Below 0 counts as 0"),
    IN(QUERY, T_INT, list_in, limit, .otherwise = 100, .about = "At most 500"),
    IN(QUERY, T_INT, list_in, page, .least = 1, .most = 1000000000,
       .about = "With page or page_size the answer is an object of items, total, page and"
                " page_size; skip and limit are not looked at"),
    IN(QUERY, T_INT, list_in, page_size, .least = 1, .most = 100, .about = "25 when left out"),
    IN(QUERY, T_TEXT, list_in, search, .about = "Part of a name or description, in any case"),
    { 0 },
};
struct page_out { struct out_list items; int64_t total, page, page_size; };
static const struct output PAGE_OUT[] = {
    OUT(O_LIST, page_out, items, .of = GROUP_OUT), OUT(O_INT, page_out, total),
    OUT(O_INT, page_out, page), OUT(O_INT, page_out, page_size), { 0 },
};

static int64_t between(int64_t least, int64_t n, int64_t most)
{
    return n < least ? least : n > most ? most : n;
}

static struct out_list views_of(struct cx *cx, const struct group_page *found)
{
    struct group_out *views = arena_list(cx->mem, struct group_out, found->n);
    for (size_t i = 0; i < found->n; i++)
        views[i] = (struct group_out){ .is = found->at[i],
                                       .is_system = group_is_standing(&found->at[i]) };
    return (struct out_list){ views, found->n, sizeof *views };
}

static bool list_page(struct cx *cx, const struct list_in *in, struct reply *reply)
{
    struct page_out out = { .page = in->page != 0 ? in->page : 1,
                            .page_size = in->page_size != 0 ? in->page_size : PAGE_SIZE };
    struct group_query query = { .search = in->search, .limit = out.page_size,
                                 .skip = (out.page - 1) * out.page_size };
    struct group_page found;
    TRY(group_list(cx, &query, &found));
    out.items = views_of(cx, &found);
    out.total = found.total;
    return reply_with(reply, PAGE_OUT, &out);
}

/* compat: a bare array, as the old server gives it, unless a page is asked for. */
static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct group_query query = { .search = in->search,
                                 .skip = between(0, in->skip, INT64_MAX),
                                 .limit = between(0, in->limit, LIST_MOST) };
    struct group_page found;
    if (in->page != 0 || in->page_size != 0)
        return list_page(cx, in, reply);
    TRY(group_list(cx, &query, &found));
    struct out_list views = views_of(cx, &found);
    const struct group_out *at = views.at;
    struct js *js = reply_js(reply);
    js_array(js, NULL);
    for (size_t i = 0; i < views.n; i++)
        output_object(js, NULL, GROUP_OUT, &at[i]);
    js_end(js);
    return true;
}

struct one_in { struct str group_id, user_id; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, group_id), { 0 } };

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct group group;
    TRY(group_get(cx, in->group_id, &group));
    return reply_detail(cx, &group, reply);
}

/* ---- changing ---- */

struct group_in { struct str group_id, name, description, account_id; };
static const struct input CREATE_IN[] = {
    IN(BODY, T_TEXT, group_in, name, .required = true, .min = 1, .max = GROUP_NAME_MOST),
    IN(BODY, T_TEXT, group_in, description, .max = GROUP_DESCRIPTION_MOST),
    IN(BODY, T_TEXT, group_in, account_id, .about = "For superadmins: another account's id"),
    { 0 },
};
static const struct input UPDATE_IN[] = {
    IN(PATH, T_TEXT, group_in, group_id),
    IN(BODY, T_TEXT, group_in, name, .min = 1, .max = GROUP_NAME_MOST),
    IN(BODY, T_TEXT, group_in, description, .max = GROUP_DESCRIPTION_MOST), { 0 },
};

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct group_in *in = input;
    struct group group = { .name = in->name, .description = in->description,
                           .account_id = in->account_id };
    TRY(group_open(cx, &group));
    return reply_detail(cx, &group, reply);
}

static bool update(struct cx *cx, const void *input, struct reply *reply)
{
    const struct group_in *in = input;
    struct group_change to = { in->name, in->description };
    struct group group;
    TRY(group_update(cx, in->group_id, &to, &group));
    return reply_detail(cx, &group, reply);
}

static bool remove_one(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    TRY(group_delete(cx, in->group_id));
    return reply_empty(reply);
}

/* ---- members ---- */

static const struct input ADD_IN[] = {
    IN(PATH, T_TEXT, one_in, group_id),
    IN(BODY, T_TEXT, one_in, user_id, .required = true, .about = "Of the group's account"), { 0 },
};
static const struct input TAKE_OUT_IN[] = {
    IN(PATH, T_TEXT, one_in, group_id), IN(PATH, T_TEXT, one_in, user_id), { 0 },
};
struct said { struct str message; };
static const struct output SAID_OUT[] = { OUT(O_TEXT, said, message), { 0 } };

static bool add(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct group group;
    TRY(group_get(cx, in->group_id, &group));
    TRY(group_add(cx, &group, in->user_id));
    return reply_with(reply, SAID_OUT, &(struct said){ S("User added to group") });
}

static bool take_out(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct group group;
    TRY(group_get(cx, in->group_id, &group));
    TRY(group_remove(cx, &group, in->user_id));
    return reply_empty(reply);
}

const struct route groups_routes[] = {
    { GET, "/api/v1/groups", .need = NEED_USER, .errors = SHAPE_DETAIL, INPUT(LIST_IN, list_in),
      .run = list, .title = "List the groups of the account, oldest first",
      .about = "An array of groups; with page or page_size an object with items, total, page and"
               " page_size. Superadmins see the groups of every account." },
    { POST, "/api/v1/groups", .need = NEED_ADMIN, .errors = SHAPE_DETAIL,
      INPUT(CREATE_IN, group_in), .output = DETAIL_OUT, .status = 201, .run = create,
      .title = "Create a group",
      .about = "Rules ask for it with @has_group(\"name\")." },
    { GET, "/api/v1/groups/{group_id}", .need = NEED_USER, .errors = SHAPE_DETAIL,
      INPUT(ONE_IN, one_in), .output = DETAIL_OUT, .run = show,
      .title = "Show a group with its members" },
    { PATCH, "/api/v1/groups/{group_id}", .need = NEED_ADMIN, .errors = SHAPE_DETAIL,
      INPUT(UPDATE_IN, group_in), .output = DETAIL_OUT, .run = update, .title = "Change a group",
      .about = "What is left out, or null, stays. The group pii_access cannot be renamed (422)." },
    { DELETE, "/api/v1/groups/{group_id}", .need = NEED_ADMIN, .errors = SHAPE_DETAIL,
      INPUT(ONE_IN, one_in), .status = 204, .run = remove_one, .title = "Delete a group",
      .about = "Its members stay. The group pii_access cannot be deleted (422)." },
    { POST, "/api/v1/groups/{group_id}/users", .need = NEED_ADMIN, .errors = SHAPE_DETAIL,
      INPUT(ADD_IN, one_in), .output = SAID_OUT, .status = 201, .run = add,
      .title = "Put somebody into a group",
      .about = "It holds from that person's next request on. Who is in pii_access sees personal"
               " data unmasked." },
    { DELETE, "/api/v1/groups/{group_id}/users/{user_id}", .need = NEED_ADMIN,
      .errors = SHAPE_DETAIL, INPUT(TAKE_OUT_IN, one_in), .status = 204, .run = take_out,
      .title = "Take somebody out of a group",
      .about = "Also when that person is no member." },
    { 0 },
};
