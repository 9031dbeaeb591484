/* pagehome.c — page: the place at a glance; for the admin of an account, the account. */
#include "pagehome.h"

#include "app/accountview.h"
#include "app/vitals.h"
#include "audit/trailquery.h"
#include "base/when.h"
#include "desk/chart.h"
#include "desk/desk.h"
#include "desk/grid.h"

enum { WEEK = 7, ENTRIES = 8, LOOKED_AT = 100, SHOWN_COLLECTIONS = 10, COPIED = 32768 };

struct home_in { struct str range; };
static const struct input HOME_IN[] = { IN(QUERY, T_TEXT, home_in, range, .max = 8), { 0 } };

static size_t days_of(struct str range)
{
    return str_eq(range, S("7d")) ? 7 : str_eq(range, S("90d")) ? 90 : 30;
}

/* ---- tiles, tabs, charts ---- */

struct tile { const char *label; struct str href; int64_t number; bool is_more; const char *live; };

static struct fill tiles(struct cx *cx, const struct tile *list, size_t n)
{
    struct fills_list rows = { .mem = cx->mem };
    for (size_t i = 0; i < n; i++) {
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_text("label", phrase_of(cx, list[i].label)));
        fills_add(&row, fill_text("number", str_fmt(cx->mem, "%lld%s", (long long)list[i].number,
                                                    list[i].is_more ? "+" : "")));
        fills_add(&row, fill_text("href", list[i].href));
        fills_add(&row, fill_text("live_key", str_of(list[i].live)));
        fills_row(&rows, &row);
    }
    return fills_rows("tiles", &rows);
}

static void put_ranges(struct desk *desk, size_t days)
{
    static const struct { size_t days; const char *label, *href; } RANGES[] = {
        { 7, W("7 days"), "/admin?range=7d" }, { 30, W("30 days"), "/admin" },
        { 90, W("90 days"), "/admin?range=90d" },
    };
    struct cx *cx = desk->cx;
    struct fills_list rows = { .mem = cx->mem };
    for (size_t i = 0; i < COUNT(RANGES); i++) {
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_text("label", phrase_of(cx, RANGES[i].label)));
        fills_add(&row, fill_text("href", str_of(RANGES[i].href)));
        fills_add(&row, fill_flag("is_here", RANGES[i].days == days));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("tabs", &rows));
}

static struct str date_of(struct cx *cx, int64_t us)
{
    struct buf out;
    buf_init(&out, cx->mem, 64);
    when_iso(&out, us);
    return str_sub(buf_text(&out), 0, 10);
}

/* A bar a day; where that would be too many, a week, of which the last ends today. */
static void put_chart(struct desk *desk, const char *name, const char *title,
                      const int64_t *per_day, size_t days, int64_t first_day)
{
    struct cx *cx = desk->cx;
    size_t step = days > 30 ? WEEK : 1, n = 0;
    struct chart_point *points = arena_list(cx->mem, struct chart_point, days);
    for (size_t from = 0, upto = days % step == 0 ? step : days % step; from < days;
         from = upto, upto += step) {
        points[n].label = date_of(cx, first_day + (int64_t)from * WHEN_DAY);
        for (size_t day = from; day < upto; day++)
            points[n].value += per_day[day];
        n++;
    }
    const struct chart chart = { .title = phrase_of(cx, title), .kind = CHART_BARS,
                                 .points = points, .n = n };
    desk_put(desk, chart_fill(cx->mem, name, &chart));
}

/* ---- lists ---- */

static const struct grid_column PEOPLE[] = {
    { .label = W("E-mail address") }, { .label = W("Account") },
    { .label = W("Since"), .kind = GRID_TIME }, { 0 },
};
static const struct grid_column ENTRY_COLUMNS[] = {
    { .label = W("Time"), .kind = GRID_TIME }, { .label = W("Change") }, { .label = W("Table") },
    { .label = W("Record"), .kind = GRID_CODE }, { .label = W("By") }, { 0 },
};
static const struct grid_column HOLDINGS[] = {
    { .label = W("Collection") }, { .label = W("Records"), .kind = GRID_NUMBER }, { 0 },
};

static void put_people(struct desk *desk, const struct overview_person *people, size_t n)
{
    struct cx *cx = desk->cx;
    struct grid grid;
    grid_init(&grid, desk, PEOPLE, W("Who came last"));
    for (size_t i = 0; i < n; i++) {
        grid_row(&grid);
        grid_link(&grid, people[i].email, DESK_PATH(cx, S("users"), people[i].id));
        grid_text(&grid, people[i].account_name);
        grid_time(&grid, people[i].created_at);
    }
    grid_empty(&grid, W("Nobody yet."), W("Invite somebody"), S("/admin/invitations/new"));
    grid_put(&grid, "people");
}

struct latest { struct arena *mem; struct audit_row rows[LOOKED_AT]; size_t n; };

/* The rows of a page of the trail die one by one: what is shown of them is copied. */
static bool keep_entry(struct cx *cx UNUSED, void *state, const struct audit_row *row)
{
    struct latest *latest = state;
    struct audit_row *kept = &latest->rows[latest->n++];
    *kept = (struct audit_row){ .id = row->id, .occurred_at = row->occurred_at };
    kept->operation = str_copy(latest->mem, row->operation);
    kept->table_name = str_copy(latest->mem, row->table_name);
    kept->record_id = str_copy(latest->mem, row->record_id);
    kept->user_email = str_copy(latest->mem, row->user_email);
    return true;
}

static const char *deed(struct str operation)
{
    return str_eq(operation, S("CREATE")) ? W("made")
         : str_eq(operation, S("UPDATE")) ? W("changed") : W("deleted");
}

/* One change of a row is an entry for each of its columns. */
static bool is_same(const struct audit_row *a, const struct audit_row *b)
{
    return str_eq(a->record_id, b->record_id) && str_eq(a->table_name, b->table_name)
        && str_eq(a->operation, b->operation) && a->occurred_at == b->occurred_at;
}

static void put_entries(struct desk *desk, const struct audit_row *rows, size_t n)
{
    struct cx *cx = desk->cx;
    struct grid grid;
    size_t shown = 0;
    grid_init(&grid, desk, ENTRY_COLUMNS, W("What was changed last"));
    for (size_t i = 0; i < n && shown < ENTRIES; i++) {
        if (i > 0 && is_same(&rows[i - 1], &rows[i]))
            continue;
        grid_row(&grid);
        grid_time(&grid, rows[i].occurred_at);
        grid_link(&grid, phrase_of(cx, deed(rows[i].operation)),
                  DESK_PATH(cx, S("trail"), str_fmt(cx->mem, "%lld", (long long)rows[i].id)));
        grid_text(&grid, rows[i].table_name);
        grid_text(&grid, rows[i].record_id);
        grid_text(&grid, rows[i].user_email);
        shown++;
    }
    grid_empty(&grid, W("Nothing was changed yet."), NULL, NO_STR);
    grid_put(&grid, "entries");
}

static void add_holding(struct grid *grid, struct str name, int64_t count, bool is_more)
{
    struct cx *cx = grid->desk->cx;
    grid_row(grid);
    grid_link(grid, name, DESK_PATH(cx, S("records"), name));
    grid_text(grid, str_fmt(cx->mem, "%lld%s", (long long)count, is_more ? "+" : ""));
}

static void open_holdings(struct grid *grid, struct desk *desk)
{
    bool may = desk->cx->who->is_superadmin;
    grid_init(grid, desk, HOLDINGS, W("The fullest collections"));
    grid_empty(grid, W("There are no records yet."), may ? W("New collection") : NULL,
               may ? S("/admin/collections/new") : NO_STR);
}

/* ---- the whole place ---- */

static bool put_care(struct desk *desk)
{
    struct cx *cx = desk->cx;
    struct vitals vitals;
    struct fills_list rows = { .mem = cx->mem };
    TRY(vitals_read(cx, NO_STR, &vitals));
    for (size_t i = 0; i < vitals.n; i++) {
        struct fills row = { .mem = cx->mem };
        if (vitals.at[i].level != VITALS_WARNING)
            continue;
        fills_add(&row, fill_text("name", phrase_of(cx, vitals.at[i].name)));
        fills_add(&row, fill_text("words", phrase_of(cx, vitals.at[i].words)));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("warnings", &rows));
    desk_put(desk, fill_flag("has_health", true));
    return true;
}

static bool put_lists(struct desk *desk, const struct overview *is)
{
    struct entries latest;
    struct grid holdings;
    put_people(desk, is->people, is->people_n);
    open_holdings(&holdings, desk);
    for (size_t i = 0; i < is->collections.n && i < SHOWN_COLLECTIONS; i++)
        add_holding(&holdings, is->collections.items[i].name,
                    is->collections.items[i].record_count, false);
    grid_put(&holdings, "holdings");
    TRY(entries_latest(desk->cx, LOOKED_AT, &latest));
    put_entries(desk, latest.at, latest.n);
    return true;
}

static bool show_all(struct desk *desk, size_t days)
{
    struct cx *cx = desk->cx;
    struct overview *is = arena_make(cx->mem, struct overview);
    TRY(overview_read(cx, days, is));
    const struct tile list[] = {
        { W("Accounts"), S("/admin/accounts"), is->accounts.total, false, NULL },
        { W("Users"), S("/admin/users"), is->users.total, false, NULL },
        { W("Collections"), S("/admin/collections"), is->collections.total, false, NULL },
        { W("Records"), S("/admin/records"), is->records, false, NULL },
        { W("Open invitations"), S("/admin/invitations"), is->invitations_pending, false, NULL },
        { W("Sessions"), NO_STR, is->active_sessions, false, NULL },
        { W("Jobs that wait"), S("/admin/jobs"), is->jobs.pending + is->jobs.retrying, false,
          "jobs" },
    };
    desk_put(desk, tiles(cx, list, COUNT(list)));
    put_chart(desk, "growth", W("New users"), is->users.per_day, days, is->first_day);
    put_chart(desk, "accounts", W("New accounts"), is->accounts.per_day, days, is->first_day);
    TRY(put_lists(desk, is));
    desk_api(desk, "GET", str_fmt(cx->mem, "/api/v1/dashboard/stats?range=%zud", days), NO_STR,
             S("client.dashboard.getStats()"));
    return put_care(desk);
}

/* ---- an account ---- */

static void free_arena(void *mem)
{
    arena_free(mem);
}

static bool put_account_lists(struct desk *desk, const struct accountview *is)
{
    struct cx *cx = desk->cx;
    const struct trailquery mine = { .account_id = cx->who->account_id };
    const struct trailquery_page newest = { .sort_by = S("id"), .limit = LOOKED_AT };
    struct latest *latest = arena_make(cx->mem, struct latest);
    struct grid holdings;
    latest->mem = arena_small(COPIED);
    arena_defer(cx->mem, free_arena, latest->mem);
    put_people(desk, is->people, is->people_n);
    open_holdings(&holdings, desk);
    for (size_t i = 0; i < is->records_n && i < SHOWN_COLLECTIONS; i++)
        add_holding(&holdings, is->records[i].collection, is->records[i].count,
                    is->records[i].is_more);
    grid_put(&holdings, "holdings");
    TRY(trailquery_read(cx, &mine, &newest, &(struct trailquery_reader){ keep_entry, latest }));
    put_entries(desk, latest->rows, latest->n);
    return true;
}

static bool show_account(struct desk *desk, size_t days)
{
    struct cx *cx = desk->cx;
    struct accountview *is = arena_make(cx->mem, struct accountview);
    TRY(accountview_read(cx, cx->who->account_id, days, is));
    const struct tile list[] = {
        { W("Users"), S("/admin/users"), is->users.total, false, NULL },
        { W("Groups"), S("/admin/groups"), is->groups, false, NULL },
        { W("Records"), S("/admin/records"), is->records_total, is->is_more, NULL },
        { W("Files"), S("/admin/files"), is->files, is->files > ACCOUNTVIEW_MOST, NULL },
        { W("Open invitations"), S("/admin/invitations"), is->invitations_pending, false, NULL },
        { W("Sessions"), NO_STR, is->sessions, false, "sessions" },
    };
    desk_put(desk, tiles(cx, list, COUNT(list)));
    put_chart(desk, "growth", W("New users"), is->users.per_day, days, is->first_day);
    desk_put(desk, fills_rows("accounts", &(struct fills_list){ .mem = cx->mem }));
    desk_put(desk, fills_rows("warnings", &(struct fills_list){ .mem = cx->mem }));
    desk_put(desk, fill_flag("has_health", false));
    desk_api(desk, "GET", S("/api/v1/users"), NO_STR, S("client.users.list()"));
    return put_account_lists(desk, is);
}

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct home_in *in = input;
    size_t days = days_of(in->range);
    struct desk desk;
    desk_open(&desk, reply, "dashboard", phrase_of(cx, W("Dashboard")));
    put_ranges(&desk, days);
    TRY(cx->who->is_superadmin ? show_all(&desk, days) : show_account(&desk, days));
    return desk_show(&desk, "admin/home.html");
}

const struct route pagehome_routes[] = {
    { GET, "/admin", .need = NEED_ADMIN, .errors = SHAPE_PAGE, INPUT(HOME_IN, home_in),
      .run = show, .hidden = true, .title = "The place at a glance" },
    { 0 },
};
