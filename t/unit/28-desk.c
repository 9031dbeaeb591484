/* 28-desk.c — the kit of the pages: forms and their faults, stale edits, lists, addresses. */
#include <string.h>

#include "base/settings.h"
#include "desk/confirm.h"
#include "desk/form.h"
#include "desk/grid.h"
#include "http/request.h"
#include "tap.h"

static struct settings set = {
    .templates_dir = S_INIT("templates"), .app_name = S_INIT("Larder"),
    .external_url = S_INIT("https://api.example.com"), .base_path = S_INIT("/base"),
    .secret_key = S_INIT("not a secret at all, but long enough for one"),
};
static void *keep[KEEP_COUNT];
static struct reply reply;
static struct request request;
static struct desk desk;
static struct actor who = { .kind = ACTOR_USER, .email = S_INIT("ann@acme.example.com"),
                            .session_id = S_INIT("s") };
static struct cx cx;

static void open_desk(const char *path, const char *query)
{
    cx = (struct cx){ .mem = tap_mem(), .set = &set, .keep = keep, .who = &who };
    request = (struct request){ .method = GET, .path = str_of(path), .query = str_of(query) };
    reply_init(&reply, &cx, &request, 1 << 20);
    desk_open(&desk, &reply, "users", S("People"));
}

static const struct fill *value(const struct fill *values, const char *name)
{
    for (; values->type != FILL_END; values++)
        if (strcmp(values->name, name) == 0)
            return values;
    return NULL;
}

static const struct fill *row(const char *name, const char *rows, size_t i)
{
    const struct fill *one = value(fills_end(&desk.values), name);
    const struct fill *list = value(one->rows[0], rows);
    return list->rows[i];
}

static const struct form_field FIELDS[] = {
    { "email", FORM_EMAIL, .label = W("E-mail address"), .required = true, .max = 20 },
    { "role", FORM_CHOICE, .label = W("Role"), .required = true },
    { "groups", FORM_CHOICES, .label = W("Groups") },
    { "age", FORM_NUMBER, .label = W("Age") },
    { "notes", FORM_AREA, .label = W("Notes") },
    { "active", FORM_CHECK, .label = W("Active") },
    { "secret", FORM_PASSWORD, .label = W("Password") },
    { 0 },
};
static const struct form_option ROLES[] = { { S_INIT("1"), S_INIT("admin") },
                                            { S_INIT("2"), S_INIT("user") } };

static struct form shown(void)
{
    struct form form;
    form_init(&form, &cx, FIELDS);
    form_options(&form, "role", ROLES, 2);
    form_options(&form, "groups", ROLES, 2);
    form_set(&form, "email", S("ann@acme.co"));
    form_set(&form, "role", S("2"));
    form_set(&form, "age", NO_STR);
    form_set_flag(&form, "active", true);
    form_set_many(&form, "groups", (struct str[]){ S("1") }, 1);
    return form;
}

static struct formdata sent(const char *body)
{
    struct formdata data;
    (void)!formdata_read(&cx, str_of(body), "form", &data);
    return data;
}

static void reading(void)
{
    open_desk("/admin/users", NULL);
    struct form form = shown();
    const struct str *groups;
    struct formdata data = sent("email=+bob%40acme.co+&role=1&groups=2&groups=9&age=4.5"
                                "&notes=a%0D%0Ab+&secret=+x+");
    form_read(&form, &data);
    ok(form_good(&form), "what fits is taken");
    is_text(form_text(&form, "email"), "bob@acme.co", "a line is trimmed");
    is_text(form_text(&form, "notes"), "a\nb ", "an area is not, but its ends of lines are ours");
    is_text(form_text(&form, "secret"), " x ", "nor a password");
    ok(!form_flag(&form, "active"), "a box that was not sent is not checked");
    is_int((int64_t)form_many(&form, "groups", &groups), 1, "of choices those count that there are");
    ok(form_status(&form) == 200, "and all is well");
}

static void faults(void)
{
    open_desk("/admin/users", NULL);
    struct form form = shown();
    struct formdata data = sent("email=&role=9&age=old&notes=x");
    form_read(&form, &data);
    ok(!form_good(&form) && form_status(&form) == 422, "what does not fit is refused");
    form_put(&form, &desk, "form");
    is_text(value(row("summary", "faults", 0), "text")->text,
            "E-mail address: This must be filled in.", "said above, with the name of the field");
    is_text(value(row("summary", "faults", 0), "href")->text, "#f-email", "and led to it");
    is_text(value(row("summary", "faults", 1), "text")->text, "Role: Choose one of the list.",
            "a choice that is not offered");
    ok(value(row("form", "fields", 3), "faulty")->number == 1, "the field knows it, too");
    is_text(value(row("form", "fields", 3), "value")->text, "old", "and keeps what was typed");
}

static void taken(void)
{
    open_desk("/admin/users", NULL);
    struct form form = shown();
    fail_field(&cx, E_CONFLICT, "Conflict", "email", "That address is taken");
    ok(form_take(&form) && cx.err.kind == E_NONE, "a refusal becomes a fault of the form");
    ok(form_status(&form) == 409, "and keeps its status");
    form_put(&form, &desk, "form");
    is_text(value(row("summary", "faults", 0), "text")->text,
            "E-mail address: That address is taken", "at its field");
    broken(&cx, "the disk is gone");
    ok(!form_take(&form) && cx.err.kind == E_BROKEN, "what nobody can mend stays a failure");
    fail_forget(&cx);
    fail_add_field(&cx, &(struct err_field){ .type = "value_error", .loc = S("[\"body\",\"role\"]"),
                                             .msg = S("No such role") });
    ok(!fail_fields(&cx) && form_take(&form), "a 422 of the API, too");
    form_put(&form, &desk, "again");
    ok(value(row("again", "fields", 1), "faulty")->number == 1, "by the last name of its place");
}

static void stale(void)
{
    open_desk("/admin/users", NULL);
    struct form form = shown();
    form_guard(&form);
    const char *body = str_fmt(cx.mem, "version=%.*s&email=bob%%40acme.co&role=2&groups=1&active=on",
                               STR_ARG(form.version)).p;
    struct formdata data = sent(body);
    form_read(&form, &data);
    ok(form_good(&form), "nobody was in between");
    form = shown();
    form_set(&form, "email", S("eve@acme.co"));
    form_guard(&form);
    form_read(&form, &data);
    ok(!form_good(&form) && form_status(&form) == 409, "somebody was");
    form_put(&form, &desk, "form");
    ok(value(row("form", "fields", 0), "is_changed")->number == 1
       && value(row("form", "fields", 1), "is_changed")->number == 0, "what differs is marked");
    is_text(value(row("form", "fields", 0), "theirs")->text, "eve@acme.co", "with what it is now");
    is_text(value(row("form", "fields", 0), "value")->text, "bob@acme.co", "beside what was typed");
}

static void lists(void)
{
    static const struct grid_column COLUMNS[] = {
        { W("E-mail address"), .sort = "email" }, { .label = W("Role") },
        { W("Created"), .kind = GRID_TIME }, { W("Age"), .kind = GRID_NUMBER }, { 0 },
    };
    struct grid grid;
    open_desk("/admin/users", "search=a%26b&sort=email&offset=60");
    grid_init(&grid, &desk, COLUMNS, W("People"));
    grid_row(&grid);
    grid_select(&grid, S("7"), S("ann"));
    grid_link(&grid, S(""), DESK_PATH(&cx, S("users"), S("a/b"), S("edit")));
    grid_badge(&grid, GRID_GOOD, S("admin"));
    grid_time(&grid, INT64_C(1772360430000000));
    grid_pages(&grid, 60, 30, 92);
    grid_put(&grid, "table");
    const struct fill *cells = value(row("table", "body", 0), "cells")->rows[0];
    is_text(value(cells, "href")->text, "/admin/users/a%2Fb/edit", "a link, each segment encoded");
    is_text(value(cells, "text")->text, "(empty)", "an empty text can still be followed");
    is_int((int64_t)value(row("table", "body", 0), "cells")->n, 4, "missing cells are empty ones");
    is_text(value(row("table", "head", 0), "sort_href")->text,
            "/admin/users?search=a%26b&sort=-email", "sorted again, the other way round, from the start");
    is_text(value(row("table", "pager", 0), "words")->text, "61–61 of 92", "where this page is");
    is_text(value(row("table", "pager", 0), "previous")->text,
            "/admin/users?search=a%26b&sort=email&offset=30", "the one before");
    is_text(value(row("table", "pager", 0), "next")->text,
            "/admin/users?search=a%26b&sort=email&offset=90", "the one after");
}

static void frame(void)
{
    open_desk("/admin/users", NULL);
    desk_api(&desk, "POST", S("/api/v1/users"), S("{\"name\":\"O'Neil\"}"), S("client.users.create()"));
    desk_notice(&desk, DESK_BAD, S("No"));
    desk_action(&desk, S("New"), S("/admin/users/new"));
    desk_crumb(&desk, S("Accounts"), S("/admin/accounts"));
    const struct fill call[] = { fills_rows("calls", &desk.calls) };
    is_text(value(call[0].rows[0], "curl")->text,
            "curl -H \"Authorization: Bearer $TOKEN\" -X POST -H 'Content-Type: application/json'"
            " -d '{\"name\":\"O'\\''Neil\"}' 'https://api.example.com/base/api/v1/users'",
            "a call that can be pasted into a shell, whatever is in it");
    ok(desk_go(&reply, S("/admin/users"), S("Saved “x”; done")), "on to another page");
    ok(reply_finish(&reply) && reply.status == 303, "by 303");
    is_text(reply.headers[reply.header_count - 1].value, "/base/admin/users", "below our prefix");
    ok(str_starts(reply.headers[0].value, S("larder_notice=Saved%20%E2%80%9Cx")), "with a word on it");
    is_text(desk_size(&cx, 1536), "1.5 KB", "bytes for people");
}

static void questions(void)
{
    struct confirm confirm = { .question = S("Delete?"), .button = W("Delete"), .back = S("/admin") };
    open_desk("/admin/users", NULL);
    confirm_goes(&confirm, &cx, S("Records"), 12, S("goes as well"), (struct str[]){ S("x") }, 1);
    confirm_keep(&confirm, &cx, "id", S("7"));
    ok(confirm.goes.n == 1 && confirm.hidden.n == 1, "what else goes, and what is kept");
    ok(confirm_show(&confirm, &reply, "users"), "is a page");
    ok(str_has(buf_text(&reply.body), S("goes as well")), "that says it");
}

int main(void)
{
    plan(40);
    reading();
    faults();
    taken();
    stale();
    lists();
    frame();
    questions();
    return done();
}
