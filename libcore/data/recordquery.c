/* recordquery.c — lists of records: one statement of tenant, rules, filter, sort and place. */
#include "data/recordquery.h"

#include "base/log.h"
#include "data/expand.h"
#include "data/filter.h"
#include "data/indexwish.h"
#include "data/page.h"
#include "data/search.h"
#include "data/total.h"

struct list {
    const struct recordquery *in;
    struct access access;
    struct recordrow row;
    struct page_order order;
    struct rule_names names;
    bool by_cursor, backward, has_place;
    struct page_place place;
    struct expand *expand;              /* NULL: nothing                                          */
    struct rule *filter;                /* NULL: none                                             */
    struct search search;
    bool by_points;                     /* the search orders, since the caller does not           */
    bool found_alone;                   /* nothing but the search says which rows of the tenant   */
    struct qb where;                    /* tenant, grants, filter                                 */
};

/* --- what is asked ---------------------------------------------------------------------------- */

static bool open_list(struct cx *cx, struct str name, struct list *list)
{
    const struct collection *found;

    TRY(collection_find(cx, name, &found));
    TRY(access_open(cx, found, OP_LIST, (struct jv){ .kind = JV_ABSENT }, &list->access));
    TRY(access_allowed(cx, &list->access, name));
    if (found == NULL)
        return fail(cx, E_NOT_FOUND, "Not found", "Collection '%.*s' not found", STR_ARG(name));
    if (list->in->has_unknown)
        return fail(cx, E_INVALID, "Unsupported query parameter",
                    "Direct query parameter filtering (e.g., ?status=active) is no longer"
                    " supported."
                    " Use the 'filter' parameter instead: ?filter=status = \"active\"");
    return true;
}

/* A cursor carries the values it stands at: not those that its reader sees as a mask. */
static bool check_masked_keys(struct cx *cx, const struct list *list)
{
    for (size_t i = 0; i < list->order.n; i++) {
        const struct rule_name *name = rule_find(&list->names, list->order.keys[i].name);
        if (name != NULL && name->masked)
            return fail(cx, E_INVALID, "Invalid pagination parameters",
                        "Cannot page by cursor in the order of the masked field '%.*s'",
                        STR_ARG(name->name));
    }
    return true;
}

static bool read_place(struct cx *cx, struct list *list)
{
    struct str after = list->in->cursor, before = list->in->cursor_before;

    list->by_cursor = !str_absent(after) || !str_absent(before);
    if (!str_absent(after) && !str_absent(before))
        return fail(cx, E_INVALID, "Invalid pagination parameters",
                    "Cannot specify both 'cursor' and 'cursor_before'");
    TRY(page_sort(cx, list->in->sort, &list->names, &list->order));
    for (size_t i = 0; list->access.collection->view != NULL && i < list->order.n - 1; i++)
        list->order.keys[i].nullable = true;        /* a view need not have created_at            */
    if (!list->by_cursor)
        return true;
    TRY(check_masked_keys(cx, list));
    list->backward = before.n > 0;
    list->has_place = list->backward || after.n > 0;
    if (!list->has_place)
        return true;
    return page_read_cursor(cx, list->backward ? "cursor_before" : "cursor",
                            list->backward ? before : after, &list->order, &list->place);
}

static bool read_search(struct cx *cx, struct list *list)
{
    TRY(search_open(cx, &list->access, &list->names, list->in->search, &list->search));
    list->by_points = list->search.is_on && str_trim(list->in->sort).n == 0;
    list->found_alone = list->search.is_on && list->filter == NULL
        && !access_is_conditional(&list->access);
    return !list->by_points || !list->by_cursor
        || fail(cx, E_INVALID, "Invalid pagination parameters",
                "A search is paged by cursor only if it has a sort: the best first are paged with"
                " skip and limit");
}

/* --- the statement ---------------------------------------------------------------------------- */

/* A tenant's name is known; superadmins see the rows of many. A list of some fields hides it. */
static void put_account_name(struct cx *cx, struct list *list, struct qb *q)
{
    if (!access_gives_all(&list->access))
        return;
    if (!str_absent(list->access.account_id)) {
        list->row.account_name = cx->who->account_name;
        return;
    }
    qb_lit(q, SQL_OF(", (SELECT a.\"name\" FROM \"accounts\" a"
                     " WHERE a.\"id\" = r.\"account_id\")"));
    list->row.account_column = list->row.next++;
}

static void put_keys(struct qb *q, const struct page_order *order)
{
    for (size_t i = 0; i < order->n; i++) {
        qb_lit(q, SQL_OF(", "));
        rule_put(q, order->keys[i].of);
    }
}

static bool put_rows(struct qb *q, const struct list *list, const struct page_order *order)
{
    TRY(search_from(q, &list->search, list->by_points));
    qb_add(q, &list->where);
    if (list->has_place) {
        qb_lit(q, SQL_OF(" AND "));
        page_after(q, order, &list->place);
    }
    if (list->by_points)
        search_order_by(q);
    else
        page_order_by(q, order);
    qb_lit(q, SQL_OF(" LIMIT "));
    qb_number(q, list->in->limit + (list->by_cursor ? 1 : 0));
    if (!list->by_cursor && list->in->skip > 0) {
        qb_lit(q, SQL_OF(" OFFSET "));
        qb_value(q, p_int(NULL, list->in->skip));
    }
    return true;
}

/* The page is found before records are looked at, instead of every record that has the words. */
static void put_best(struct qb *q, const struct list *list)
{
    search_from_best(q, &list->search, list->in->skip, list->in->limit);
    access_where_tenant(q, &list->access);
    search_order_by(q);
}

static bool select_page(struct cx *cx, struct list *list, struct rows *rows)
{
    struct page_order order = list->order;
    struct qb q;

    if (list->backward)
        page_reverse(&order);
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT "));
    TRY(recordrow_columns(&q, &list->row));
    put_account_name(cx, list, &q);
    if (list->by_cursor)
        put_keys(&q, &order);
    if (list->by_points && list->found_alone)
        put_best(&q, list);
    else
        TRY(put_rows(&q, list, &order));
    return qb_query(&q, rows);
}

/* For who declares indexes: what this count could have done with. */
static void tell_wish(struct cx *cx, const struct list *list, int64_t total)
{
    struct index wish;

    if (log_wants(LOG_DEBUG) && !list->search.is_on
        && indexwish_find(cx, &list->access, list->filter, &list->order, &wish))
        LOG(LOG_DEBUG, "index_wanted", log_text("collection", list->access.collection->name),
            log_text("index", index_text(cx->mem, &wish)), log_number("counted", total));
}

static bool count_rows(struct cx *cx, const struct list *list, int64_t *total)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;

    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT COUNT(*)"));
    if (list->found_alone) {
        search_from_found(&q, &list->search);
    } else {
        TRY(search_from(&q, &list->search, false));
        qb_add(&q, &list->where);
    }
    TRY(qb_query(&q, &rows));
    if (!rows_step(&rows))
        return rows_done(&rows) && broken(cx, "a count without a row");
    *total = rows_int(&rows, 0);
    tell_wish(cx, list, *total);
    return true;
}

/* Rows stream into the reply, unless their references are still to be replaced. */
static bool put_row(struct cx *cx, const struct list *list, const struct rows *rows, struct js *js)
{
    if (list->expand != NULL)
        return expand_take(cx, list->expand, &list->row, rows);
    recordrow_write(cx, js, &list->row, rows);
    return true;
}

static bool put_expanded(struct cx *cx, const struct list *list, struct js *js)
{
    return list->expand == NULL || expand_write(cx, list->expand, list->backward, js);
}

/* --- by offset -------------------------------------------------------------------------------- */

/* A page that is not full says how many there are; else they are counted, once. */
static bool find_total(struct cx *cx, const struct list *list, int64_t n,
                       const struct total_key *key, int64_t *total)
{
    const struct recordquery *in = list->in;

    if (n < in->limit && (n > 0 || in->skip == 0))
        *total = in->skip + n;
    else
        TRY(count_rows(cx, list, total));
    total_remember(cx, key, *total);
    return true;
}

/* What is right now is not a moment later. */
static bool hangs_on_time(const struct list *list)
{
    bool does = list->filter != NULL && rule_uses_now(list->filter);

    for (size_t i = 0; i < list->access.n && !does; i++)
        does = list->access.grants[i].rule != NULL && rule_uses_now(list->access.grants[i].rule);
    return does;
}

/* All that says which rows are counted. */
static void list_key(struct cx *cx, const struct list *list, struct qb *out)
{
    qb_init(out, cx);
    qb_add(out, &list->where);
    search_key(out, &list->search);
}

static bool list_by_offset(struct cx *cx, struct list *list, struct js *js)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct total_key key = { 0 };
    struct qb asked;
    bool is_known = false;
    int64_t n = 0, total = 0;

    if (list->in->count) {
        list_key(cx, list, &asked);
        if (!hangs_on_time(list))
            total_key(cx, &asked, list->access.account_id, list->access.collection, &key);
        TRY(total_recall(cx, &key, &is_known, &total));
    }
    TRY(select_page(cx, list, &rows));
    js_object(js, NULL);
    js_array(js, "items");
    for (; rows_step(&rows); n++)
        TRY(put_row(cx, list, &rows, js));
    TRY(rows_done(&rows));
    rows_close(&rows);
    TRY(put_expanded(cx, list, js));
    js_end(js);
    if (list->in->count && !is_known)
        TRY(find_total(cx, list, n, &key, &total));
    if (list->in->count)
        js_int(js, "total", total);
    else
        js_null(js, "total");
    js_int(js, "skip", list->in->skip);
    js_int(js, "limit", list->in->limit);
    js_end(js);
    return true;
}

/* --- by cursor -------------------------------------------------------------------------------- */

struct cursor_page {
    int64_t n;                          /* rows of the page                                       */
    bool has_more;
    struct page_place first, last;      /* as read: backward, first is nearest to the cursor      */
};

static bool read_forward(struct cx *cx, const struct list *list, struct rows *rows, struct js *js,
                         struct cursor_page *page)
{
    for (; rows_step(rows); page->n++) {
        if (page->n == list->in->limit) {
            page->has_more = true;
            return true;
        }
        TRY(put_row(cx, list, rows, js));
        if (page->n == 0)
            page_here(cx, rows, list->row.next, &list->order, &page->first);
        if (page->n == list->in->limit - 1)
            page_here(cx, rows, list->row.next, &list->order, &page->last);
    }
    return rows_done(rows);
}

static struct str row_text(struct cx *cx, const struct list *list, const struct rows *rows)
{
    struct buf text;
    struct js item;

    buf_init(&text, cx->mem, SIZE_MAX);
    js_init(&item, &text);
    recordrow_write(cx, &item, &list->row, rows);
    return buf_text(&text);
}

/* Rows come nearest first, and are told in the order of the list. */
static bool read_backward(struct cx *cx, const struct list *list, struct rows *rows, struct js *js,
                          struct cursor_page *page)
{
    struct str *items = arena_list(cx->mem, struct str, (size_t)list->in->limit);

    for (; rows_step(rows); page->n++) {
        if (page->n == list->in->limit) {
            page->has_more = true;
            break;
        }
        if (list->expand != NULL)
            TRY(expand_take(cx, list->expand, &list->row, rows));
        else
            items[page->n] = row_text(cx, list, rows);
        page_here(cx, rows, list->row.next, &list->order,
                  page->n == 0 ? &page->first : &page->last);
    }
    if (page->n == 1)
        page->last = page->first;
    for (int64_t i = page->n; i > 0 && list->expand == NULL; i--)
        js_raw(js, NULL, items[i - 1]);
    return page->has_more || rows_done(rows);
}

static void write_cursor(struct cx *cx, struct js *js, const char *key, const struct list *list,
                         bool is_there, const struct page_place *place)
{
    js_text(js, key, is_there ? page_write_cursor(cx, &list->order, place) : NO_STR);
}

static bool list_by_cursor(struct cx *cx, struct list *list, struct js *js)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct cursor_page page = { 0 };
    int64_t total;

    TRY(select_page(cx, list, &rows));
    js_object(js, NULL);
    js_array(js, "items");
    TRY(list->backward ? read_backward(cx, list, &rows, js, &page)
                       : read_forward(cx, list, &rows, js, &page));
    rows_close(&rows);
    TRY(put_expanded(cx, list, js));
    js_end(js);
    if (list->backward) {
        write_cursor(cx, js, "next_cursor", list, page.n > 0, &page.first);
        write_cursor(cx, js, "prev_cursor", list, page.has_more, &page.last);
    } else {
        write_cursor(cx, js, "next_cursor", list, page.has_more, &page.last);
        write_cursor(cx, js, "prev_cursor", list, list->has_place && page.n > 0, &page.first);
    }
    js_bool(js, "has_more", page.has_more);
    if (list->in->include_count) {
        TRY(count_rows(cx, list, &total));
        js_int(js, "total", total);
    } else {
        js_null(js, "total");
    }
    js_end(js);
    return true;
}

bool recordquery_list(struct cx *cx, struct str collection, const struct recordquery *in,
                      struct js *js)
{
    struct list list = { .in = in };

    TRY(open_list(cx, collection, &list));
    list.names = access_names(cx, &list.access);
    TRY(read_place(cx, &list));
    TRY(filter_read(cx, in->filter, &list.names, &list.filter));
    TRY(read_search(cx, &list));
    TRY(expand_read(cx, &list.access, in->expand, &list.expand));
    recordrow_shape(cx, list.access.collection, &list.access, in->fields, &list.row);
    qb_init(&list.where, cx);
    TRY(filter_where(&list.where, &list.access, list.filter));
    return list.by_cursor ? list_by_cursor(cx, &list, js) : list_by_offset(cx, &list, js);
}

/* --- all of it -------------------------------------------------------------------------------- */

/* Few sizes, since each is a statement of its own. */
static int64_t slice_rows(int64_t rows, size_t bytes)
{
    static const int64_t SIZES[] = { 1024, 256, 64 };
    enum { SLICE_BYTES = 1 << 20, LEAST = 16 };
    int64_t each = rows == 0 ? 1 : (int64_t)bytes / rows + 1;

    for (size_t i = 0; i < COUNT(SIZES); i++)
        if (SIZES[i] * each <= SLICE_BYTES)
            return SIZES[i];
    return LEAST;
}

/* The place after it is that of its last row. */
static bool read_slice(struct cx *cx, struct list *list, const struct recordquery_reader *reader,
                       int64_t *n, size_t *bytes)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    int next = list->row.next;
    size_t one;

    TRY(select_page(cx, list, &rows));
    for (; *n < list->in->limit && rows_step(&rows); (*n)++) {
        TRY(reader->row(cx, reader->state, &list->row, &rows, &one));
        *bytes += one;
        if (*n == list->in->limit - 1)
            page_here(cx, &rows, list->row.next, &list->order, &list->place);
    }
    list->has_place = true;
    list->row.next = next;
    return *n == list->in->limit || rows_done(&rows);
}

static void keep_place(struct arena *mem, struct list *list)
{
    for (size_t i = 0; i < list->order.n; i++)
        list->place.values[i].text = str_copy(mem, list->place.values[i].text);
}

static void free_arena(void *what)
{
    arena_free(what);
}

static bool read_slices(struct cx *cx, struct list *list, struct recordquery *in,
                        const struct recordquery_reader *reader)
{
    struct arena *places[2];            /* the one a slice begins at, and the one it ends at      */

    for (size_t i = 0; i < COUNT(places); i++) {
        places[i] = arena_new(0, NULL, NULL);
        arena_defer(cx->mem, free_arena, places[i]);
    }
    for (size_t turn = 0;; turn = 1 - turn) {
        struct arena_mark mark = arena_mark(cx->mem);
        size_t bytes = 0;
        int64_t n = 0;
        TRY(read_slice(cx, list, reader, &n, &bytes));
        arena_reset(places[turn]);
        keep_place(places[turn], list);
        arena_rewind(cx->mem, mark);
        if (n < in->limit)
            return true;
        in->limit = slice_rows(n, bytes);
    }
}

bool recordquery_read(struct cx *cx, struct str collection, const struct recordquery *asked,
                      const struct recordquery_reader *reader)
{
    struct recordquery in = *asked;
    struct list list = { .in = &in, .by_cursor = true };

    in.limit = slice_rows(0, 0) / 16;
    TRY(open_list(cx, collection, &list));
    list.names = access_names(cx, &list.access);
    TRY(page_sort(cx, in.sort, &list.names, &list.order));
    TRY(filter_read(cx, in.filter, &list.names, &list.filter));
    TRY(search_open(cx, &list.access, &list.names, in.search, &list.search));
    recordrow_shape(cx, list.access.collection, &list.access, in.fields, &list.row);
    qb_init(&list.where, cx);
    TRY(filter_where(&list.where, &list.access, list.filter));
    TRY(reader->begin(cx, reader->state, &list.row));
    return read_slices(cx, &list, &in, reader);
}
