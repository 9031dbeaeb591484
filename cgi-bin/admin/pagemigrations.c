/* pagemigrations.c — pages: the files of the schema that ran, and what became of collections. */
#include "pagemigrations.h"

#include "audit/trailquery.h"
#include "base/textdiff.h"
#include "data/revision.h"
#include "desk/form.h"
#include "desk/grid.h"

enum { ENTRIES = 200, WRITTEN_MAX = 1 << 24 };
static const char HERE[] = "migrations";

/* ---- the list ------------------------------------------------------------------------------- */

struct list_in { struct str collection, branch; int64_t offset; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_TEXT, list_in, collection), IN(QUERY, T_TEXT, list_in, branch),
    IN(QUERY, T_INT, list_in, offset, .least = 0, .most = 1000000000), { 0 },
};
static const struct form_field FILTER[] = {
    { "collection", FORM_SEARCH, .label = W("Collection") },
    { "branch", FORM_CHOICE, .label = W("What") }, { 0 },
};
static const struct grid_column COLUMNS[] = {
    { .label = W("Revision") }, { .label = W("What") }, { .label = W("Description") },
    { .label = W("Applied"), .kind = GRID_TIME }, { 0 },
};

static bool is_core(const struct revision *revision)
{
    return str_eq(revision->branch, S("core"));
}

static bool fits(struct cx *cx, const struct list_in *in, const struct revision *revision)
{
    struct str end = str_fmt(cx->mem, "_collection_%.*s", STR_ARG(in->collection));
    return (in->branch.n == 0 || str_eq(in->branch, revision->branch))
        && (in->collection.n == 0 || (!is_core(revision)
                                      && str_ends(revision->description, end)));
}

static void put_filter(struct desk *desk, const struct list_in *in)
{
    struct cx *cx = desk->cx;
    struct form_option *options = arena_list(cx->mem, struct form_option, 3);
    struct form filter;
    options[0] = (struct form_option){ S(""), phrase_of(cx, W("Everything")) };
    options[1] = (struct form_option){ S("core"), phrase_of(cx, W("Files of the schema")) };
    options[2] = (struct form_option){ S("dynamic"), phrase_of(cx, W("Changes of collections")) };
    form_init(&filter, cx, FILTER);
    form_options(&filter, "branch", options, 3);
    form_set(&filter, "collection", in->collection);
    form_set(&filter, "branch", in->branch);
    filter.is_get = true;
    filter.submit = W("Search");
    form_put(&filter, desk, "filter");
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct revision *all;
    struct desk desk;
    struct grid grid;
    int64_t total = 0;
    size_t n;
    TRY(revision_list(cx, &all, &n));
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Migrations")));
    desk_api(&desk, "GET", S("/api/v1/migrations"), NO_STR, S("client.migrations.list()"));
    put_filter(&desk, in);
    grid_init(&grid, &desk, COLUMNS, W("Migrations"));
    for (size_t i = n; i > 0; i--) {
        const struct revision *one = &all[i - 1];
        if (!fits(cx, in, one) || total++ < in->offset || total > in->offset + desk.rows)
            continue;
        grid_row(&grid);
        grid_link(&grid, one->revision, DESK_PATH(cx, S("migrations"), one->revision));
        grid_badge(&grid, GRID_PLAIN, is_core(one) ? phrase_of(cx, W("Schema"))
                                                   : phrase_of(cx, W("Collection")));
        grid_text(&grid, one->description);
        grid_time(&grid, one->applied_at);
    }
    grid_empty(&grid, W("No migration is like that."), W("Show all migrations"),
               S("/admin/migrations"));
    grid_pages(&grid, in->offset, desk.rows, total);
    grid_put(&grid, "table");
    return desk_show(&desk, "admin/list.html");
}

/* ---- what one did --------------------------------------------------------------------------- */

/* The rows of the trail about definitions that were written in the same moment. */
struct gathered { struct audit_row *at; size_t n; };

static bool gather(struct cx *cx, const struct revision *revision, struct gathered *out)
{
    struct trailquery query = { .account_id = S(SYSTEM_ACCOUNT), .table_name = S("collections"),
                                .from = revision->created_at, .upto = revision->created_at };
    struct trailquery_page page = { .sort_by = S("id"), .ascending = true, .limit = ENTRIES };
    int64_t ids[ENTRIES];
    size_t n;
    bool found;
    TRY(trailquery_ids(cx, &query, &page, ids, &n));
    *out = (struct gathered){ .at = arena_list(cx->mem, struct audit_row, n + 1) };
    for (size_t i = 0; i < n; i++) {
        TRY(entries_find(cx, ids[i], &found, &out->at[out->n]));
        out->n += found;
    }
    return true;
}

/* Of several collections of one moment (an import) the one that got this revision. */
static struct str whose(const struct gathered *rows, const struct revision *revision)
{
    for (size_t i = 0; i < rows->n; i++)
        if (str_eq(rows->at[i].column_name, S("migration_revision"))
            && str_eq(rows->at[i].new_value, revision->revision))
            return rows->at[i].record_id;
    for (size_t i = 0; i < rows->n; i++)
        if (str_eq(rows->at[i].column_name, S("name"))
            && str_ends(revision->description, rows->at[i].old_value)
            && rows->at[i].old_value.n > 0)
            return rows->at[i].record_id;
    return NO_STR;
}

static bool says(struct jv value)
{
    return value.kind > JV_NULL && (value.kind != JV_BOOL || jv_bool(value));
}

/* A list of fields as an object by their names, without what says nothing. */
static struct jv by_name(struct cx *cx, struct str list)
{
    struct jv fields, value, out = { .kind = JV_ABSENT };
    struct jv_fault fault;
    struct str key;
    struct buf text;
    struct js js;
    if (list.n == 0 || !jv_parse(cx, list, &fields, &fault))
        return out;
    buf_init(&text, cx->mem, WRITTEN_MAX);
    js_init(&js, &text);
    js_object(&js, NULL);
    for (size_t i = 0; i < jv_count(fields); i++) {
        js_key(&js, jv_text(jv_get(jv_at(fields, i), S("name"))));
        js_object(&js, NULL);
        for (struct jv_each e = jv_each(jv_at(fields, i)); jv_next(&e, &key, &value);)
            if (says(value) && !str_eq(key, S("name"))) {
                js_key(&js, key);
                js_raw(&js, NULL, jv_print(cx->mem, value));
            }
        js_end(&js);
    }
    js_end(&js);
    if (!jv_parse(cx, buf_text(&text), &out, &fault))
        out.kind = JV_ABSENT;
    return out;
}

static void put_line(struct fills_list *lines, struct str name, struct str before, struct str after)
{
    struct fills line = { .mem = lines->mem };
    fills_add(&line, fill_text("name", name));
    fills_add(&line, fill_flag("had", before.n > 0));
    fills_add(&line, fill_text("before", before));
    fills_add(&line, fill_flag("has", after.n > 0));
    fills_add(&line, fill_text("after", after));
    fills_row(lines, &line);
}

static void put_row(struct cx *cx, struct fills_list *lines, const struct audit_row *row)
{
    static const struct { struct str column; const char *label; } TOLD[] = {
        { S_INIT("indexes"), W("Indexes") }, { S_INIT("view_query"), W("Query") },
        { S_INIT("realtime"), W("Subscribers are told of changes") },
        { S_INIT("event_previous"), W("and of what a record was before") },
        { S_INIT("requires_signature"),
          W("Records are written with an electronic signature, or not at all") },
    };
    struct textdiff_members members;
    if (str_eq(row->column_name, S("schema"))) {
        textdiff_of_objects(cx->mem, by_name(cx, row->old_value), by_name(cx, row->new_value),
                            &members);
        for (size_t i = 0; i < members.n; i++)
            put_line(lines, members.at[i].name, members.at[i].before, members.at[i].after);
    }
    for (size_t i = 0; i < COUNT(TOLD); i++)
        if (str_eq(row->column_name, TOLD[i].column) && !str_eq(row->old_value, row->new_value))
            put_line(lines, phrase_of(cx, TOLD[i].label), row->old_value, row->new_value);
}

static bool put_changes(struct desk *desk, const struct revision *revision)
{
    struct cx *cx = desk->cx;
    struct fills_list lines = { .mem = cx->mem };
    struct gathered rows;
    struct str id;
    TRY(gather(cx, revision, &rows));
    id = whose(&rows, revision);
    for (size_t i = 0; i < rows.n; i++)
        if (str_eq(rows.at[i].record_id, id))
            put_row(cx, &lines, &rows.at[i]);
    desk_put(desk, fills_rows("lines", &lines));
    desk_put(desk, fill_flag("has_lines", lines.n > 0));
    desk_put(desk, fill_text("who", rows.n > 0 ? rows.at[0].user_email : NO_STR));
    desk_put(desk, fill_text("collection_href", str_absent(id) ? NO_STR
                             : DESK_PATH(cx, S("collections"), id)));
    return true;
}

static bool find(struct cx *cx, struct str name, struct revision *out)
{
    struct revision *all;
    size_t n;
    TRY(revision_list(cx, &all, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].revision, name)) {
            *out = all[i];
            return true;
        }
    return fail(cx, E_NOT_FOUND, "Not Found", "There is no revision '%.*s'", STR_ARG(name));
}

struct one_in { struct str revision; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, revision), { 0 } };

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct str sql = NO_STR;
    struct revision revision;
    struct desk desk;
    TRY(find(cx, in->revision, &revision));
    desk_open(&desk, reply, HERE, revision.description);
    desk_crumb(&desk, phrase_of(cx, W("Migrations")), S("/admin/migrations"));
    desk_api(&desk, "GET", S("/api/v1/migrations/history"), NO_STR,
             S("client.migrations.getHistory()"));
    if (is_core(&revision))
        TRY(revision_text(cx, &revision, &sql));
    else
        TRY(put_changes(&desk, &revision));
    desk_put(&desk, fill_flag("is_core", is_core(&revision)));
    desk_put(&desk, fill_text("sql", sql));
    desk_put(&desk, fill_text("revision", revision.revision));
    desk_put(&desk, fill_text("before_href", str_absent(revision.down_revision) ? NO_STR
                              : DESK_PATH(cx, S("migrations"), revision.down_revision)));
    desk_put(&desk, fill_text("down", revision.down_revision));
    desk_time(&desk.values, "applied_iso", "applied_text", revision.applied_at);
    return desk_show(&desk, "admin/migration.html");
}

#define PAGE .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pagemigrations_routes[] = {
    { GET, "/admin/migrations", PAGE, INPUT(LIST_IN, list_in), .run = list,
      .title = "What changed the schema" },
    { GET, "/admin/migrations/{revision}", PAGE, INPUT(ONE_IN, one_in), .run = show,
      .title = "What one migration did" },
    { 0 },
};
