/* pagerecords.c — collections to browse, and the records of one: filtered, sorted, page by page. */
#include "pagerecords.h"

#include "base/num.h"
#include "base/settings.h"
#include "desk/grid.h"
#include "recordlist.h"

/* --- collections ------------------------------------------------------------------------------ */

enum { COUNTED = 100 };             /* so far a count costs nothing                               */

struct browse_in { struct str search; int64_t offset; };
static const struct input BROWSE_IN[] = {
    IN(QUERY, T_TEXT, browse_in, search, .max = 200),
    IN(QUERY, T_INT, browse_in, offset, .least = 0, .most = INT64_MAX, .otherwise = 0),
    { 0 },
};
static const struct grid_column BROWSE_COLUMNS[] = {
    { .label = W("Collection") }, { .label = W("Kind") },
    { .label = W("Fields"), .kind = GRID_NUMBER }, { .label = W("Records"), .kind = GRID_NUMBER },
    { .label = W("Changes") }, { 0 },
};

static bool is_shown(struct cx *cx, const struct collection *c, struct str search)
{
    struct access access;
    return (search.n == 0 || str_has(str_lower(cx->mem, c->name), str_lower(cx->mem, search)))
        && recorddesk_may(cx, c, OP_LIST, &access);
}

static const char *kind_of(const struct collection *c)
{
    return c->view != NULL ? W("View, only read")
         : c->requires_signature ? W("Records to be signed") : W("Records");
}

static bool put_collection(struct grid *grid, const struct collection *c)
{
    struct cx *cx = grid->desk->cx;
    struct access access;
    int64_t n;
    bool more, may, adds = recorddesk_is_written(c) && recorddesk_may(cx, c, OP_CREATE, &access);
    TRY(recorddesk_count(cx, c->name, NO_STR, COUNTED, &n, &more, &may));
    grid_row(grid);
    grid_link(grid, c->name, DESK_PATH(cx, S("records"), c->name));
    grid_text(grid, phrase_of(cx, kind_of(c)));
    grid_int(grid, (int64_t)c->field_count);
    grid_text(grid, str_fmt(cx->mem, "%lld%s", (long long)n, more ? "+" : ""));
    if (adds)
        grid_link(grid, phrase_of(cx, W("New record")), DESK_PATH(cx, S("records"), c->name,
                                                                  S("new")));
    return cx->err.kind == E_NONE;
}

static void put_search(struct desk *desk, struct str search)
{
    static const struct form_field FIELDS[] = {
        { "search", FORM_SEARCH, .label = W("Name"), .max = 200 }, { 0 },
    };
    struct form form;
    form_init(&form, desk->cx, FIELDS);
    form.is_get = true;
    form.submit = W("Search");
    form_set(&form, "search", search);
    form_put(&form, desk, "form");
}

static bool browse(struct cx *cx, const void *input, struct reply *reply)
{
    const struct browse_in *in = input;
    const struct collection *const *all;
    struct desk desk;
    struct grid grid;
    size_t n;
    int64_t seen = 0;
    TRY(collection_all(cx, &all, &n));
    desk_open(&desk, reply, "records", phrase_of(cx, W("Records")));
    if (cx->who->is_superadmin)
        desk_api(&desk, "GET", S("/api/v1/collections/names"), NO_STR, NO_STR);
    desk_api(&desk, "GET", recorddesk_api(cx, S("{collection}"), NO_STR, "?limit=100&fields=id"),
             NO_STR, NO_STR);
    put_search(&desk, in->search);
    grid_init(&grid, &desk, BROWSE_COLUMNS, W("Collections whose records you may list"));
    for (size_t i = 0; i < n; i++) {
        if (!is_shown(cx, all[i], in->search)) {
            TRY(cx->err.kind == E_NONE);
            continue;
        }
        if (seen >= in->offset && seen < in->offset + desk.rows)
            TRY(put_collection(&grid, all[i]));
        seen++;
    }
    grid_empty(&grid, in->search.n > 0 ? W("No collection has such a name.")
                                       : W("There is no collection whose records you may list."),
               in->search.n > 0 ? W("Show all") : NULL,
               in->search.n > 0 ? S("/admin/records") : NO_STR);
    grid_pages(&grid, in->offset, desk.rows, seen);
    grid_put(&grid, "table");
    return desk_show(&desk, "admin/records.html");
}

/* --- a list ----------------------------------------------------------------------------------- */

struct list_in { struct str collection, query; };
static const struct input LIST_IN[] = {
    IN(PATH, T_TEXT, list_in, collection), IN(QUERY, T_WHOLE_QUERY, list_in, query), { 0 },
};

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct recordlist list;
    struct desk desk;
    TRY(recordlist_open(cx, in->collection, in->query, &list));
    desk_open(&desk, reply, "records", list.collection->name);
    list.rows = desk.rows;
    recorddesk_crumbs(&desk, S(""));
    TRY(recordlist_find(cx, &list));
    if (list.fault.n > 0)
        reply_status(reply, 400);
    TRY(recordlist_put(&list, &desk));
    return desk_show(&desk, "admin/records-list.html");
}

const struct route pagerecords_routes[] = {
    { GET, "/admin/records", .need = NEED_ADMIN, .errors = SHAPE_PAGE,
      INPUT(BROWSE_IN, browse_in), .run = browse, .hidden = true,
      .title = "Collections to browse" },
    { GET, "/admin/records/{collection}", .need = NEED_ADMIN, .errors = SHAPE_PAGE,
      INPUT(LIST_IN, list_in), .run = list, .hidden = true,
      .title = "The records of a collection" },
    { 0 },
};
