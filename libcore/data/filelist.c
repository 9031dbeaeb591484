/* filelist.c — one statement for a page of files, with how many records hold each. */
#include "data/filelist.h"

#include "data/collection.h"
#include "db/qb.h"

/* One more than FILELIST_USES, and than FILELIST_COUNTED. */
#define HELD_BY " FROM file_uses u WHERE u.account_id = f.account_id AND u.path = f.path"
#define USES_BOUND "100"
#define COUNTED_BOUND 10001

struct row {
    struct file file;
    struct str uploader, collection_id, record_id, field;
    int64_t use_count;
};
static const struct col ROW_COLS[] = {
    COL(C_TEXT, row, file.id),        COL(C_TEXT, row, file.account_id),
    COL(C_TEXT, row, file.path),      COL(C_TEXT, row, file.provider),
    COL(C_TEXT, row, file.filename),  COL(C_TEXT, row, file.mime_type),
    COL(C_TEXT, row, file.sha256),    COL(C_TEXT, row, file.uploaded_by),
    COL(C_INT, row, file.size),       COL(C_TIME, row, file.created_at),
    COL(C_TEXT, row, uploader),       COL(C_INT, row, use_count),
    COL(C_TEXT, row, collection_id),  COL(C_TEXT, row, record_id),
    COL(C_TEXT, row, field), { 0 },
};

static void put_clause(struct qb *q, struct sql before, struct param value)
{
    qb_lit(q, before);
    qb_value(q, value);
}

/* The tenant comes first, whatever was asked for. */
static void put_seen(struct qb *q)
{
    const struct actor *who = q->cx->who;
    if (who->is_superadmin)
        qb_lit(q, SQL_OF(" WHERE 1 = 1"));
    else
        put_clause(q, SQL_OF(" WHERE f.account_id = "), p_text(NULL, who->account_id));
}

static void put_name(struct qb *q, struct str search)
{
    struct str part = str_absent(search) ? S("") : str_lower(q->cx->mem, search);
    if (part.n == 0)
        return;
    put_clause(q, SQL_OF(" AND REPLACE(LOWER(f.filename), "), p_text(NULL, part));
    qb_lit(q, SQL_OF(", '') <> LOWER(f.filename)"));
}

/* A type, or what stands before its slash. */
static void put_type(struct qb *q, struct str type)
{
    struct str start = str_fmt(q->cx->mem, "%.*s/", STR_ARG(type));
    if (str_absent(type) || type.n == 0)
        return;
    if (str_has(type, S("/"))) {
        put_clause(q, SQL_OF(" AND f.mime_type = "), p_text(NULL, type));
        return;
    }
    qb_lit(q, SQL_OF(" AND substr(f.mime_type, 1, "));
    qb_number(q, (int64_t)start.n);
    put_clause(q, SQL_OF(") = "), p_text(NULL, start));
}

static bool put_holder(struct qb *q, const struct filelist_query *query)
{
    const struct collection *collection = NULL;
    if (query->is_unused)
        qb_lit(q, SQL_OF(" AND NOT EXISTS (SELECT 1" HELD_BY ")"));
    if (str_absent(query->collection) || query->collection.n == 0)
        return true;
    TRY(collection_definition(q->cx, query->collection, &collection));
    put_clause(q, SQL_OF(" AND EXISTS (SELECT 1" HELD_BY " AND u.collection_id = "),
               p_text(NULL, collection == NULL ? S("") : collection->id));
    qb_lit(q, SQL_OF(")"));
    return true;
}

static bool put_where(struct qb *q, const struct filelist_query *query)
{
    put_seen(q);
    if (!str_absent(query->account_id) && query->account_id.n > 0)
        put_clause(q, SQL_OF(" AND f.account_id = "), p_text(NULL, query->account_id));
    put_name(q, query->search);
    put_type(q, query->type);
    return put_holder(q, query);
}

static void put_columns(struct qb *q)
{
    qb_lit(q, SQL_OF(
        "SELECT f.id, f.account_id, f.path, f.provider, f.filename, f.mime_type, f.sha256,"
        " f.uploaded_by, f.size, f.created_at,"
        " (SELECT p.email FROM users p WHERE p.account_id = f.account_id"
        " AND p.id = f.uploaded_by),"
        " (SELECT count(*) FROM (SELECT 1" HELD_BY " LIMIT " USES_BOUND ") x)"));
#define FIRST_USE(column) \
    qb_lit(q, SQL_OF(", (SELECT u." column HELD_BY \
                     " ORDER BY u.collection_id, u.record_id, u.field LIMIT 1)"))
    FIRST_USE("collection_id");
    FIRST_USE("record_id");
    FIRST_USE("field");
#undef FIRST_USE
    qb_lit(q, SQL_OF(" FROM files f"));
}

static bool name_use(struct cx *cx, struct str collection_id, struct str record_id,
                     struct str field, struct filelist_use *out)
{
    const struct collection *collection;
    TRY(collection_find_id(cx, collection_id, &collection));
    *out = (struct filelist_use){ collection == NULL ? collection_id : collection->name,
                                  record_id, field };
    return true;
}

static bool read_items(struct qb *q, struct filelist_item **list, size_t *n)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct cx *cx = q->cx;
    struct row row;
    TRY(qb_query(q, &rows));
    while (rows_next(&rows, ROW_COLS, &row)) {
        struct filelist_item item = { .file = row.file, .uploader = row.uploader,
                                      .use_count = row.use_count };
        if (row.use_count > 0)
            TRY(name_use(cx, row.collection_id, row.record_id, row.field, &item.first));
        *list = arena_more(cx->mem, *list, *n, sizeof **list);
        (*list)[(*n)++] = item;
    }
    return rows_done(&rows);
}

static bool count(struct cx *cx, const struct filelist_query *query, struct filelist_page *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT count(*) FROM (SELECT 1 FROM files f"));
    TRY(put_where(&q, query));
    qb_lit(&q, SQL_OF(" LIMIT "));
    qb_number(&q, COUNTED_BOUND);
    qb_lit(&q, SQL_OF(") x"));
    TRY(qb_query(&q, &rows));
    out->total = rows_step(&rows) ? rows_int(&rows, 0) : 0;
    out->is_more = out->total > FILELIST_COUNTED;
    out->total -= out->is_more;
    return rows_done(&rows);
}

bool filelist_read(struct cx *cx, const struct filelist_query *query, struct filelist_page *out)
{
    struct qb q;
    *out = (struct filelist_page){ .n = 0 };
    TRY(count(cx, query, out));
    qb_init(&q, cx);
    put_columns(&q);
    TRY(put_where(&q, query));
    qb_lit(&q, SQL_OF(" ORDER BY f.account_id DESC, f.id DESC LIMIT "));
    qb_number(&q, query->limit);
    put_clause(&q, SQL_OF(" OFFSET "), p_int(NULL, query->skip));
    return read_items(&q, &out->at, &out->n);
}

bool filelist_find(struct cx *cx, struct str path, struct filelist_item *out)
{
    struct filelist_item *list = NULL;
    struct qb q;
    size_t n = 0;
    qb_init(&q, cx);
    put_columns(&q);
    put_seen(&q);
    put_clause(&q, SQL_OF(" AND f.path = "), p_text(NULL, path));
    TRY(read_items(&q, &list, &n));
    if (n == 0)
        return file_missing(cx, path);
    *out = list[0];
    return true;
}

struct use { struct str collection_id, record_id, field; };
static const struct col USE_COLS[] = {
    COL(C_TEXT, use, collection_id), COL(C_TEXT, use, record_id), COL(C_TEXT, use, field), { 0 },
};
static const struct sql USES = SQL(
    "SELECT collection_id, record_id, field FROM file_uses WHERE account_id = :account"
    " AND path = :path ORDER BY collection_id, record_id, field LIMIT " USES_BOUND);

bool filelist_uses(struct cx *cx, const struct file *file, struct filelist_uses *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct use use;
    *out = (struct filelist_uses){ arena_list(cx->mem, struct filelist_use, FILELIST_USES), 0 };
    TRY(db_query(cx, USES, BIND(p_text("account", file->account_id), p_text("path", file->path)),
                 &rows));
    while (out->n < FILELIST_USES && rows_next(&rows, USE_COLS, &use))
        TRY(name_use(cx, use.collection_id, use.record_id, use.field, &out->at[out->n++]));
    return out->n == FILELIST_USES || rows_done(&rows);
}

bool filelist_delete(struct cx *cx, struct str path)
{
    struct filelist_item item = { .use_count = 0 };
    TRY(filelist_find(cx, path, &item));
    if (item.use_count > 0)
        return fail_detail(cx, E_CONFLICT, "The file is held by a record of '%.*s'",
                           STR_ARG(item.first.collection));
    return file_delete(cx, path);
}
