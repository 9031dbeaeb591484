/* pagerequests.c — page: the requests that were answered, newest first. */
#include "pagerequests.h"

#include <string.h>

#include "app/requestlog.h"
#include "base/num.h"
#include "base/when.h"
#include "desk/form.h"
#include "desk/grid.h"

enum { SHORT_ID = 8 };

struct list_in {
    struct str method, status, path, account, user, since, until, slower, cursor;
};
static const struct input LIST_IN[] = {
    IN(QUERY, T_TEXT, list_in, method, .max = 16), IN(QUERY, T_TEXT, list_in, status, .max = 8),
    IN(QUERY, T_TEXT, list_in, path, .max = 2000), IN(QUERY, T_TEXT, list_in, account, .max = 64),
    IN(QUERY, T_TEXT, list_in, user, .max = 64),   IN(QUERY, T_TEXT, list_in, since, .max = 40),
    IN(QUERY, T_TEXT, list_in, until, .max = 40),  IN(QUERY, T_TEXT, list_in, slower, .max = 12),
    IN(QUERY, T_TEXT, list_in, cursor, .max = 64), { 0 },
};

/* ---- what is asked for ---- */

#define FILTER_BEGIN \
    { "method", FORM_CHOICE, .label = W("Method") }, \
    { "status", FORM_CHOICE, .label = W("Status") }, \
    { "path", FORM_TEXT, .label = W("Path begins with"), .max = 2000 }
#define FILTER_END \
    { "user", FORM_TEXT, .label = W("User id"), .max = 64 }, \
    { "since", FORM_TIME, .label = W("Since (UTC)") }, \
    { "until", FORM_TIME, .label = W("Until (UTC)") }, \
    { "slower", FORM_NUMBER, .label = W("At least so many ms"), .least = "0" }
static const struct form_field FILTER[] = { FILTER_BEGIN, FILTER_END, { 0 } };
static const struct form_field FILTER_OF_ANY[] = {
    FILTER_BEGIN, { "account", FORM_TEXT, .label = W("Account id"), .max = 64 }, FILTER_END, { 0 },
};

static struct str filled(struct str text)
{
    text = str_trim(text);
    return text.n > 0 ? text : NO_STR;
}

static bool time_of(struct form *form, const char *name, struct str text, int64_t *out)
{
    *out = 0;
    if (str_absent(filled(text)) || when_parse(str_trim(text), out))
        return true;
    form_fault(form, name, phrase_of(form->cx, W("This is no point in time.")));
    return false;
}

static void read_query(struct form *form, const struct list_in *in, struct requestlog_query *out)
{
    struct cx *cx = form->cx;
    int64_t ms = 0;
    *out = (struct requestlog_query){
        .method = filled(in->method), .path = filled(in->path), .account = filled(in->account),
        .user = filled(in->user), .next = filled(in->cursor) };
    if (!str_absent(filled(in->status)) && !num_int(str_trim(in->status), &out->status))
        form_fault(form, "status", phrase_of(cx, W("A status has three digits.")));
    if (!str_absent(filled(in->slower))
        && (!num_int(str_trim(in->slower), &ms) || ms < 0 || ms > 1000000000))
        form_fault(form, "slower", phrase_of(cx, W("This is no number of milliseconds.")));
    else
        out->slower_us = ms * 1000;
    (void)time_of(form, "since", in->since, &out->since);
    (void)time_of(form, "until", in->until, &out->until);
}

static void put_choices(struct form *form)
{
    struct cx *cx = form->cx;
    const struct str any = phrase_of(cx, W("Any"));
    const struct form_option methods[] = {
        { S(""), any }, { S("GET"), S("GET") }, { S("POST"), S("POST") }, { S("PUT"), S("PUT") },
        { S("PATCH"), S("PATCH") }, { S("DELETE"), S("DELETE") }, { S("OPTIONS"), S("OPTIONS") },
    };
    const struct form_option statuses[] = {
        { S(""), any }, { S("2"), S("2xx") }, { S("3"), S("3xx") }, { S("4"), S("4xx") },
        { S("5"), S("5xx") }, { S("400"), S("400") }, { S("401"), S("401") },
        { S("403"), S("403") }, { S("404"), S("404") }, { S("409"), S("409") },
        { S("422"), S("422") }, { S("429"), S("429") }, { S("500"), S("500") },
        { S("503"), S("503") },
    };
    form_options(form, "method", methods, COUNT(methods));
    form_options(form, "status", statuses, COUNT(statuses));
}

static void open_filter(struct form *form, struct cx *cx, const struct list_in *in)
{
    form_init(form, cx, cx->who->is_superadmin ? FILTER_OF_ANY : FILTER);
    put_choices(form);
    form_set(form, "method", in->method);
    form_set(form, "status", in->status);
    form_set(form, "path", in->path);
    if (cx->who->is_superadmin)
        form_set(form, "account", in->account);
    form_set(form, "user", in->user);
    form_set(form, "since", in->since);
    form_set(form, "until", in->until);
    form_set(form, "slower", in->slower);
    form->is_get = true;
    form->submit = W("Search");
}

/* ---- what is found ---- */

static const struct grid_column COLUMNS[] = {
    { .label = W("Time"), .kind = GRID_TIME }, { .label = W("Method") },
    { .label = W("Path"), .kind = GRID_CODE }, { .label = W("Status") },
    { .label = W("ms"), .kind = GRID_NUMBER }, { .label = W("User") }, { .label = W("Account") },
    { 0 },
};
enum { COLUMNS_OF_ACCOUNT = 6 };            /* one's own goes without saying                      */

static enum grid_tone tone_of(int64_t status)
{
    return status >= 500 ? GRID_BAD : status >= 400 ? GRID_WARNING : GRID_PLAIN;
}

static void put_id(struct grid *grid, const char *section, struct str id, bool is_linked)
{
    bool is_id = id.n == 36;
    struct str shown = is_id ? str_sub(id, 0, SHORT_ID) : id;
    if (!is_id || !is_linked)
        grid_text(grid, shown);
    else
        grid_link(grid, shown, DESK_PATH(grid->desk->cx, str_of(section), id));
}

static void put_line(struct grid *grid, const struct requestlog_line *line)
{
    struct cx *cx = grid->desk->cx;
    grid_row(grid);
    grid_time(grid, line->time);
    grid_text(grid, line->method);
    grid_text(grid, line->path);
    grid_badge(grid, tone_of(line->status), str_fmt(cx->mem, "%lld", (long long)line->status));
    grid_text(grid, str_fmt(cx->mem, "%.1f", (double)line->us / 1000));
    put_id(grid, "users", line->user, true);
    if (cx->who->is_superadmin)
        put_id(grid, "accounts", line->account, true);
}

static void put_lines(struct desk *desk, const struct list_in *in,
                      const struct requestlog_page *page)
{
    struct cx *cx = desk->cx;
    struct grid_column columns[COUNT(COLUMNS)];
    struct grid grid;
    memcpy(columns, COLUMNS, sizeof columns);
    if (!cx->who->is_superadmin)
        columns[COLUMNS_OF_ACCOUNT] = (struct grid_column){ 0 };
    grid_init(&grid, desk, columns, W("Requests"));
    for (size_t i = 0; i < page->n; i++)
        put_line(&grid, &page->at[i]);
    if (page->state != REQUESTLOG_READ)
        grid_empty(&grid, requestlog_state_words(page->state), NULL, NO_STR);
    else
        grid_empty(&grid, W("No request is like that."), NULL, NO_STR);
    if (page->n > 0 && (!str_absent(page->next) || !str_absent(in->cursor)))
        grid_cursor(&grid, str_absent(in->cursor) ? NO_STR : desk_with(desk->reply, "cursor",
                                                                       NO_STR),
                    str_absent(page->next) ? NO_STR : desk_with(desk->reply, "cursor",
                                                                page->next),
                    phrase_of(cx, W("Newest first")));
    grid_put(&grid, "table");
}

static void put_notes(struct desk *desk, const struct requestlog_page *page)
{
    struct cx *cx = desk->cx;
    desk_time(&desk->values, "oldest_iso", "oldest_text", page->is_cut ? page->oldest : 0);
    desk_put(desk, fill_text("older", page->is_cut ? desk_with(desk->reply, "cursor", page->next)
                                                   : S("")));
    if (page->is_gone)
        desk_notice(desk, DESK_NOTE, phrase_of(cx, W("That part of the log is no longer there.")));
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct requestlog_query query;
    struct requestlog_page page = { .state = REQUESTLOG_READ };
    struct form filter;
    struct desk desk;
    desk_open(&desk, reply, "requests", phrase_of(cx, W("Request log")));
    open_filter(&filter, cx, in);
    read_query(&filter, in, &query);
    query.limit = desk.rows;
    if (form_good(&filter) && !requestlog_read(cx, &query, &page))
        TRY(form_take(&filter));
    reply_status(reply, form_status(&filter));
    desk_api(&desk, "GET", S("/metrics"), NO_STR, NO_STR);
    form_put(&filter, &desk, "filter");
    put_lines(&desk, in, &page);
    put_notes(&desk, &page);
    return desk_show(&desk, "admin/requests.html");
}

const struct route pagerequests_routes[] = {
    { GET, "/admin/requests", .need = NEED_ADMIN, .errors = SHAPE_PAGE, INPUT(LIST_IN, list_in),
      .run = list, .hidden = true, .title = "Request log" },
    { 0 },
};
