/* accounts.c — the accounts, for superadmins: list, make, look at, rename, delete; their people. */
#include "accounts.h"

#include "data/holdings.h"
#include "identity/directory.h"
#include "identity/member.h"

static bool missing(struct cx *cx, struct str id)
{
    return fail_detail(cx, E_NOT_FOUND, "Account '%.*s' not found", STR_ARG(id));
}

static int64_t pages_of(int64_t total, int64_t page_size)
{
    return total == 0 ? 1 : (total + page_size - 1) / page_size;
}

#define PAGE_IN(of) \
    IN(QUERY, T_INT, of, page, .least = 1, .most = 1000000000, .otherwise = 1), \
    IN(QUERY, T_INT, of, page_size, .least = 1, .most = 100, .otherwise = 25)
struct page_out { struct out_list items; int64_t total, page, page_size, total_pages; };
#define PAGE_OUT(items_) \
    OUT(O_LIST, page_out, items, .of = (items_)), OUT(O_INT, page_out, total), \
    OUT(O_INT, page_out, page), OUT(O_INT, page_out, page_size), \
    OUT(O_INT, page_out, total_pages), { 0 }

/* ---- GET /accounts ---- */

static const struct input LIST_IN[] = {
    PAGE_IN(directory_query),
    IN(QUERY, T_TEXT, directory_query, sort_by,
       .about = "id, slug, name, created_at or account_code; created_at when left out"),
    IN(QUERY, T_TEXT, directory_query, sort_order, .pattern = "^(asc|desc)$",
       .about = "desc when left out"),
    IN(QUERY, T_TEXT, directory_query, search, .about = "part of a name, slug, code or id"),
    { 0 },
};
struct listed { struct directory_entry is; struct str status; };
#define OUT_IS(of, type_, member, wire) OUT_AS(type_, of, is.member, wire)
static const struct output LISTED_OUT[] = {
    OUT_IS(listed, O_TEXT, account.id, "id"),
    OUT_IS(listed, O_TEXT, account.account_code, "account_code"),
    OUT_IS(listed, O_TEXT, account.slug, "slug"),
    OUT_IS(listed, O_TEXT, account.name, "name"),
    OUT_IS(listed, O_TIME, account.created_at, "created_at"),
    OUT_IS(listed, O_INT, user_count, "user_count"),
    OUT(O_TEXT, listed, status, .about = "active: there is no other"),
    { 0 },
};
static const struct output LIST_OUT[] = { PAGE_OUT(LISTED_OUT) };

static bool list_accounts(struct cx *cx, const void *input, struct reply *reply)
{
    struct directory_query query = *(const struct directory_query *)input;
    struct directory_page found;
    if (str_absent(query.sort_by))
        query.sort_by = S("created_at");
    TRY(directory_list(cx, &query, &found));
    struct listed *items = arena_list(cx->mem, struct listed, found.n);
    for (size_t i = 0; i < found.n; i++)
        items[i] = (struct listed){ found.at[i], S("active") };
    return reply_with(reply, LIST_OUT, &(struct page_out){
        .items = { items, found.n, sizeof *items }, .total = found.total, .page = query.page,
        .page_size = query.page_size, .total_pages = pages_of(found.total, query.page_size) });
}

/* ---- one: AccountDetail ---- */

struct detail { struct directory_entry is; struct out_list collections_used; };
static const struct output DETAIL_OUT[] = {
    OUT_IS(detail, O_TEXT, account.id, "id"),
    OUT_IS(detail, O_TEXT, account.account_code, "account_code"),
    OUT_IS(detail, O_TEXT, account.slug, "slug"),
    OUT_IS(detail, O_TEXT, account.name, "name"),
    OUT_IS(detail, O_TIME, account.created_at, "created_at"),
    OUT_IS(detail, O_TIME, account.updated_at, "updated_at"),
    OUT_IS(detail, O_INT, user_count, "user_count"),
    OUT(O_TEXTS, detail, collections_used, .about = "those that hold a record of the account"),
    { 0 },
};

static bool reply_detail(struct cx *cx, struct str id, struct reply *reply)
{
    struct detail out;
    struct str *names;
    size_t n;
    bool found;
    TRY(directory_find(cx, id, &found, &out.is));
    if (!found)
        return missing(cx, id);
    TRY(holdings_names(cx, id, &names, &n));
    out.collections_used = (struct out_list){ names, n, sizeof *names };
    return reply_with(reply, DETAIL_OUT, &out);
}

struct one_in { struct str account_id; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, account_id), { 0 } };

static bool get_account(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    return reply_detail(cx, in->account_id, reply);
}

/* ---- POST /accounts ---- */

struct create_in { struct str name, slug; };
static const struct input CREATE_IN[] = {
    IN(BODY, T_TEXT, create_in, name, .required = true, .min = 1, .max = 255),
    IN(BODY, T_TEXT, create_in, slug, .min = 3, .max = 32, .pattern = "^[a-z0-9-]+$",
       .about = "made from the name when left out"),
    { 0 },
};

static bool create_account(struct cx *cx, const void *input, struct reply *reply)
{
    const struct create_in *in = input;
    struct account account = { .name = in->name, .slug = in->slug };
    TRY(account_open(cx, &account));
    return reply_detail(cx, account.id, reply);
}

/* ---- PUT /accounts/{account_id} ---- */

struct rename_in { struct str account_id, name; };
static const struct input RENAME_IN[] = {
    IN(PATH, T_TEXT, rename_in, account_id),
    IN(BODY, T_TEXT, rename_in, name, .required = true, .min = 1, .max = 255),
    { 0 },
};

static bool rename_account(struct cx *cx, const void *input, struct reply *reply)
{
    const struct rename_in *in = input;
    struct account account;
    bool found;
    TRY(account_by_id(cx, in->account_id, &found, &account));
    if (!found)
        return missing(cx, in->account_id);
    TRY(account_rename(cx, &account, in->name));
    return reply_detail(cx, account.id, reply);
}

/* ---- DELETE /accounts/{account_id} ---- */

static bool delete_account(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct account account;
    bool found;
    TRY(account_by_id(cx, in->account_id, &found, &account));
    if (!found)
        return missing(cx, in->account_id);
    TRY(holdings_delete_account(cx, &account));
    return reply_empty(reply);
}

/* ---- GET /accounts/{account_id}/users ---- */

struct people_in { struct str account_id; int64_t page, page_size; };
static const struct input PEOPLE_IN[] = {
    IN(PATH, T_TEXT, people_in, account_id), PAGE_IN(people_in), { 0 },
};
static const struct output PERSON_OUT[] = {
    OUT(O_TEXT, member, id), OUT(O_TEXT, member, email), OUT(O_TEXT, member, role),
    OUT(O_BOOL, member, is_active), OUT(O_TIME, member, created_at), { 0 },
};
static const struct output PEOPLE_OUT[] = { PAGE_OUT(PERSON_OUT) };

static bool list_people(struct cx *cx, const void *input, struct reply *reply)
{
    const struct people_in *in = input;
    struct account account;
    struct members found;
    bool exists;
    TRY(account_by_id(cx, in->account_id, &exists, &account));
    if (!exists)
        return missing(cx, in->account_id);
    TRY(member_list(cx, &(struct member_query){
        .account_id = account.id, .role_id = MEMBER_ANY, .is_active = MEMBER_ANY,
        .sort = S("-created_at"), .skip = (in->page - 1) * in->page_size,
        .limit = in->page_size }, &found));
    for (size_t i = 0; i < found.n; i++)
        if (str_absent(found.at[i].role))
            found.at[i].role = S("unknown");
    return reply_with(reply, PEOPLE_OUT, &(struct page_out){
        .items = { found.at, found.n, sizeof *found.at }, .total = found.total, .page = in->page,
        .page_size = in->page_size, .total_pages = pages_of(found.total, in->page_size) });
}

/* Deleting takes as long as the account is large: it runs alone. */
const struct route accounts_routes[] = {
    { GET, "/api/v1/accounts", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(LIST_IN, directory_query), .output = LIST_OUT, .run = list_accounts,
      .title = "List accounts" },
    { POST, "/api/v1/accounts", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(CREATE_IN, create_in), .output = DETAIL_OUT, .status = 201, .run = create_account,
      .title = "Create an account", .about = "Without people, with the group pii_access." },
    { GET, "/api/v1/accounts/{account_id}", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(ONE_IN, one_in), .output = DETAIL_OUT, .run = get_account,
      .title = "Show an account and what it holds" },
    { PUT, "/api/v1/accounts/{account_id}", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(RENAME_IN, rename_in), .output = DETAIL_OUT, .run = rename_account,
      .title = "Rename an account", .about = "Its slug and code stay." },
    { DELETE, "/api/v1/accounts/{account_id}", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(ONE_IN, one_in), .status = 204, .run = delete_account, .alone = true,
      .title = "Delete an account with everything it has",
      .about = "People, groups, invitations, tokens, keys, configurations, mail and all records."
               " Its audit trail stays." },
    { GET, "/api/v1/accounts/{account_id}/users", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(PEOPLE_IN, people_in), .output = PEOPLE_OUT, .run = list_people,
      .title = "List the people of an account", .about = "The newest first." },
    { 0 },
};
