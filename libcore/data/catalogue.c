/* catalogue.c — the collections there are, and how much is in them. */
#include "data/catalogue.h"

#include "db/qb.h"

static bool count_records(struct cx *cx, struct str table, int64_t *records)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;

    db_scope(cx, S("*"));
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT COUNT(*) AS n FROM "));
    qb_ident(&q, table);
    TRY(qb_query(&q, &rows));
    *records = rows_step(&rows) ? rows_int(&rows, 0) : 0;
    return rows_done(&rows);
}

bool catalogue_get(struct cx *cx, struct str id, struct collection *out, int64_t *records)
{
    bool found;

    TRY(collection_load(cx, BY_ID, id, out, &found));
    if (!found)
        return fail(cx, E_NOT_FOUND, "Not Found", "Collection with ID '%.*s' not found",
                    STR_ARG(id));
    *records = 0;
    return out->view != NULL || count_records(cx, out->table, records);
}

/* Rows of a statement, one at a time, into an array that doubles. */
static void *one_more(struct arena *mem, void *list, size_t n, size_t each)
{
    enum { FIRST = 32 };

    if (n == 0)
        return arena_array(mem, FIRST, each);
    if (n < FIRST || (n & (n - 1)) != 0)
        return list;
    return arena_grow(mem, list, n * each, 2 * n * each);
}

/* ---- one page ------------------------------------------------------------------------------- */

struct row {
    struct str id, name, schema, view_query;
    struct str list_rule, view_rule, create_rule, update_rule, delete_rule;
    int64_t created_at, updated_at;
};
static const struct col ROW_COLS[] = {
    COL(C_TEXT, row, id),          COL(C_TEXT, row, name),        COL(C_TEXT, row, schema),
    COL(C_TEXT, row, list_rule),   COL(C_TEXT, row, view_rule),   COL(C_TEXT, row, create_rule),
    COL(C_TEXT, row, update_rule), COL(C_TEXT, row, delete_rule), COL(C_TIME, row, created_at),
    COL(C_TIME, row, updated_at),  COL(C_TEXT, row, view_query),  { 0 },
};
static const struct sql TOTAL = SQL(
    "SELECT COUNT(*) AS n FROM collections WHERE :search = ''"
    " OR REPLACE(name_key, :search, '') <> name_key OR REPLACE(id, :search, '') <> id");

/* What may be sorted by; anything else means created_at. */
static const struct str SORTS[] = {
    S_INIT("created_at"), S_INIT("id"), S_INIT("name"), S_INIT("updated_at"),
};

static struct str sort_column(struct str wanted)
{
    for (size_t i = 0; i < COUNT(SORTS); i++)
        if (str_eq(SORTS[i], wanted))
            return SORTS[i];
    return SORTS[0];
}

static void page_statement(struct qb *q, const struct catalogue_query *query, struct str search)
{
    bool ascending = str_eq_nocase(query->sort_order, S("asc"));
    struct param part = p_text(NULL, search);

    qb_lit(q, SQL_OF("SELECT r.id, r.name, r.schema, x.list_rule, x.view_rule, x.create_rule,"
                     " x.update_rule, x.delete_rule, r.created_at, r.updated_at,"
                     " r.view_query"
                     " FROM collections r LEFT JOIN collection_rules x ON x.collection_id = r.id"));
    if (search.n > 0) {
        qb_lit(q, SQL_OF(" WHERE REPLACE(r.name_key, "));
        qb_value(q, part);
        qb_lit(q, SQL_OF(", '') <> r.name_key OR REPLACE(r.id, "));
        qb_value(q, part);
        qb_lit(q, SQL_OF(", '') <> r.id"));
    }
    qb_lit(q, SQL_OF(" ORDER BY "));
    qb_column(q, 'r', sort_column(query->sort_by));
    qb_lit(q, ascending ? SQL_OF(", r.id LIMIT ") : SQL_OF(" DESC, r.id DESC LIMIT "));
    qb_value(q, p_int(NULL, query->page_size));
    qb_lit(q, SQL_OF(" OFFSET "));
    qb_value(q, p_int(NULL, (query->page - 1) * query->page_size));
}

static bool total_of(struct cx *cx, struct str search, int64_t *total)
{
    struct rows rows SCOPED(rows_close) = { 0 };

    TRY(db_query(cx, TOTAL, BIND(p_text("search", search)), &rows));
    *total = rows_step(&rows) ? rows_int(&rows, 0) : 0;
    return rows_done(&rows);
}

static bool item_of(struct cx *cx, const struct row *row, struct catalogue_item *out)
{
    const struct str rules[OP_COUNT] = { row->list_rule, row->view_rule, row->create_rule,
                                         row->update_rule, row->delete_rule };
    struct jv schema;
    struct jv_fault fault;

    if (!jv_parse(cx, row->schema, &schema, &fault))
        return broken(cx, "the stored schema of %.*s is no JSON", STR_ARG(row->name));
    *out = (struct catalogue_item){
        .id = row->id, .name = row->name, .table_name = field_table(cx->mem, row->name),
        .field_count = (int64_t)jv_count(schema),
        .type = str_absent(row->view_query) ? S("base") : S("view"),
        .has_public_access = collection_is_public(rules),
        .created_at = row->created_at, .updated_at = row->updated_at,
    };
    return true;
}

bool catalogue_list(struct cx *cx, const struct catalogue_query *query, struct catalogue_page *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct str search = str_lower(cx->mem, str_absent(query->search) ? S("") : query->search);
    struct row row;
    struct qb q;

    *out = (struct catalogue_page){ 0 };
    TRY(total_of(cx, search, &out->total));
    qb_init(&q, cx);
    page_statement(&q, query, search);
    TRY(qb_query(&q, &rows));
    while (rows_next(&rows, ROW_COLS, &row)) {
        out->items = one_more(cx->mem, out->items, out->n, sizeof(*out->items));
        TRY(item_of(cx, &row, &out->items[out->n++]));
    }
    TRY(rows_done(&rows));
    for (size_t i = 0; i < out->n; i++)
        if (str_eq(out->items[i].type, S("base")))
            TRY(count_records(cx, out->items[i].table_name, &out->items[i].record_count));
    return true;
}
