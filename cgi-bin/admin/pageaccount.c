/* pageaccount.c — pages: one account, its name, its end, and acting as its admin. */
#include "pageaccount.h"

#include "data/holdings.h"
#include "desk/form.h"
#include "files/file.h"
#include "http/websession.h"
#include "identity/directory.h"
#include "pagegoes.h"

static const char HERE[] = "accounts";

struct one_in { struct str id; struct formdata form; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };
static const struct input POSTED_IN[] = {
    IN(PATH, T_TEXT, one_in, id), IN(FORM, T_WHOLE_FORM, one_in, form), { 0 },
};

static bool find(struct cx *cx, struct str id, struct directory_entry *out)
{
    bool found;
    TRY(directory_find(cx, id, &found, out));
    return found || fail_detail(cx, E_NOT_FOUND, "Account '%.*s' not found", STR_ARG(id));
}

static struct str api_path(struct cx *cx, const struct account *account)
{
    return str_fmt(cx->mem, "/api/v1/accounts/%.*s", STR_ARG(account->id));
}

/* ---- one ---- */

static void put_holding(struct cx *cx, struct fills_list *rows, const struct consequence *found)
{
    const struct fill name[] = { fill_text("name", found->name), { 0 } };
    struct fills row = { .mem = cx->mem };
    if (found->effect == CONSEQUENCES_STOPS)
        return;
    fills_add(&row, fill_text("what", phrase_with(cx, found->what, name)));
    fills_add(&row, fill_text("count", str_fmt(cx->mem, "%lld%s", (long long)found->count,
                                               found->is_more ? "+" : "")));
    fills_row(rows, &row);
}

static bool put_facts(struct desk *desk, const struct directory_entry *entry)
{
    const struct account *account = &entry->account;
    struct fills_list rows = { .mem = desk->cx->mem };
    struct consequences found;
    int64_t bytes;
    TRY(consequences_account(desk->cx, account->id, &found));
    TRY(file_account_bytes(desk->cx, account->id, &bytes));
    for (size_t i = 0; i < found.n; i++)
        put_holding(desk->cx, &rows, &found.at[i]);
    desk_put(desk, fills_rows("holdings", &rows));
    desk_put(desk, fill_text("storage", desk_size(desk->cx, bytes)));
    desk_put(desk, fill_int("users", entry->user_count));
    desk_put(desk, fill_text("id", account->id));
    desk_put(desk, fill_text("code", account->account_code));
    desk_put(desk, fill_text("slug", account->slug));
    desk_put(desk, fill_flag("is_system", str_eq(account->id, S(SYSTEM_ACCOUNT))));
    desk_time(&desk->values, "created_iso", "created_text", account->created_at);
    desk_time(&desk->values, "updated_iso", "updated_text", account->updated_at);
    return true;
}

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct directory_entry entry;
    struct desk desk;
    TRY(find(cx, in->id, &entry));
    const struct account *account = &entry.account;
    desk_open(&desk, reply, HERE, account->name);
    desk_crumb(&desk, phrase_of(cx, W("Accounts")), S("/admin/accounts"));
    desk_action(&desk, phrase_of(cx, W("Rename")),
                DESK_PATH(cx, S("accounts"), account->id, S("edit")));
    if (!str_eq(account->id, S(SYSTEM_ACCOUNT)))
        desk_action(&desk, phrase_of(cx, W("Delete")),
                    DESK_PATH(cx, S("accounts"), account->id, S("delete")));
    desk_api(&desk, "GET", api_path(cx, account), NO_STR, S("client.accounts.get(id)"));
    TRY(put_facts(&desk, &entry));
    return desk_show(&desk, "admin/account.html");
}

/* ---- another name ---- */

static const struct form_field FIELDS[] = {
    { "name", FORM_TEXT, .label = W("Name"), .required = true, .max = 255,
      .hint = W("Its short name and code stay.") }, { 0 },
};

static void open_edit(struct form *form, struct cx *cx, const struct account *account)
{
    form_init(form, cx, FIELDS);
    form_set(form, "name", account->name);
    form_guard(form);
    form->changed_at = account->updated_at;
    form->cancel = DESK_PATH(cx, S("accounts"), account->id);
}

static bool show_edit(struct form *form, const struct account *account, struct reply *reply)
{
    struct cx *cx = form->cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Rename the account")));
    desk_crumb(&desk, phrase_of(cx, W("Accounts")), S("/admin/accounts"));
    desk_crumb(&desk, account->name, DESK_PATH(cx, S("accounts"), account->id));
    desk_api(&desk, "PUT", api_path(cx, account), S("{\"name\":\"…\"}"),
             S("client.accounts.update(id, { name })"));
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/edit.html");
}

static bool edit(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct directory_entry entry;
    struct form form;
    TRY(find(cx, in->id, &entry));
    open_edit(&form, cx, &entry.account);
    return show_edit(&form, &entry.account, reply);
}

static bool change(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct directory_entry entry;
    struct form form;
    TRY(find(cx, in->id, &entry));
    open_edit(&form, cx, &entry.account);
    form_read(&form, &in->form);
    if (form_good(&form) && account_rename(cx, &entry.account, form_text(&form, "name")))
        return desk_go(reply, DESK_PATH(cx, S("accounts"), in->id), phrase_of(cx, W("Saved.")));
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_edit(&form, &entry.account, reply);
}

/* ---- the end of one ---- */

static bool show_question(struct cx *cx, const struct account *account, bool mistyped,
                          struct reply *reply)
{
    struct consequences found;
    TRY(consequences_account(cx, account->id, &found));
    struct confirm confirm = {
        .question = phrase_with(cx, W("Delete the account {name}?"),
                                (const struct fill[]){ fill_text("name", account->name), { 0 } }),
        .about = phrase_of(cx, W("With everything it has. Its audit trail stays.")),
        .button = W("Delete the account"), .word = account->slug, .mistyped = mistyped,
        .back = DESK_PATH(cx, S("accounts"), account->id) };
    pagegoes_put(cx, &confirm, &found);
    return confirm_show(&confirm, reply, HERE);
}

static bool ask(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct directory_entry entry;
    TRY(find(cx, in->id, &entry));
    return show_question(cx, &entry.account, false, reply);
}

static bool remove_one(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct directory_entry entry;
    TRY(find(cx, in->id, &entry));
    if (!str_eq(str_trim(formdata_text(&in->form, "word")), entry.account.slug))
        return show_question(cx, &entry.account, true, reply);
    TRY(holdings_delete_account(cx, &entry.account));
    return desk_go(reply, S("/admin/accounts"),
                   phrase_with(cx, W("The account {name} is deleted."),
                               (const struct fill[]){ fill_text("name", entry.account.name),
                                                      { 0 } }));
}

/* ---- acting in one ---- */

struct act_in { struct formdata form; };
static const struct input ACT_IN[] = { IN(FORM, T_WHOLE_FORM, act_in, form), { 0 } };

/* Without an account: acting ends. Asked as oneself, whoever one acts as (websession.h). */
static bool act(struct cx *cx, const void *input, struct reply *reply)
{
    const struct act_in *in = input;
    struct str id = formdata_text(&in->form, "account_id");
    struct directory_entry entry;
    if (id.n == 0) {
        websession_enter(reply, NO_STR);
        return desk_go(reply, S("/admin"), phrase_of(cx, W("You are yourself again.")));
    }
    if (!cx->who->is_superadmin)
        return fail_detail(cx, E_FORBIDDEN, "Superadmin access required");
    TRY(find(cx, id, &entry));
    if (str_eq(entry.account.id, S(SYSTEM_ACCOUNT)))
        return fail_detail(cx, E_INVALID, "Nobody acts in the system's own account");
    websession_enter(reply, entry.account.id);
    return desk_go(reply, S("/admin"), NO_STR);
}

#define PAGE .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pageaccount_routes[] = {
    { GET, "/admin/accounts/{id}", PAGE, INPUT(ONE_IN, one_in), .run = show,
      .title = "An account" },
    { GET, "/admin/accounts/{id}/edit", PAGE, INPUT(ONE_IN, one_in), .run = edit,
      .title = "Rename an account" },
    { POST, "/admin/accounts/{id}/edit", PAGE, INPUT(POSTED_IN, one_in), .run = change,
      .title = "Rename an account" },
    { GET, "/admin/accounts/{id}/delete", PAGE, INPUT(ONE_IN, one_in), .run = ask,
      .title = "Delete an account?" },
    { POST, "/admin/accounts/{id}/delete", PAGE, INPUT(POSTED_IN, one_in), .run = remove_one,
      .alone = true, .title = "Delete an account with everything it has" },
    { POST, "/admin/act", .need = NEED_USER, .errors = SHAPE_PAGE, .hidden = true,
      INPUT(ACT_IN, act_in), .run = act, .title = "Act as an account's admin, or no more" },
    { 0 },
};
