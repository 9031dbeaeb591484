/* pageuser.c — page: one of the people, and what is done with them at a press. */
#include "pageuser.h"

#include "audit/trailquery.h"
#include "desk/grid.h"
#include "desk/peopleform.h"
#include "identity/attempts.h"
#include "identity/manage.h"
#include "identity/member.h"
#include "identity/sessionlist.h"
#include "pagegoes.h"

enum { CHANGES = 10 };
static const char HERE[] = "users";
static const struct form_field NOTHING[] = { { 0 } };

struct one_in { struct str id; struct formdata form; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };
static const struct input POSTED_IN[] = {
    IN(PATH, T_TEXT, one_in, id), IN(FORM, T_WHOLE_FORM, one_in, form), { 0 },
};

static struct str page_of(struct cx *cx, struct str id, const char *rest)
{
    return str_fmt(cx->mem, "%.*s%s", STR_ARG(DESK_PATH(cx, S("users"), id)), rest);
}

static bool is_self(const struct cx *cx, const struct member *person)
{
    return str_eq(cx->who->id, person->id);
}

static bool find(struct cx *cx, struct str id, struct member *out)
{
    bool found;
    TRY(member_find(cx, id, &found, out));
    return found || fail_detail(cx, E_NOT_FOUND, "User not found");
}

/* ---- what is known ---- */

static void put_groups(struct desk *desk, const struct member *person)
{
    struct fills_list rows = { .mem = desk->cx->mem };
    for (size_t i = 0; i < person->groups.n; i++) {
        struct fills row = { .mem = rows.mem };
        fills_add(&row, fill_text("group", person->groups.at[i]));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("groups", &rows));
}

static void put_facts(struct desk *desk, const struct member *person)
{
    struct cx *cx = desk->cx;
    bool known = !str_absent(person->profile_data) && !str_eq(person->profile_data, S("{}"));
    desk_put(desk, fill_text("id", person->id));
    desk_put(desk, fill_text("email", person->email));
    desk_put(desk, fill_text("role", person->role));
    desk_put(desk, fill_text("account", str_fmt(cx->mem, "%.*s %.*s",
                             STR_ARG(person->account_code), STR_ARG(person->account_name))));
    desk_put(desk, fill_text("account_href", peopleform_any(cx)
                             ? DESK_PATH(cx, S("accounts"), person->account_id) : S("")));
    desk_put(desk, fill_flag("is_active", person->is_active));
    desk_put(desk, fill_flag("is_verified", person->email_verified));
    desk_put(desk, fill_flag("is_blocked", attempts_blocked(cx, person->account_id,
                                                            person->email)));
    desk_put(desk, fill_flag("is_self", is_self(cx, person)));
    desk_put(desk, fill_text("auth_provider", person->auth_provider));
    desk_put(desk, fill_text("external_email", person->external_email));
    desk_put(desk, fill_text("profile", known ? person->profile_data : S("")));
    desk_time(&desk->values, "created_iso", "created_text", person->created_at);
    desk_time(&desk->values, "login_iso", "login_text", person->last_login);
    put_groups(desk, person);
}

static bool put_sessions(struct desk *desk, const struct member *person)
{
    static const struct grid_column COLUMNS[] = {
        { .label = W("Since"), .kind = GRID_TIME }, { .label = W("Until"), .kind = GRID_TIME },
        { .label = W("Network address"), .kind = GRID_CODE }, { .label = W("Program") }, { 0 },
    };
    struct sessionlist found;
    struct grid grid;
    TRY(sessionlist_read(desk->cx, person->account_id, person->id, &found));
    grid_init(&grid, desk, COLUMNS, W("Sessions"));
    for (size_t i = 0; i < found.n; i++) {
        grid_row(&grid);
        grid_time(&grid, found.at[i].created_at);
        grid_time(&grid, found.at[i].expires_at);
        grid_text(&grid, found.at[i].ip_address);
        grid_text(&grid, found.at[i].user_agent);
    }
    grid_empty(&grid, W("Not signed in anywhere."), NULL, NO_STR);
    grid_put(&grid, "sessions");
    return true;
}

static void put_change(struct grid *grid, const struct audit_row *row)
{
    grid_row(grid);
    grid_time(grid, row->occurred_at);
    grid_text(grid, row->operation);
    grid_text(grid, row->column_name);
    grid_text(grid, row->old_value);
    grid_text(grid, row->new_value);
    grid_text(grid, row->user_email);
}

static bool find_changes(struct cx *cx, struct str user_id, struct grid *grid)
{
    const struct trailquery query = { .table_name = S("users"), .record_id = user_id };
    const struct trailquery_page page = { .sort_by = S("id"), .limit = CHANGES };
    int64_t ids[CHANGES];
    size_t n;
    TRY(trailquery_ids(cx, &query, &page, ids, &n));
    for (size_t i = 0; i < n; i++) {
        struct audit_row row;
        bool found;
        TRY(entries_find(cx, ids[i], &found, &row));
        if (found)
            put_change(grid, &row);
    }
    return true;
}

/* The trail is for superadmins. */
static bool put_changes(struct desk *desk, const struct member *person)
{
    static const struct grid_column COLUMNS[] = {
        { .label = W("When"), .kind = GRID_TIME }, { .label = W("What") },
        { .label = W("Value") }, { .label = W("Before") }, { .label = W("After") },
        { .label = W("By whom") }, { 0 },
    };
    struct grid grid;
    desk_put(desk, fill_flag("has_trail", peopleform_any(desk->cx)));
    desk_put(desk, fill_text("trail", str_fmt(desk->cx->mem,
             "/admin/trail?table=users&record=%.*s", STR_ARG(person->id))));
    if (!peopleform_any(desk->cx)) {
        desk_put(desk, fills_rows("changes", &(struct fills_list){ .mem = desk->cx->mem }));
        return true;
    }
    grid_init(&grid, desk, COLUMNS, W("Latest changes"));
    TRY(find_changes(desk->cx, person->id, &grid));
    grid_put(&grid, "changes");
    return true;
}

/* ---- what can be done ---- */

static void put_deed(struct desk *desk, struct fills_list *deeds, const struct member *person,
                     const char *path, const char *label)
{
    struct fills row = { .mem = desk->cx->mem };
    fills_add(&row, fill_text("action", page_of(desk->cx, person->id, path)));
    fills_add(&row, fill_text("label", phrase_of(desk->cx, label)));
    fills_row(deeds, &row);
}

static void put_deeds(struct desk *desk, const struct member *person)
{
    struct cx *cx = desk->cx;
    struct fills_list deeds = { .mem = cx->mem };
    if (!person->email_verified) {
        put_deed(desk, &deeds, person, "/verify", W("Count the address as verified"));
        put_deed(desk, &deeds, person, "/resend", W("Mail the link that verifies it"));
    }
    put_deed(desk, &deeds, person, "/reset", W("Mail a link for a new password"));
    put_deed(desk, &deeds, person, "/sessions", W("End all sessions"));
    put_deed(desk, &deeds, person, "/unlock", W("Forget failed sign-ins"));
    desk_put(desk, fills_rows("deeds", &deeds));
    if (is_self(cx, person))
        return;
    desk_action(desk, phrase_of(cx, W("Edit")), page_of(cx, person->id, "/edit"));
    desk_action(desk, phrase_of(cx, W("Set a password")), page_of(cx, person->id, "/password"));
    if (person->is_active)
        desk_action(desk, phrase_of(cx, W("Deactivate")), page_of(cx, person->id, "/delete"));
}

static bool show_user(struct form *faults, struct str id, struct reply *reply)
{
    struct cx *cx = faults->cx;
    struct member person;
    struct desk desk;
    TRY(find(cx, id, &person));
    struct str api = str_fmt(cx->mem, "/api/v1/users/%.*s", STR_ARG(person.id));
    desk_open(&desk, reply, HERE, person.email);
    desk_crumb(&desk, phrase_of(cx, W("Users")), S("/admin/users"));
    desk_api(&desk, "GET", api, NO_STR, S("client.users.get(id)"));
    desk_api(&desk, "POST", str_fmt(cx->mem, "%.*s/verify", STR_ARG(api)), NO_STR,
             S("client.users.verifyEmail(id)"));
    desk_api(&desk, "POST", str_fmt(cx->mem, "%.*s/resend-verification", STR_ARG(api)), NO_STR,
             S("client.users.resendVerification(id)"));
    form_put(faults, &desk, "form");
    put_facts(&desk, &person);
    put_deeds(&desk, &person);
    TRY(put_sessions(&desk, &person));
    TRY(put_changes(&desk, &person));
    return desk_show(&desk, "admin/user.html");
}

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct form none;
    form_init(&none, cx, NOTHING);
    return show_user(&none, in->id, reply);
}

/* After a deed: what there is to say, or the page again with what went wrong. */
static bool answer(struct cx *cx, const struct one_in *in, bool well, const char *said,
                   struct reply *reply)
{
    struct form faults;
    if (well)
        return desk_go(reply, page_of(cx, in->id, ""), phrase_of(cx, said));
    form_init(&faults, cx, NOTHING);
    TRY(form_take(&faults));
    reply_status(reply, form_status(&faults));
    return show_user(&faults, in->id, reply);
}

static bool verify(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    bool was;
    return answer(cx, in, manage_verify(cx, in->id, &was), W("The address counts as verified."),
                  reply);
}

static bool resend(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct str email;
    return answer(cx, in, manage_resend(cx, in->id, &email),
                  W("The link that verifies the address is on its way."), reply);
}

static bool send_reset(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct str email;
    return answer(cx, in, manage_send_reset(cx, in->id, &email),
                  W("The link for a new password is on its way; every session has ended."), reply);
}

static bool end_sessions(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    return answer(cx, in, manage_end_sessions(cx, in->id), W("Every session has ended."), reply);
}

static bool unlock(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    return answer(cx, in, manage_unlock(cx, in->id),
                  W("Failed sign-ins so far do not count any more."), reply);
}

/* ---- the end ---- */

static bool ask(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct consequences found;
    struct member person;
    TRY(find(cx, in->id, &person));
    TRY(consequences_user(cx, person.account_id, person.id, &found));
    struct confirm confirm = {
        .question = phrase_with(cx, W("Deactivate {name}?"),
                                (const struct fill[]){ fill_text("name", person.email), { 0 } }),
        .about = phrase_of(cx, W("The user stays, inactive, and is signed out everywhere. Editing"
                                 " the user makes them active again.")),
        .button = W("Deactivate"), .back = page_of(cx, person.id, "") };
    pagegoes_put(cx, &confirm, &found);
    return confirm_show(&confirm, reply, HERE);
}

static bool deactivate(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    return answer(cx, in, manage_deactivate(cx, in->id),
                  W("The user is inactive and signed out everywhere."), reply);
}

#define PAGE .need = NEED_ADMIN, .errors = SHAPE_PAGE, .hidden = true
#define POSTED(path, run_, title_) \
    { POST, "/admin/users/{id}" path, PAGE, INPUT(POSTED_IN, one_in), .run = (run_), \
      .title = title_ }
const struct route pageuser_routes[] = {
    { GET, "/admin/users/{id}", PAGE, INPUT(ONE_IN, one_in), .run = show, .title = "A user" },
    POSTED("/verify", verify, "Count a user's address as verified"),
    POSTED("/resend", resend, "Mail a user the link that verifies the address"),
    POSTED("/reset", send_reset, "Mail a user a link for a new password"),
    POSTED("/sessions", end_sessions, "Sign a user out everywhere"),
    POSTED("/unlock", unlock, "Forget a user's failed sign-ins"),
    { GET, "/admin/users/{id}/delete", PAGE, INPUT(ONE_IN, one_in), .run = ask,
      .title = "Deactivate a user?" },
    POSTED("/delete", deactivate, "Deactivate a user"),
    { 0 },
};
