/* recordtools.c — the filter, the columns, the saved views and the buttons of a list. */
#include "recordtools.h"

#include "base/settings.h"
#include "identity/savedview.h"

enum { WORDS_MOST = 4096 };

static struct str at(struct cx *cx, const struct recordlist *list, const char *more)
{
    struct str path = DESK_PATH(cx, S("records"), list->collection->name);
    return str_fmt(cx->mem, "%.*s%s", STR_ARG(path), more);
}

/* --- filter ----------------------------------------------------------------------------------- */

static bool is_searched(const struct recordlist *list)
{
    bool any = false;
    for (size_t i = 0; i < list->collection->field_count; i++)
        any = any || (list->collection->fields[i].searchable
                      && access_gives(&list->access, &list->collection->fields[i]));
    return any;
}

static const struct form_field FILTER_FIELDS[] = {
    { "filter", FORM_TEXT, .label = W("Filter"), .hint = W("price > 5 && title ~ \"%word%\""),
      .max = 8192 },
    { "sort", FORM_HIDDEN, .label = NULL }, { "fields", FORM_HIDDEN, .label = NULL },
    { "count", FORM_HIDDEN, .label = NULL },
    { "search", FORM_SEARCH, .label = W("Search"), .max = 500 },
    { "account", FORM_TEXT, .label = W("Account ID"), .max = 100 },
    { 0 },
};

/* What a filter may name; a script completes it while it is typed. */
static const char *words_of(struct cx *cx, const struct recordlist *list)
{
    struct buf words;
    buf_init(&words, cx->mem, WORDS_MOST);
    buf_str(&words, S("id created_at updated_at created_by updated_by true false null"));
    for (size_t i = 0; i < list->collection->field_count; i++) {
        const struct field *field = &list->collection->fields[i];
        if (access_gives(&list->access, field)) {
            buf_c(&words, ' ');
            buf_str(&words, field->name);
        }
    }
    return words.over ? NULL : str_c(cx->mem, buf_text(&words));
}

/* Those of the table that this list has; where there is no search, there is no box for it. */
static const struct form_field *filter_fields(struct cx *cx, const struct recordlist *list)
{
    struct form_field *fields = arena_list(cx->mem, struct form_field, COUNT(FILTER_FIELDS));
    size_t n = 0;
    for (size_t i = 0; i + 1 < COUNT(FILTER_FIELDS); i++) {
        struct str name = str_of(FILTER_FIELDS[i].name);
        bool left = (str_eq(name, S("search")) && !is_searched(list) && list->search.n == 0)
                 || (str_eq(name, S("account")) && !cx->who->is_superadmin);
        if (!left)
            fields[n++] = FILTER_FIELDS[i];
        if (str_eq(name, S("filter")))
            fields[n - 1].suggest = words_of(cx, list);
    }
    return fields;
}

static void put_filter(const struct recordlist *list, struct desk *desk)
{
    struct form form;
    form_init(&form, desk->cx, filter_fields(desk->cx, list));
    form.is_get = true;
    form.submit = W("Apply");
    form_set(&form, "filter", list->filter);
    form_set(&form, "search", list->search);
    form_set(&form, "sort", list->sort);
    form_set(&form, "fields", list->fields);
    form_set(&form, "count", list->count);
    form_set(&form, "account", list->account);
    if (list->fault.n > 0)
        form_fault(&form, list->is_search_fault ? "search" : "filter", list->fault);
    form_put(&form, desk, "form");
}

/* --- columns ---------------------------------------------------------------------------------- */

static const struct form_field COLUMN_FIELDS[] = {
    { "filter", FORM_HIDDEN, .label = NULL }, { "search", FORM_HIDDEN, .label = NULL },
    { "sort", FORM_HIDDEN, .label = NULL }, { "account", FORM_HIDDEN, .label = NULL },
    { "fields", FORM_CHOICES, .label = W("Columns") },
    { "count", FORM_CHOICE, .label = W("Total") },
    { 0 },
};

static size_t column_options(struct cx *cx, const struct recordlist *list,
                             struct form_option **out)
{
    static const struct str SYSTEM[] = {
        S_INIT("id"), S_INIT("created_at"), S_INIT("created_by"), S_INIT("updated_at"),
        S_INIT("updated_by"),
    };
    const struct collection *c = list->collection;
    size_t n = 0;
    *out = arena_list(cx->mem, struct form_option, c->field_count + COUNT(SYSTEM));
    for (size_t i = 0; i < c->field_count; i++)
        if (access_gives(&list->access, &c->fields[i]))
            (*out)[n++] = (struct form_option){ c->fields[i].name, c->fields[i].name };
    for (size_t i = 0; i < COUNT(SYSTEM); i++)
        (*out)[n++] = (struct form_option){ SYSTEM[i], SYSTEM[i] };
    return n;
}

static size_t split(struct cx *cx, struct str list, struct str **out)
{
    struct str one;
    size_t n = 0;
    *out = arena_list(cx->mem, struct str, list.n + 1);
    while (str_cut(&list, ',', &one))
        (*out)[n++] = one;
    return n;
}

static void put_columns(const struct recordlist *list, struct desk *desk)
{
    struct cx *cx = desk->cx;
    struct form_option *options, totals[] = {
        { S(""), phrase_of(cx, W("Counted exactly")) },
        { S("no"), phrase_of(cx, W("Not counted: faster")) },
    };
    struct str *chosen;
    struct form form;
    size_t n = column_options(cx, list, &options), shown = split(cx, list->columns, &chosen);
    form_init(&form, cx, COLUMN_FIELDS);
    form.is_get = true;
    form.prefix = "columns";
    form.submit = W("Show these");
    form_set(&form, "filter", list->filter);
    form_set(&form, "search", list->search);
    form_set(&form, "sort", list->sort);
    form_set(&form, "account", list->account);
    form_options(&form, "fields", options, n);
    form_set_many(&form, "fields", chosen, shown);
    form_options(&form, "count", totals, COUNT(totals));
    form_set(&form, "count", list->count);
    form_put(&form, desk, "columns");
}

/* --- saved views ------------------------------------------------------------------------------ */

static bool put_views(const struct recordlist *list, struct desk *desk)
{
    struct cx *cx = desk->cx;
    struct savedview_list views;
    struct fills_list rows = { .mem = cx->mem };
    struct str account = recorddesk_home(cx);
    TRY(savedview_list(cx, account, cx->who->id,
                       str_fmt(cx->mem, "records/%.*s", STR_ARG(list->collection->name)), &views));
    for (size_t i = 0; i < views.n; i++) {
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_text("label", views.at[i].name));
        fills_add(&row, fill_text("href", str_fmt(cx->mem, "%.*s?%.*s",
                                  STR_ARG(at(cx, list, "")), STR_ARG(views.at[i].query))));
        fills_add(&row, fill_flag("is_here", str_eq(views.at[i].query, list->query)));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("views", &rows));
    desk_put(desk, fill_text("views_href", recordlist_link(cx, list, at(cx, list, "/views"), NULL,
                                                           NO_STR)));
    return true;
}

/* --- ways out --------------------------------------------------------------------------------- */

static void put_exports(const struct recordlist *list, struct desk *desk)
{
    static const struct { const char *format, *label; } FORMATS[] = {
        { "csv", W("CSV") }, { "json", W("JSON") }, { "ndjson", W("JSON, a line each") },
    };
    struct cx *cx = desk->cx;
    struct fills_list rows = { .mem = cx->mem };
    for (size_t i = 0; i < COUNT(FORMATS); i++) {
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_text("label", phrase_of(cx, FORMATS[i].label)));
        fills_add(&row, fill_text("href", recordlist_link(cx, list, at(cx, list, "/export"),
                                                          "format", str_of(FORMATS[i].format))));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("exports", &rows));
}

static void add_button(struct fills_list *rows, struct str label, const char *value, bool danger)
{
    struct fills row = { .mem = rows->mem };
    fills_add(&row, fill_text("name", S("do")));
    fills_add(&row, fill_text("value", str_of(value)));
    fills_add(&row, fill_text("label", label));
    fills_add(&row, fill_flag("danger", danger));
    fills_add(&row, fill_text("href", S("")));
    fills_row(rows, &row);
}

static bool more_than_shown(const struct recordlist *list)
{
    struct jv total = jv_get(list->found, S("total"));
    return total.kind != JV_INT || jv_int(total) > (int64_t)jv_count(jv_get(list->found,
                                                                            S("items")));
}

static void put_buttons(const struct recordlist *list, struct desk *desk)
{
    struct cx *cx = desk->cx;
    const struct collection *c = list->collection;
    struct fills_list rows = { .mem = cx->mem };
    struct access access;
    bool is_written = recorddesk_is_written(c);
    if (is_written && recorddesk_may(cx, c, OP_UPDATE, &access))
        add_button(&rows, phrase_of(cx, W("Set a field…")), "set", false);
    if (is_written && recorddesk_may(cx, c, OP_DELETE, &access))
        add_button(&rows, phrase_of(cx, W("Delete…")), "delete", true);
    if (list->search.n == 0 && more_than_shown(list) && rows.n > 0) {
        if (recorddesk_may(cx, c, OP_UPDATE, &access))
            add_button(&rows, phrase_of(cx, W("Set a field of all that match…")), "set-all", false);
        if (recorddesk_may(cx, c, OP_DELETE, &access))
            add_button(&rows, phrase_of(cx, W("Delete all that match…")), "delete-all", true);
    }
    desk_put(desk, fill_text("all_filter", recordlist_query(cx, list).filter));
    desk_put(desk, fills_rows("buttons", &rows));
    desk_put(desk, fill_flag("has_buttons", rows.n > 0 && list->fault.n == 0
                             && jv_count(jv_get(list->found, S("items"))) > 0));
    desk_put(desk, fill_text("many_href", at(cx, list, "/many")));
    if (is_written && recorddesk_may(cx, c, OP_CREATE, &access)) {
        desk_action(desk, phrase_of(cx, W("New record")), at(cx, list, "/new"));
        desk_action(desk, phrase_of(cx, W("Import")), at(cx, list, "/import"));
    }
    if (c->view == NULL)
        desk_action(desk, phrase_of(cx, W("Deleted records")), at(cx, list, "/deleted"));
    if (c->requires_signature)
        desk_notice(desk, DESK_NOTE, phrase_of(cx, W("Records of this collection are written with"
                    " a signature, which these pages cannot give: change them through the API.")));
}

static void put_api(const struct recordlist *list, struct desk *desk)
{
    struct cx *cx = desk->cx;
    const struct recordquery query = recordlist_query(cx, list);
    struct str name = list->collection->name;
    const struct recorddesk_pair pairs[] = {
        { "filter", query.filter }, { "search", query.search }, { "sort", query.sort },
        { "fields", list->fields }, { "limit", str_fmt(cx->mem, "%lld", (long long)query.limit) },
        { "skip", query.skip == 0 ? NO_STR : str_fmt(cx->mem, "%lld", (long long)query.skip) },
        { "cursor", query.cursor }, { "cursor_before", query.cursor_before },
        { "count", query.count ? NO_STR : S("false") }, { 0 },
    };
    struct buf filter;
    buf_init(&filter, cx->mem, 65536);
    js_quote(&filter, query.filter.n > 0 ? query.filter : S(""));
    desk_api(desk, "GET", recorddesk_link(cx, recorddesk_api(cx, name, NO_STR, ""), pairs), NO_STR,
             str_fmt(cx->mem, "client.records.list(\"%.*s\", { filter: %.*s })", STR_ARG(name),
                     STR_ARG(buf_text(&filter))));
}

bool recordtools_put(const struct recordlist *list, struct desk *desk)
{
    struct cx *cx = desk->cx;
    bool by_cursor = !str_absent(list->cursor) || list->before.n > 0;
    struct str start = recordlist_link(cx, list, at(cx, list, ""), NULL, NO_STR);
    bool has_query = false;
    for (size_t i = 0; i < start.n; i++)
        has_query = has_query || start.p[i] == '?';
    put_filter(list, desk);
    put_columns(list, desk);
    TRY(put_views(list, desk));
    put_exports(list, desk);
    put_buttons(list, desk);
    put_api(list, desk);
    desk_put(desk, fill_text("build_href", recordlist_link(cx, list, at(cx, list, "/filter"), NULL,
                                                           NO_STR)));
    desk_put(desk, fill_flag("by_cursor", by_cursor));
    desk_put(desk, fill_text("paging_href", by_cursor ? start : str_fmt(cx->mem, "%.*s%scursor=",
                             STR_ARG(start), has_query ? "&" : "?")));
    return true;
}
