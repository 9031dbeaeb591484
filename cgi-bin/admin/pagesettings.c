/* pagesettings.c — page: the settings in force: value, what is built in, where it comes from. */
#include "pagesettings.h"

#include "base/settings.h"
#include "desk/form.h"
#include "desk/grid.h"

struct list_in { struct str search, which; int64_t offset; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_TEXT, list_in, search), IN(QUERY, T_TEXT, list_in, which),
    IN(QUERY, T_INT, list_in, offset, .least = 0, .most = 1000000000), { 0 },
};
static const struct form_field FILTER[] = {
    { "search", FORM_SEARCH, .label = W("Part of a name") },
    { "which", FORM_CHOICE, .label = W("Which") }, { 0 },
};
static const struct grid_column COLUMNS[] = {
    { .label = W("Setting") }, { .label = W("Value"), .kind = GRID_CODE },
    { .label = W("Comes from") }, { .label = W("What it does") }, { 0 },
};

static bool is_wanted(struct cx *cx, const struct list_in *in, const struct setting_row *row)
{
    if (str_eq(in->which, S("set")) && str_absent(row->source))
        return false;
    return str_absent(in->search)
        || str_has(row->name, str_lower(cx->mem, str_trim(in->search)));
}

static struct str origin_of(struct cx *cx, const struct setting_row *row)
{
    if (str_absent(row->source))
        return phrase_of(cx, W("built in"));
    if (row->is_secret || row->otherwise.n == 0)
        return row->source;
    return phrase_with(cx, W("{source}; built in is: {otherwise}"), (const struct fill[]){
        fill_text("source", row->source),
        fill_text("otherwise", row->otherwise), { 0 } });
}

static void put_row(struct grid *grid, const struct setting_row *row)
{
    struct cx *cx = grid->desk->cx;
    const char *is_set = row->is_set ? W("set") : W("not set");
    grid_row(grid);
    grid_text(grid, str_upper(cx->mem, row->name));
    grid_text(grid, row->is_secret ? phrase_of(cx, is_set) : row->value);
    grid_text(grid, origin_of(cx, row));
    grid_text(grid, phrase_in(cx, row->about));
}

static void put_rows(struct desk *desk, const struct list_in *in)
{
    struct cx *cx = desk->cx;
    struct setting_row row;
    struct grid grid;
    int64_t total = 0;
    grid_init(&grid, desk, COLUMNS, W("Settings"));
    for (size_t i = 0; settings_row(cx->mem, cx->set, i, &row); i++) {
        if (!is_wanted(cx, in, &row))
            continue;
        if (total >= in->offset && total < in->offset + desk->rows)
            put_row(&grid, &row);
        total++;
    }
    grid_empty(&grid, W("No setting is like that."), W("All settings"), S("/admin/settings"));
    grid_pages(&grid, in->offset, desk->rows, total);
    grid_put(&grid, "table");
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    const struct form_option which[] = { { S(""), phrase_of(cx, W("All settings")) },
                                         { S("set"), phrase_of(cx, W("Set by somebody")) } };
    struct form filter;
    struct desk desk;
    desk_open(&desk, reply, "settings", phrase_of(cx, W("Settings")));
    form_init(&filter, cx, FILTER);
    form_options(&filter, "which", which, COUNT(which));
    form_set(&filter, "search", in->search);
    form_set(&filter, "which", in->which);
    filter.is_get = true;
    filter.submit = W("Show");
    form_put(&filter, &desk, "filter");
    desk_put(&desk, fill_text("config_file", cx->set->config_file));
    desk_put(&desk, fill_text("data_dir", cx->set->data_dir));
    desk_api(&desk, "GET", S("/api/v1/admin/configuration/system"), NO_STR,
             S("client.admin.listSystemConfigurations()"));
    put_rows(&desk, in);
    return desk_show(&desk, "admin/settings.html");
}

const struct route pagesettings_routes[] = {
    { GET, "/admin/settings", .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE,
      INPUT(LIST_IN, list_in), .run = list, .hidden = true, .title = "Settings" },
    { 0 },
};
