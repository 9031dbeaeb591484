/* recordlist.c — reads the address of a list, asks for its rows, and puts both on the page. */
#include "recordlist.h"

#include "base/num.h"
#include "base/when.h"
#include "data/record.h"
#include "data/searchindex.h"
#include "http/formdata.h"
#include "recordtools.h"

enum { USUAL_COLUMNS = 6, MOST_COLUMNS = 40 };

/* --- what the address asks for ---------------------------------------------------------------- */

static struct str joined(struct cx *cx, const struct formdata *query, const char *name)
{
    struct buf out;
    struct str one;
    size_t at = 0;
    buf_init(&out, cx->mem, 16384);
    while (formdata_next(query, name, &at, &one)) {
        if (out.n > 0 && one.n > 0)
            buf_c(&out, ',');
        buf_str(&out, one);
    }
    return out.n > 0 ? buf_text(&out) : S("");
}

static struct str given(const struct formdata *query, const char *name)
{
    struct str value = formdata_text(query, name);
    return str_absent(value) ? S("") : str_trim(value);
}

bool recordlist_open(struct cx *cx, struct str collection, struct str text, struct recordlist *out)
{
    struct formdata query;
    *out = (struct recordlist){ .query = text };
    TRY(record_collection(cx, collection, &out->collection));
    TRY(access_open(cx, out->collection, OP_LIST, (struct jv){ .kind = JV_ABSENT }, &out->access));
    TRY(access_allowed(cx, &out->access, collection));
    TRY(formdata_read(cx, text, "query", &query));
    out->filter = given(&query, "filter");
    out->search = given(&query, "search");
    out->sort = given(&query, "sort");
    out->count = given(&query, "count");
    out->account = cx->who->is_superadmin ? given(&query, "account") : S("");
    out->fields = joined(cx, &query, "fields");
    out->cursor = formdata_text(&query, "cursor");
    out->before = formdata_text(&query, "before");
    if (!num_int(given(&query, "offset"), &out->offset) || out->offset < 0)
        out->offset = 0;
    return true;
}

/* --- columns ---------------------------------------------------------------------------------- */

static bool is_small(const struct field *field)
{
    return field->type->rule != R_JSON && !fieldtype_is_many(field->type) && !field->encrypted;
}

/* The first ones that say something in a cell. */
static struct str usual_columns(struct cx *cx, const struct recordlist *list)
{
    const struct collection *c = list->collection;
    struct buf out;
    size_t n = 0;
    buf_init(&out, cx->mem, 16384);
    for (size_t i = 0; i < c->field_count && n < USUAL_COLUMNS; i++) {
        if (!access_gives(&list->access, &c->fields[i]) || !is_small(&c->fields[i]))
            continue;
        buf_fmt(&out, "%s%.*s", n++ > 0 ? "," : "", STR_ARG(c->fields[i].name));
    }
    buf_fmt(&out, "%supdated_at", n > 0 ? "," : "id,");
    return buf_text(&out);
}

static bool has_column(const struct recordlist *list, struct str name)
{
    const struct field *field = collection_field(list->collection, name);
    return field != NULL ? access_gives(&list->access, field) : collection_system_column(name);
}

/* Names that are there, each once. */
static struct str known_columns(struct cx *cx, const struct recordlist *list, struct str wanted)
{
    struct buf out;
    struct str name;
    size_t n = 0;
    buf_init(&out, cx->mem, 16384);
    while (n < MOST_COLUMNS && str_cut(&wanted, ',', &name)) {
        struct str rest = buf_text(&out), other;
        bool again = false;
        name = str_trim(name);
        while (!again && str_cut(&rest, ',', &other))
            again = str_eq(other, name);
        if (!again && has_column(list, name))
            buf_fmt(&out, "%s%.*s", n++ > 0 ? "," : "", STR_ARG(name));
    }
    return n > 0 ? buf_text(&out) : S("");
}

/* --- rows ------------------------------------------------------------------------------------- */

struct recordquery recordlist_query(struct cx *cx, const struct recordlist *list)
{
    struct recordquery query = {
        .filter = list->filter, .search = list->search, .sort = list->sort,
        .cursor = list->cursor, .cursor_before = list->before.n > 0 ? list->before : NO_STR,
        .skip = list->offset, .limit = list->rows, .count = !str_eq(list->count, S("no")),
    };
    if (query.cursor_before.n > 0)
        query.cursor = NO_STR;
    if (list->account.n > 0) {
        struct str is = recorddesk_is(cx, S("account_id"), list->account);
        query.filter = list->filter.n == 0 ? is
                     : str_fmt(cx->mem, "(%.*s) && %.*s", STR_ARG(list->filter), STR_ARG(is));
    }
    return query;
}

/* What was typed is what positions in a fault are to count from. */
static void reword(struct cx *cx, struct recordlist *list, struct recordquery query)
{
    struct jv ignored;
    query.filter = list->filter;
    if (list->account.n > 0 && !recorddesk_list(cx, list->collection->name, &query, &ignored)) {
        list->fault = phrase_message(cx, str_of(cx->err.message));
        fail_forget(cx);
    }
}

bool recordlist_find(struct cx *cx, struct recordlist *list)
{
    struct recordquery query = recordlist_query(cx, list);
    struct str known = known_columns(cx, list, list->fields);
    list->columns = known.n > 0 ? known : usual_columns(cx, list);
    query.fields = str_fmt(cx->mem, "id,%.*s%s", STR_ARG(list->columns),
                           cx->who->is_superadmin ? ",account_id,account_name" : "");
    if (recorddesk_list(cx, list->collection->name, &query, &list->found))
        return true;
    TRY(cx->err.kind == E_INVALID);
    list->fault = phrase_message(cx, str_of(cx->err.message));
    list->is_search_fault = str_has(str_lower(cx->mem, str_of(cx->err.title)), S("search"));
    fail_forget(cx);
    reword(cx, list, query);
    return true;
}

static int64_t time_of(struct jv value)
{
    int64_t us;
    return value.kind == JV_TEXT && when_parse(jv_text(value), &us) ? us : 0;
}

static void put_value(struct grid *grid, const struct recordlist *list, struct str name,
                      struct jv value)
{
    const struct field *field = collection_field(list->collection, name);
    bool is_time = field != NULL ? field->type->rule == R_DATETIME : str_ends(name, S("_at"));
    int64_t us = is_time ? time_of(value) : 0;
    struct cx *cx = grid->desk->cx;
    if (us != 0)
        grid_time(grid, us);
    else if (field != NULL && field->type->rule == R_REFERENCE && value.kind == JV_TEXT)
        grid_link(grid, jv_text(value), DESK_PATH(cx, S("records"), field->collection,
                                                  jv_text(value)));
    else
        grid_text(grid, fieldform_cell(cx, field, value));
}

static void put_row(struct grid *grid, const struct recordlist *list, struct jv record)
{
    struct cx *cx = grid->desk->cx;
    const struct collection *c = list->collection;
    struct str id = jv_text(jv_get(record, S("id"))), rest = list->columns, name;
    bool first = true;
    grid_row(grid);
    if (recorddesk_is_written(c))
        grid_select(grid, id, phrase_with(cx, W("Choose {name}"), (const struct fill[]){
                    fill_text("name", recorddesk_name(cx, c, record)), { 0 } }));
    while (str_cut(&rest, ',', &name)) {
        struct jv value = jv_get(record, name);
        if (first)
            grid_link(grid, fieldform_cell(cx, collection_field(c, name), value),
                      DESK_PATH(cx, S("records"), c->name, id));
        else
            put_value(grid, list, name, value);
        first = false;
    }
    if (cx->who->is_superadmin) {
        struct str account = jv_text(jv_get(record, S("account_name")));
        grid_link(grid, account, desk_with(grid->desk->reply, "account",
                                           jv_text(jv_get(record, S("account_id")))));
    }
}

/* --- the table -------------------------------------------------------------------------------- */

static bool is_sortable(const struct recordlist *list, struct str name)
{
    const struct field *field = collection_field(list->collection, name);
    return field == NULL || is_small(field);
}

static enum grid_kind kind_of(const struct recordlist *list, struct str name)
{
    const struct field *field = collection_field(list->collection, name);
    if (field == NULL)
        return str_ends(name, S("_at")) ? GRID_TIME : GRID_TEXT;
    return field->type->rule == R_NUMBER ? GRID_NUMBER : GRID_TEXT;
}

static const struct grid_column *columns_of(struct cx *cx, const struct recordlist *list)
{
    struct grid_column *columns = arena_list(cx->mem, struct grid_column, MOST_COLUMNS + 4);
    struct str rest = list->columns, name;
    size_t n = 0;
    while (str_cut(&rest, ',', &name)) {
        const char *word = str_c(cx->mem, name);
        columns[n++] = (struct grid_column){
            .label = word, .verbatim = true, .kind = n == 0 ? GRID_TEXT : kind_of(list, name),
            .sort = is_sortable(list, name) ? word : NULL };
    }
    if (cx->who->is_superadmin)
        columns[n++] = (struct grid_column){ .label = W("Account") };
    return columns;
}

struct str recordlist_link(struct cx *cx, const struct recordlist *list, struct str path,
                           const char *name, struct str value)
{
    const struct recorddesk_pair pairs[] = {
        { "filter", list->filter }, { "search", list->search }, { "sort", list->sort },
        { "fields", list->fields }, { "account", list->account }, { "count", list->count },
        { name, value }, { 0 },
    };
    return recorddesk_link(cx, path, pairs);
}

static void put_cursors(struct grid *grid, const struct recordlist *list)
{
    struct cx *cx = grid->desk->cx;
    struct str path = DESK_PATH(cx, S("records"), list->collection->name);
    struct str next = jv_text(jv_get(list->found, S("next_cursor")));
    struct str previous = jv_text(jv_get(list->found, S("prev_cursor")));
    if (next.n > 0)
        next = recordlist_link(cx, list, path, "cursor", next);
    if (previous.n > 0)
        previous = str_fmt(cx->mem, "%.*s", STR_ARG(recordlist_link(cx, list, path, "before",
                                                                    previous)));
    grid_cursor(grid, previous, next, phrase_of(cx, W("Page by page")));
}

static void put_table(const struct recordlist *list, struct desk *desk)
{
    struct cx *cx = desk->cx;
    struct jv items = jv_get(list->found, S("items")), total = jv_get(list->found, S("total"));
    struct str path = DESK_PATH(cx, S("records"), list->collection->name);
    bool asks = list->filter.n > 0 || list->search.n > 0 || list->account.n > 0;
    struct access access;
    struct grid grid;
    grid_init(&grid, desk, columns_of(cx, list), W("Records"));
    for (size_t i = 0; i < jv_count(items); i++)
        put_row(&grid, list, jv_at(items, i));
    if (asks)
        grid_empty(&grid, W("No record is like that."), W("Show all"), path);
    else if (recorddesk_is_written(list->collection)
             && recorddesk_may(cx, list->collection, OP_CREATE, &access))
        grid_empty(&grid, W("There is no record yet."), W("New record"),
                   DESK_PATH(cx, S("records"), list->collection->name, S("new")));
    else
        grid_empty(&grid, W("There is no record that you may list."), NULL, NO_STR);
    if (!str_absent(list->cursor) || list->before.n > 0)
        put_cursors(&grid, list);
    else
        grid_pages(&grid, list->offset, list->rows,
                   total.kind == JV_INT ? jv_int(total) : -1);
    grid_put(&grid, "table");
}

bool recordlist_put(const struct recordlist *list, struct desk *desk)
{
    TRY(recordtools_put(list, desk));
    desk_put(desk, fill_flag("has_rows", list->fault.n == 0));
    put_table(list, desk);
    return desk->cx->err.kind == E_NONE;
}
