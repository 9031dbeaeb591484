/* bulk.c — finds the records of a filter, then writes them one by one. */
#include "data/bulk.h"

#include "base/settings.h"
#include "data/filter.h"
#include "data/record.h"
#include "data/recordwrite.h"
#include "db/tx.h"

static const struct jv NO_BODY = { .kind = JV_ABSENT };

struct query {
    const struct collection *collection;
    struct access seen, written;            /* what may be asked about; what may be done          */
    struct rule *filter;
    struct str *ids; size_t n;
};

static bool open_query(struct cx *cx, struct str name, enum operation operation, struct jv body,
                       struct str filter, struct query *query)
{
    struct rule_names names;

    TRY(record_collection(cx, name, &query->collection));
    TRY(access_open(cx, query->collection, OP_LIST, NO_BODY, &query->seen));
    TRY(access_allowed(cx, &query->seen, name));
    TRY(access_open(cx, query->collection, operation, body, &query->written));
    TRY(access_allowed(cx, &query->written, name));
    TRY(collection_writable(cx, query->collection));
    names = access_names(cx, &query->seen);
    TRY(filter_read(cx, filter, &names, &query->filter));
    return query->filter != NULL
        || fail(cx, E_INVALID, "Invalid filter expression",
                "A filter is required: true means every record");
}

static bool find_records(struct cx *cx, struct query *query)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    size_t most = (size_t)cx->set->bulk_max_size;
    struct qb q;

    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT r.\"id\" FROM "));
    qb_ident(&q, query->collection->table);
    qb_lit(&q, SQL_OF(" r"));
    TRY(filter_where(&q, &query->seen, query->filter));
    TRY(access_and_grants(&q, &query->written));
    qb_lit(&q, SQL_OF(" ORDER BY r.\"created_at\", r.\"id\" LIMIT "));
    qb_number(&q, (int64_t)most + 1);
    if (qb_is_postgres(&q))
        qb_lit(&q, SQL_OF(" FOR UPDATE OF r"));
    TRY(qb_query(&q, &rows));
    query->ids = arena_list(cx->mem, struct str, most);
    while (rows_step(&rows)) {
        if (query->n == most)
            return fail(cx, E_INVALID, "batch_too_large",
                        "The filter finds more than %zu records: ask for fewer", most);
        query->ids[query->n++] = str_copy(cx->mem, rows_text(&rows, 0));
    }
    return rows_done(&rows);
}

static bool open_one(struct cx *cx, const struct query *query, enum operation operation,
                     struct str id, struct jv body, struct recordwrite *w)
{
    TRY(recordwrite_open(cx, query->collection, operation, body, w));
    w->id = id;
    return recordwrite_read(cx, w);
}

static bool update_one(struct cx *cx, const struct query *query, struct str id, struct jv body)
{
    struct recordwrite w;

    return open_one(cx, query, OP_UPDATE, id, body, &w)
        && recordwrite_check_update(cx, &w, VALIDATE_PATCH)
        && recordwrite_store(cx, &w, NULL);
}

static bool delete_one(struct cx *cx, const struct query *query, struct str id)
{
    struct recordwrite w;

    return open_one(cx, query, OP_DELETE, id, NO_BODY, &w)
        && recordwrite_check_delete(cx, &w)
        && recordwrite_remove(cx, &w);
}

static bool told(struct cx *cx, struct str id)
{
    struct buf text;
    struct js js;

    buf_init(&text, cx->mem, 1024);
    js_init(&js, &text);
    js_text(&js, NULL, id);
    return fail_where(cx, "id", buf_text(&text));
}

/* A record may have gone with one that was before it. */
static bool is_gone(struct cx *cx)
{
    if (cx->err.kind != E_NOT_FOUND)
        return false;
    fail_forget(cx);
    return true;
}

static bool write_all(struct cx *cx, const struct query *query, enum operation operation,
                      struct jv body, bool is_trial, struct js *js)
{
    int64_t count = 0;

    js_object(js, NULL);
    js_array(js, operation == OP_UPDATE ? "updated" : "deleted");
    for (size_t i = 0; i < query->n; i++) {
        struct str id = query->ids[i];
        bool well = operation == OP_UPDATE ? update_one(cx, query, id, body)
                                           : delete_one(cx, query, id);
        if (!well && !is_gone(cx))
            return told(cx, id);
        if (!well)
            continue;
        js_text(js, NULL, id);
        count++;
    }
    js_end(js);
    js_int(js, "count", count);
    if (is_trial)
        js_bool(js, "dry_run", true);
    js_end(js);
    return true;
}

/* What is wrong for every record is told although there is none. */
static bool check_body(struct cx *cx, const struct query *query, struct jv body)
{
    struct recordwrite w;

    TRY(recordwrite_open(cx, query->collection, OP_UPDATE, body, &w));
    w.held = w.access;
    w.account_id = cx->who->account_id;
    return recordwrite_check_update(cx, &w, VALIDATE_PATCH) || is_gone(cx);
}

/* A trial does it all, and then lets go of it: what would fail fails. */
static bool run(struct cx *cx, struct str collection, enum operation operation,
                const struct bulk *in, struct jv body, struct js *js)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct query query = { 0 };

    TRY(tx_begin(cx, &tx));
    TRY(open_query(cx, collection, operation, body, in->filter, &query));
    TRY(find_records(cx, &query));
    if (query.n == 0 && operation == OP_UPDATE)
        TRY(check_body(cx, &query, body));
    TRY(write_all(cx, &query, operation, body, in->is_trial, js));
    return in->is_trial || tx_commit(&tx);
}

bool bulk_update(struct cx *cx, struct str collection, const struct bulk *in, struct jv body,
                 struct js *js)
{
    return run(cx, collection, OP_UPDATE, in, body, js);
}

bool bulk_delete(struct cx *cx, struct str collection, const struct bulk *in, struct js *js)
{
    return run(cx, collection, OP_DELETE, in, NO_BODY, js);
}
