/* encryption.c — turns a field that has values into an encrypted one, or back. */
#include "data/encryption.h"

#include <string.h>

#include "audit/change.h"
#include "crypto/seal.h"
#include "data/catalogue.h"
#include "data/collectionrules.h"
#include "data/fieldcheck.h"
#include "data/secret.h"
#include "db/ddl.h"
#include "db/tx.h"

enum { PAGE_ROWS = 200 };

/* --- the values ------------------------------------------------------------------------------- */

struct work {
    const struct collection *collection;
    const struct field *field;          /* as it is to be                                         */
    bool is_first;                      /* every value is as the definition had it                */
    char last[64]; size_t last_n;       /* the id of the last row                                 */
    size_t count;
};
struct row { struct str account_id, id, value; };
struct page { struct row rows[PAGE_ROWS]; size_t n; };

static bool read_page(struct cx *cx, const struct work *work, struct page *page)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;

    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT r.\"account_id\", r.\"id\", "));
    qb_column(&q, 'r', work->field->name);
    qb_lit(&q, SQL_OF(" FROM "));
    qb_ident(&q, work->collection->table);
    qb_lit(&q, SQL_OF(" r WHERE r.\"id\" > "));
    qb_value(&q, p_text(NULL, (struct str){ work->last, work->last_n }));
    qb_lit(&q, SQL_OF(" AND "));
    qb_column(&q, 'r', work->field->name);
    qb_lit(&q, SQL_OF(" IS NOT NULL ORDER BY r.\"id\" LIMIT "));
    qb_number(&q, PAGE_ROWS);
    TRY(qb_query(&q, &rows));
    for (page->n = 0; page->n < PAGE_ROWS && rows_step(&rows); page->n++)
        page->rows[page->n] = (struct row){ str_copy(cx->mem, rows_text(&rows, 0)),
                                            str_copy(cx->mem, rows_text(&rows, 1)),
                                            str_copy(cx->mem, rows_text(&rows, 2)) };
    return rows_done(&rows);
}

static bool write_row(struct cx *cx, const struct work *work, const struct row *row,
                      struct str value)
{
    const char *column = work->field->name.p;
    const struct param told = p_text(column, S(SEAL_MASK));

    return change_update(cx, &(struct change){
        .table = work->collection->table, .account_id = row->account_id, .record_id = row->id,
        .key = BIND(p_text("account_id", row->account_id), p_text("id", row->id)),
        .old_values = BIND(p_text(column, row->value)),
        .new_values = BIND(p_text(column, value)),
        .old_told = { &told, 1 }, .new_told = { &told, 1 },
    });
}

/* What opens at its place is sealed, whatever else looks like it. */
static bool convert_row(struct cx *cx, const struct work *work, const struct row *row)
{
    const struct secret_place place = { work->collection->id, row->account_id, row->id,
                                        work->field->name };
    struct str plain;
    bool opens = secret_open(cx, &place, row->value, &plain);

    if (work->field->encrypted)
        return opens || write_row(cx, work, row, secret_shut(cx, &place, row->value));
    if (opens)
        return write_row(cx, work, row, plain);
    return !work->is_first
        || fail(cx, E_CONFLICT, "Conflict",
                "The value of field '%.*s' in record '%.*s' does not open: it was sealed with"
                " another key, or for another record", STR_ARG(work->field->name),
                STR_ARG(row->id));
}

static bool convert_page(struct cx *cx, struct work *work, const struct page *page)
{
    for (size_t i = 0; i < page->n; i++) {
        if (work->count++ == ENCRYPTION_MOST)
            return fail(cx, E_INVALID, "Validation error",
                        "Field '%.*s' has more than %d values", STR_ARG(work->field->name),
                        ENCRYPTION_MOST);
        TRY(convert_row(cx, work, &page->rows[i]));
    }
    work->last_n = page->rows[page->n - 1].id.n;
    if (work->last_n > sizeof(work->last))
        return broken(cx, "a record with an id of %zu bytes", work->last_n);
    memcpy(work->last, page->rows[page->n - 1].id.p, work->last_n);
    return true;
}

/* Page by page, each in the memory of the one before. */
static bool convert(struct cx *cx, const struct collection *collection, const struct field *field,
                    bool is_first)
{
    struct work work = { .collection = collection, .field = field, .is_first = is_first };
    struct page *page = arena_make(cx->mem, struct page);

    TRY(ddl_hold_table(cx, collection->table));
    do {
        struct arena_mark before = arena_mark(cx->mem);
        TRY(read_page(cx, &work, page));
        TRY(page->n == 0 || convert_page(cx, &work, page));
        arena_rewind(cx->mem, before);
    } while (page->n == PAGE_ROWS);
    return true;
}

/* --- the definition --------------------------------------------------------------------------- */

static bool put_definition(struct cx *cx, const struct collection *old, struct collection *now)
{
    struct str was = field_store(cx->mem, old->fields, old->field_count);
    struct str is = field_store(cx->mem, now->fields, now->field_count);

    now->updated_at = cx->now;
    return change_update(cx, &(struct change){
        .table = S("collections"), .account_id = S(SYSTEM_ACCOUNT), .record_id = now->id,
        .key = BIND(p_text("id", now->id)),
        .old_values = BIND(p_text("schema", was), p_time("updated_at", old->updated_at)),
        .new_values = BIND(p_text("schema", is), p_time("updated_at", now->updated_at)),
    });
}

static bool check(struct cx *cx, const struct collection *now, struct field *fields)
{
    struct rule_names names;

    TRY(fieldcheck_list(cx, &(struct fieldcheck_names){ .own = now->name }, fields,
                        now->field_count));
    TRY(fieldcheck_refuse(cx, "Schema validation failed"));
    names = collection_names(cx->mem, now->name, fields, now->field_count);
    index_check(cx, &now->indexes, fields, now->field_count);
    collectionrules_recheck(cx, now, &names);
    return fieldcheck_refuse(cx, "Validation failed");
}

static struct field *copy_fields(struct cx *cx, const struct collection *of)
{
    struct field *fields = arena_list(cx->mem, struct field, of->field_count);

    memcpy(fields, of->fields, of->field_count * sizeof(*fields));
    return fields;
}

static bool find_field(struct cx *cx, const struct collection *collection, struct str name,
                       const struct field **out)
{
    *out = collection_field(collection, name);
    return *out != NULL
        || fail(cx, E_NOT_FOUND, "Not found", "Field '%.*s' not found", STR_ARG(name));
}

static bool change(struct cx *cx, struct str collection_id, struct str name, bool encrypted)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    const struct field *found;
    struct collection old, now;
    struct field *fields;
    int64_t records;

    TRY(tx_begin(cx, &tx));
    TRY(db_hold_definitions(cx));
    TRY(catalogue_get(cx, collection_id, &old, &records));
    TRY(find_field(cx, &old, name, &found));
    TRY(collection_writable(cx, &old));
    if (found->encrypted == encrypted)
        return true;
    now = old;
    now.fields = fields = copy_fields(cx, &old);
    fields[found - old.fields].encrypted = encrypted;
    TRY(check(cx, &now, fields));
    TRY(convert(cx, &now, &fields[found - old.fields], true));
    TRY(put_definition(cx, &old, &now));
    return tx_commit(&tx);
}

bool encryption_set(struct cx *cx, struct str collection_id, struct str field, bool encrypted,
                    struct collection *out, int64_t *records)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    const struct field *found;

    TRY(change(cx, collection_id, field, encrypted));
    TRY(tx_begin(cx, &tx));
    TRY(catalogue_get(cx, collection_id, out, records));
    TRY(find_field(cx, out, field, &found));
    if (found->encrypted == encrypted)
        TRY(convert(cx, out, found, false));
    return tx_commit(&tx);
}
