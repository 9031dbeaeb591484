/* pagemaillog.c — pages: what became of mails, and why. */
#include "pagemaillog.h"

#include "base/js.h"
#include "base/when.h"
#include "desk/form.h"
#include "desk/grid.h"
#include "identity/account.h"
#include "mail/maillog.h"

static const char HERE[] = "mails";
#define LIST_PATH S("/admin/mail/log")
enum { OFFSET_MAX = 1000000000 };

/* ---- the list ---- */

struct list_in { struct str status, type, from, to; int64_t offset; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_TEXT, list_in, status), IN(QUERY, T_TEXT, list_in, type),
    IN(QUERY, T_TEXT, list_in, from), IN(QUERY, T_TEXT, list_in, to),
    IN(QUERY, T_INT, list_in, offset, .least = 0, .most = OFFSET_MAX), { 0 },
};
static const struct form_field FILTER[] = {
    { "status", FORM_CHOICE, .label = W("Status") },
    { "type", FORM_TEXT, .label = W("Mail"), .max = 100 },
    { "from", FORM_DATE, .label = W("From") }, { "to", FORM_DATE, .label = W("Until") }, { 0 },
};
static const struct grid_column COLUMNS[] = {
    { .label = W("Sent"), .kind = GRID_TIME }, { .label = W("To") }, { .label = W("Mail") },
    { .label = W("Provider") }, { .label = W("Status") }, { .label = W("Reason") }, { 0 },
};

static struct str given(struct str filter)
{
    return filter.n > 0 ? filter : NO_STR;
}

/* A day begins with its first moment and ends with its last one. */
static void read_day(struct form *form, const char *name, bool is_end, int64_t *us)
{
    struct str text = form_text(form, name);
    *us = 0;
    if (text.n == 0)
        return;
    if (!when_parse_date(text) || !when_parse(text, us))
        form_fault(form, name, phrase_of(form->cx, W("This must be a date like 2026-03-31.")));
    else if (is_end)
        *us += WHEN_DAY - 1;
}

static void open_filter(struct form *form, struct cx *cx, const struct list_in *in)
{
    struct form_option *options = arena_list(cx->mem, struct form_option, 3);
    options[0] = (struct form_option){ S(""), phrase_of(cx, W("Any")) };
    options[1] = (struct form_option){ S("sent"), phrase_of(cx, W("Sent")) };
    options[2] = (struct form_option){ S("failed"), phrase_of(cx, W("Failed")) };
    form_init(form, cx, FILTER);
    form_options(form, "status", options, 3);
    form_set(form, "status", in->status);
    form_set(form, "type", in->type);
    form_set(form, "from", in->from);
    form_set(form, "to", in->to);
    form->is_get = true;
    form->submit = W("Filter");
}

static void put_mails(struct desk *desk, const struct maillog *rows, size_t n, int64_t offset,
                      int64_t total)
{
    struct cx *cx = desk->cx;
    struct grid grid;
    grid_init(&grid, desk, COLUMNS, W("Mail log"));
    for (size_t i = 0; i < n; i++) {
        bool failed = str_eq(rows[i].status, S("failed"));
        grid_row(&grid);
        grid_time(&grid, rows[i].sent_at);
        grid_link(&grid, rows[i].recipient_email, DESK_PATH(cx, S("mail"), S("log"), rows[i].id));
        grid_text(&grid, rows[i].template_type);
        grid_text(&grid, rows[i].provider);
        grid_badge(&grid, failed ? GRID_BAD : GRID_GOOD,
                   failed ? phrase_of(cx, W("Failed")) : phrase_of(cx, W("Sent")));
        grid_text(&grid, rows[i].error_message);
    }
    grid_empty(&grid, W("No mail was sent that is like that."), NULL, NO_STR);
    grid_pages(&grid, offset, desk->rows, total);
    grid_put(&grid, "table");
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct maillog_filter filter = { .status = given(in->status),
                                     .template_type = given(in->type) };
    struct maillog *rows;
    size_t n;
    int64_t total;
    struct desk desk;
    struct form form;
    open_filter(&form, cx, in);
    read_day(&form, "from", false, &filter.from);
    read_day(&form, "to", true, &filter.to);
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Mail log")));
    TRY(maillog_list(cx, &filter, in->offset / desk.rows + 1, desk.rows, &rows, &n, &total));
    desk_api(&desk, "GET", S("/api/v1/admin/email/logs?page=1"), NO_STR,
             S("client.emailTemplates.listLogs()"));
    form_put(&form, &desk, "filter");
    put_mails(&desk, rows, n, in->offset, total);
    return desk_show(&desk, "admin/list.html");
}

/* ---- one ---- */

struct one_in { struct str id; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };

static struct str indented(struct cx *cx, struct str json)
{
    return str_absent(json) ? S("{}") : js_indented(cx->mem, json);
}

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct account account;
    struct maillog row;
    struct fills facts = { .mem = cx->mem };
    struct desk desk;
    bool found, has_account;
    TRY(maillog_get(cx, in->id, &found, &row));
    if (!found)
        return fail(cx, E_NOT_FOUND, "Not found", "There is no such mail in the log");
    TRY(account_by_id(cx, row.account_id, &has_account, &account));
    desk_open(&desk, reply, HERE, row.recipient_email);
    desk_crumb(&desk, phrase_of(cx, W("Mail log")), LIST_PATH);
    desk_api(&desk, "GET", str_fmt(cx->mem, "/api/v1/admin/email/logs/%.*s", STR_ARG(row.id)),
             NO_STR, S("client.emailTemplates.getLog(id)"));
    fills_add(&facts, fill_text("account", has_account ? account.name : row.account_id));
    fills_add(&facts, fill_text("type", row.template_type));
    fills_add(&facts, fill_text("provider", row.provider));
    fills_add(&facts, fill_flag("failed", str_eq(row.status, S("failed"))));
    fills_add(&facts, fill_text("reason", row.error_message));
    fills_add(&facts, fill_text("variables", indented(cx, row.variables)));
    desk_time(&facts, "sent_iso", "sent_text", row.sent_at);
    desk_put(&desk, fills_one("mail", &facts));
    return desk_show(&desk, "admin/mail.html");
}

const struct route pagemaillog_routes[] = {
    { GET, "/admin/mail/log", .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .hidden = true,
      INPUT(LIST_IN, list_in), .run = list, .title = "What became of mails" },
    { GET, "/admin/mail/log/{id}", .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .hidden = true,
      INPUT(ONE_IN, one_in), .run = show, .title = "What became of one" },
    { 0 },
};
