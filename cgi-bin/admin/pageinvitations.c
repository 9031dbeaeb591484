/* pageinvitations.c — pages: who was invited, and what becomes of it. */
#include "pageinvitations.h"

#include <string.h>

#include "desk/confirm.h"
#include "desk/grid.h"
#include "desk/peopleform.h"
#include "identity/invitation.h"
#include "identity/onetime.h"
#include "identity/role.h"

static const char HERE[] = "invitations";
static const struct form_field NOTHING[] = { { 0 } };

static struct str status_words(struct cx *cx, const char *status)
{
    return strcmp(status, "accepted") == 0 ? phrase_of(cx, W("Accepted"))
         : strcmp(status, "expired") == 0 ? phrase_of(cx, W("Expired"))
                                          : phrase_of(cx, W("Pending"));
}

static enum grid_tone status_tone(const char *status)
{
    return strcmp(status, "accepted") == 0 ? GRID_GOOD
         : strcmp(status, "expired") == 0 ? GRID_BAD : GRID_WARNING;
}

/* ---- the list ---- */

struct list_in { int64_t offset; struct str query; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_INT, list_in, offset, .least = 0, .most = 1000000000),
    IN(QUERY, T_WHOLE_QUERY, list_in, query), { 0 },
};
#define FILTER_FIELDS \
    { "search", FORM_SEARCH, .label = W("Part of an e-mail address") }, \
    { "status", FORM_CHOICE, .label = W("Status") }
static const struct form_field FILTER[] = { FILTER_FIELDS, { 0 } };
static const struct form_field FILTER_OF_ANY[] = {
    FILTER_FIELDS, { "account", FORM_TEXT, .label = W("Account"), .max = 64 }, { 0 },
};
static const struct grid_column COLUMNS[] = {
    { .label = W("E-mail address") }, { .label = W("Status") }, { .label = W("Invited by") },
    { .label = W("Good until"), .kind = GRID_TIME }, { .label = W("Mailed"), .kind = GRID_TIME },
    { .label = W("Account") }, { 0 },
};

static bool open_filter(struct form *filter, struct cx *cx, struct str query)
{
    static const char *const WORDS[][2] = {
        { "", W("Any") }, { "pending", W("Pending") }, { "accepted", W("Accepted") },
        { "expired", W("Expired") },
    };
    struct form_option *states = arena_list(cx->mem, struct form_option, COUNT(WORDS));
    struct formdata sent;
    for (size_t i = 0; i < COUNT(WORDS); i++)
        states[i] = (struct form_option){ str_of(WORDS[i][0]), phrase_of(cx, WORDS[i][1]) };
    form_init(filter, cx, peopleform_any(cx) ? FILTER_OF_ANY : FILTER);
    form_options(filter, "status", states, COUNT(WORDS));
    TRY(formdata_read(cx, query, "query", &sent));
    form_read(filter, &sent);
    filter->is_get = true;
    filter->submit = W("Search");
    return true;
}

/* Pages of the API are numbered: the offset is one of theirs, or rounded down to it. */
static bool find(struct form *filter, int64_t offset, int64_t rows, struct invitation_page *found)
{
    struct invitation_query query = {
        .search = form_text(filter, "search"), .status = form_text(filter, "status"),
        .page = offset / rows + 1, .page_size = rows };
    *found = (struct invitation_page){ 0 };
    if (query.status.n == 0)
        query.status = NO_STR;
    if (form_text(filter, "account").n > 0)
        TRY(peopleform_account(filter, &query.account_id));
    return !form_good(filter) || invitation_list(filter->cx, &query, found);
}

static void put_invitations(struct desk *desk, const struct invitation_page *found, int64_t offset)
{
    struct cx *cx = desk->cx;
    struct grid grid;
    grid_init(&grid, desk, COLUMNS, W("Invitations"));
    for (size_t i = 0; i < found->n; i++) {
        const struct invitation *it = &found->at[i];
        grid_row(&grid);
        grid_link(&grid, it->email, DESK_PATH(cx, S("invitations"), it->id));
        grid_badge(&grid, status_tone(it->status), status_words(cx, it->status));
        grid_text(&grid, it->invited_by_email);
        grid_time(&grid, it->expires_at);
        grid_time(&grid, it->email_sent_at);
        grid_text(&grid, str_fmt(cx->mem, "%.*s %.*s", STR_ARG(it->account_code),
                                 STR_ARG(it->account_name)));
    }
    grid_empty(&grid, W("No invitation is like that."), W("Invite somebody"),
               S("/admin/invitations/new"));
    grid_pages(&grid, offset, desk->rows, found->total);
    grid_put(&grid, "table");
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct invitation_page found;
    struct form filter;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Invitations")));
    TRY(open_filter(&filter, cx, in->query));
    TRY(find(&filter, in->offset, desk.rows, &found));
    reply_status(reply, form_status(&filter));
    desk_action(&desk, phrase_of(cx, W("Invite somebody")), S("/admin/invitations/new"));
    desk_api(&desk, "GET", S("/api/v1/invitations?page=1&page_size=30"), NO_STR,
             S("client.invitations.list({ status_filter: 'pending' })"));
    form_put(&filter, &desk, "filter");
    put_invitations(&desk, &found, in->offset - in->offset % desk.rows);
    return desk_show(&desk, "admin/list.html");
}

/* ---- a new one ---- */

#define NEW_FIELDS \
    { "email", FORM_EMAIL, .label = W("E-mail address"), .required = true, .max = 320 }, \
    { "role_id", FORM_CHOICE, .label = W("Role"), .required = true }
static const struct form_field FIELDS[] = {
    NEW_FIELDS, { "groups", FORM_CHOICES, .label = W("Groups") }, { 0 },
};
static const struct form_field FIELDS_OF_ANY[] = { NEW_FIELDS, PEOPLEFORM_ACCOUNT, { 0 } };

struct new_in { struct str account; struct formdata form; };
static const struct input NEW_IN[] = { IN(QUERY, T_TEXT, new_in, account), { 0 } };
static const struct input CREATE_IN[] = { IN(FORM, T_WHOLE_FORM, new_in, form), { 0 } };

static bool show_new(struct form *form, struct reply *reply)
{
    struct cx *cx = form->cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Invite somebody")));
    desk_crumb(&desk, phrase_of(cx, W("Invitations")), S("/admin/invitations"));
    desk_api(&desk, "POST", S("/api/v1/invitations"),
             S("{\"email\":\"…\",\"role_id\":2,\"groups\":[]}"),
             S("client.invitations.create({ email, role_id })"));
    form->once = true;
    form->submit = W("Send the invitation");
    form->cancel = S("/admin/invitations");
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/edit.html");
}

static bool open_new(struct form *form, struct cx *cx)
{
    form_init(form, cx, peopleform_any(cx) ? FIELDS_OF_ANY : FIELDS);
    TRY(peopleform_roles(form, 0));
    return peopleform_any(cx) || peopleform_groups(form, cx->who->account_id);
}

static bool new_one(struct cx *cx, const void *input, struct reply *reply)
{
    const struct new_in *in = input;
    struct form form;
    TRY(open_new(&form, cx));
    form_set(&form, "account", in->account);
    form_set(&form, "role_id", S("2"));
    return show_new(&form, reply);
}

/* What the API takes as JSON; the form lets only numbers and ids of its own lists through. */
static bool put_choices(const struct form *form, struct invitation_wish *wish)
{
    struct jv_fault fault;
    struct jv object;
    struct buf text;
    const struct str *ids;
    size_t n = form_many(form, "groups", &ids);
    buf_init(&text, form->cx->mem, 65536);
    buf_fmt(&text, "{\"role_id\":%.*s,\"groups\":[", STR_ARG(form_text(form, "role_id")));
    for (size_t i = 0; i < n; i++)
        buf_fmt(&text, "%s\"%.*s\"", i > 0 ? "," : "", STR_ARG(ids[i]));
    buf_str(&text, S("]}"));
    TRY(jv_parse(form->cx, buf_text(&text), &object, &fault));
    wish->role_id = jv_get(object, S("role_id"));
    if (n > 0)
        wish->groups = jv_get(object, S("groups"));
    return true;
}

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct new_in *in = input;
    struct invitation_wish wish = { 0 };
    struct invitation made;
    struct form form;
    TRY(open_new(&form, cx));
    form_read(&form, &in->form);
    TRY(peopleform_account(&form, &wish.account_id));
    wish.email = peopleform_email(&form);
    if (form_good(&form)) {
        TRY(put_choices(&form, &wish));
        if (invitation_create(cx, &wish, &made))
            return desk_go(reply, DESK_PATH(cx, S("invitations"), made.id),
                           phrase_of(cx, W("The invitation is on its way.")));
    }
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_new(&form, reply);
}

/* ---- one ---- */

struct one_in { struct str id; struct formdata form; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };
static const struct input POSTED_IN[] = {
    IN(PATH, T_TEXT, one_in, id), IN(FORM, T_WHOLE_FORM, one_in, form), { 0 },
};

static bool put_facts(struct desk *desk, const struct invitation *it)
{
    static const char *const TONES[] = { "plain", "good", "warning", "bad" };
    struct cx *cx = desk->cx;
    bool pending = strcmp(it->status, "pending") == 0, found = false;
    struct str link = S("");
    struct role role;
    if (it->role_id != 0)
        TRY(role_by_id(cx, it->role_id, &found, &role));
    if (pending && !str_absent(it->token))
        TRY(onetime_link(cx, it->account_id, "accept-invitation", it->token, &link));
    desk_put(desk, fill_text("link", link));
    desk_put(desk, fill_flag("is_pending", pending));
    desk_put(desk, fill_text("status", status_words(cx, it->status)));
    desk_put(desk, fill_text("tone", str_of(TONES[status_tone(it->status)])));
    desk_put(desk, fill_text("role", found ? role.name : S("user")));
    desk_put(desk, fill_text("account", str_fmt(cx->mem, "%.*s %.*s",
                             STR_ARG(it->account_code), STR_ARG(it->account_name))));
    desk_put(desk, fill_text("inviter", it->invited_by_email));
    desk_time(&desk->values, "until_iso", "until_text", it->expires_at);
    desk_time(&desk->values, "sent_iso", "sent_text", it->email_sent_at);
    desk_time(&desk->values, "accepted_iso", "accepted_text", it->accepted_at);
    desk_put(desk, fill_text("resend", DESK_PATH(cx, S("invitations"), it->id, S("resend"))));
    return true;
}

static bool show_one(struct form *faults, struct str id, struct reply *reply)
{
    struct cx *cx = faults->cx;
    struct invitation it;
    struct desk desk;
    TRY(invitation_get(cx, id, &it));
    desk_open(&desk, reply, HERE, it.email);
    desk_crumb(&desk, phrase_of(cx, W("Invitations")), S("/admin/invitations"));
    desk_action(&desk, phrase_of(cx, W("Cancel the invitation")),
                DESK_PATH(cx, S("invitations"), it.id, S("delete")));
    desk_api(&desk, "POST", str_fmt(cx->mem, "/api/v1/invitations/%.*s/resend", STR_ARG(it.id)),
             NO_STR, S("client.invitations.resend(id)"));
    form_put(faults, &desk, "form");
    TRY(put_facts(&desk, &it));
    return desk_show(&desk, "admin/invitation.html");
}

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct form none;
    form_init(&none, cx, NOTHING);
    return show_one(&none, in->id, reply);
}

static bool resend(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct invitation it;
    struct form faults;
    if (invitation_resend(cx, in->id, &it))
        return desk_go(reply, DESK_PATH(cx, S("invitations"), it.id),
                       phrase_of(cx, W("The invitation is on its way again.")));
    form_init(&faults, cx, NOTHING);
    TRY(form_take(&faults));
    reply_status(reply, form_status(&faults));
    return show_one(&faults, in->id, reply);
}

static bool ask(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct invitation it;
    TRY(invitation_get(cx, in->id, &it));
    struct confirm confirm = {
        .question = phrase_with(cx, W("Cancel the invitation of {name}?"),
                                (const struct fill[]){ fill_text("name", it.email), { 0 } }),
        .about = phrase_of(cx, W("Its link does not work any more. Who has accepted it stays.")),
        .button = W("Cancel the invitation"), .back = DESK_PATH(cx, S("invitations"), it.id) };
    return confirm_show(&confirm, reply, HERE);
}

static bool cancel(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    TRY(invitation_cancel(cx, in->id));
    return desk_go(reply, S("/admin/invitations"),
                   phrase_of(cx, W("The invitation is cancelled.")));
}

#define PAGE .need = NEED_ADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pageinvitations_routes[] = {
    { GET, "/admin/invitations", PAGE, INPUT(LIST_IN, list_in), .run = list,
      .title = "Invitations" },
    { GET, "/admin/invitations/new", PAGE, INPUT(NEW_IN, new_in), .run = new_one,
      .title = "Invite somebody" },
    { POST, "/admin/invitations/new", PAGE, INPUT(CREATE_IN, new_in), .run = create,
      .title = "Invite somebody" },
    { GET, "/admin/invitations/{id}", PAGE, INPUT(ONE_IN, one_in), .run = show,
      .title = "An invitation" },
    { POST, "/admin/invitations/{id}/resend", PAGE, INPUT(POSTED_IN, one_in), .run = resend,
      .title = "Send an invitation again" },
    { GET, "/admin/invitations/{id}/delete", PAGE, INPUT(ONE_IN, one_in), .run = ask,
      .title = "Cancel an invitation?" },
    { POST, "/admin/invitations/{id}/delete", PAGE, INPUT(POSTED_IN, one_in), .run = cancel,
      .title = "Cancel an invitation" },
    { 0 },
};
