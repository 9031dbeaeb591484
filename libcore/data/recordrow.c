/* recordrow.c — a record's row on its way out: which columns, and how they become JSON. */
#include "data/recordrow.h"

#include "audit/mask.h"
#include "base/num.h"
#include "base/when.h"
#include "crypto/seal.h"

static const struct { struct str name; bool is_time; } SYSTEM[RECORDROW_FIELDS] = {
    [RECORDROW_ID] = { S_INIT("id"), false },
    [RECORDROW_ACCOUNT] = { S_INIT("account_id"), false },
    [RECORDROW_CREATED_AT] = { S_INIT("created_at"), true },
    [RECORDROW_CREATED_BY] = { S_INIT("created_by"), false },
    [RECORDROW_UPDATED_AT] = { S_INIT("updated_at"), true },
    [RECORDROW_UPDATED_BY] = { S_INIT("updated_by"), false },
};

/* --- which columns ---------------------------------------------------------------------------- */

static bool names_it(struct str only, struct str name)
{
    struct str part;

    if (str_absent(only))
        return true;
    while (str_cut(&only, ',', &part)) {
        part = str_trim(part);
        if (str_eq(part, name) || str_eq(part, S("*")))
            return true;
    }
    return false;
}

void recordrow_shape(struct cx *cx, const struct collection *collection,
                     const struct access *access, struct str only, struct recordrow *out)
{
    bool every = access == NULL || access_gives_all(access);

    *out = (struct recordrow){ .collection = collection, .access = access, .only = only };
    out->next = RECORDROW_FIELDS;
    out->fields = arena_list(cx->mem, struct recordrow_field, collection->field_count + 1);
    for (size_t i = 0; i < collection->field_count; i++) {
        const struct field *field = &collection->fields[i];
        bool given = field_is_computed(field) ? access != NULL && access_gives(access, field)
                                              : every || access_gives(access, field);
        if (given && names_it(only, field->name))
            out->fields[out->n++] = (struct recordrow_field){ field, out->next++, false };
    }
}

bool recordrow_uses_now(const struct recordrow *row)
{
    for (size_t i = 0; i < row->n; i++) {
        const struct rule_name *name = collection_name_of(row->collection, row->fields[i].field);
        if (name->computed != NULL && name->computed->uses_now)
            return true;
    }
    return false;
}

bool recordrow_names(const struct recordrow *row, struct str member)
{
    return names_it(row->only, member);
}

bool recordrow_columns(struct qb *q, const struct recordrow *row)
{
    for (size_t i = 0; i < COUNT(SYSTEM); i++) {
        if (i > 0)
            qb_lit(q, SQL_OF(", "));
        qb_column(q, 'r', SYSTEM[i].name);
    }
    for (size_t i = 0; i < row->n; i++) {
        qb_lit(q, SQL_OF(", "));
        if (row->access == NULL)
            qb_column(q, 'r', row->fields[i].field->name);
        else
            TRY(access_column(q, row->access, row->fields[i].field));
    }
    return true;
}

struct str recordrow_system(int column)
{
    return SYSTEM[column].name;
}

/* --- values ----------------------------------------------------------------------------------- */

static struct param time_value(const struct rows *rows, int column)
{
    return rows_null(rows, column) ? p_null(NULL) : p_time(NULL, rows_int(rows, column));
}

static struct param text_value(const struct rows *rows, int column)
{
    return p_text(NULL, rows_text(rows, column));
}

/* Texts point into the row. */
static struct param field_value(const struct field *field, const struct rows *rows, int column)
{
    if (rows_null(rows, column))
        return p_null(NULL);
    switch (field_values(field)) {
    case R_NUMBER:
        return p_real(NULL, rows_real(rows, column));
    case R_BOOLEAN:
        return p_bool(NULL, rows_bool(rows, column));
    case R_DATETIME:
        return time_value(rows, column);
    default:
        return text_value(rows, column);
    }
}

struct param *recordrow_values(struct cx *cx, const struct recordrow *row, const struct rows *rows)
{
    size_t count = RECORDROW_FIELDS + row->n;
    struct param *values = arena_list(cx->mem, struct param, count);

    for (int i = 0; i < RECORDROW_FIELDS; i++) {
        values[i] = SYSTEM[i].is_time ? time_value(rows, i)
                                      : p_text(NULL, str_copy(cx->mem, rows_text(rows, i)));
        values[i].name = SYSTEM[i].name.p;
    }
    for (size_t i = 0; i < row->n; i++) {
        struct param *value = &values[RECORDROW_FIELDS + i];
        *value = field_value(row->fields[i].field, rows, row->fields[i].column);
        value->text = str_copy(cx->mem, value->text);
        value->name = row->fields[i].field->name.p;
    }
    return values;
}

struct str recordrow_mask(struct cx *cx, const struct field *field, const struct param *value)
{
    struct buf text;
    struct str plain;

    buf_init(&text, cx->mem, 64);
    switch (value->type) {
    case P_NULL:
        return NO_STR;
    case P_TEXT:
        plain = value->text;
        break;
    case P_BOOL:
        plain = value->number != 0 ? S("true") : S("false");
        break;
    case P_REAL:
        num_put_real(&text, value->real);
        plain = buf_text(&text);
        break;
    default:
        when_field(&text, value->number);
        plain = buf_text(&text);
    }
    return mask_value(cx->mem, field->mask_type, plain);
}

/* --- JSON ------------------------------------------------------------------------------------- */

/* One of the two is NULL. */
struct source {
    const struct rows *rows;
    const struct param *values;
    const struct rule_data *named; size_t named_count;      /* the values, for computed fields    */
};

/* Only where there is a field to compute. */
static void name_values(struct cx *cx, const struct recordrow *row, struct source *from)
{
    const struct collection *c = row->collection;
    struct rule_data *named;
    size_t n = RECORDROW_FIELDS;
    bool is_needed = false;

    for (size_t i = 0; i < row->n; i++)
        is_needed = is_needed || row->fields[i].column == RECORDROW_COMPUTED;
    if (!is_needed)
        return;
    for (size_t i = 0; i < c->field_count; i++)
        n += !field_is_computed(&c->fields[i]);
    named = arena_list(cx->mem, struct rule_data, n);
    for (size_t i = 0; i < n; i++)
        named[i] = (struct rule_data){ str_of(from->values[i].name), from->values[i] };
    from->named = named;
    from->named_count = n;
}

static struct param value_of(struct cx *cx, const struct recordrow *row,
                             const struct recordrow_field *at, const struct source *from)
{
    if (at->is_hidden)
        return p_null(NULL);
    if (from->values == NULL)
        return field_value(at->field, from->rows, at->column);
    if (at->column == RECORDROW_COMPUTED)
        return rule_value(cx, collection_name_of(row->collection, at->field)->computed,
                          from->named, from->named_count);
    return from->values[at->column];
}

static struct param system_value(const struct source *from, int column)
{
    if (from->values != NULL)
        return from->values[column];
    return SYSTEM[column].is_time ? time_value(from->rows, column)
                                  : text_value(from->rows, column);
}

static void write_time(struct js *js, const char *key, int64_t us)
{
    char room[48];
    struct buf text = { .p = room, .room = sizeof(room), .max = sizeof(room) };

    when_record(&text, us);
    js_text(js, key, buf_text(&text));
}

static void write_system(struct js *js, const struct source *from)
{
    for (int i = 0; i < RECORDROW_FIELDS; i++) {
        struct param value = system_value(from, i);
        if (value.type == P_NULL)       /* of a view, which need not have them                    */
            js_null(js, SYSTEM[i].name.p);
        else if (SYSTEM[i].is_time)
            write_time(js, SYSTEM[i].name.p, value.number);
        else
            js_text(js, SYSTEM[i].name.p, value.text);
    }
}

static void write_account_name(struct js *js, const struct recordrow *row,
                               const struct source *from)
{
    if (row->access == NULL || row->is_nested)
        return;
    if (row->account_column != 0 && from->rows != NULL)
        js_text(js, "account_name", rows_text(from->rows, row->account_column));
    else
        js_text(js, "account_name", row->account_name);
}

static void write_field(struct cx *cx, struct js *js, const struct recordrow *row,
                        const struct recordrow_field *at, const struct source *from)
{
    bool is_masked = row->access != NULL && row->access->is_masked;
    struct param value = value_of(cx, row, at, from);

    if (value.type == P_NULL && row->access == NULL)    /* a boolean as well, unlike for callers */
        js_null(js, NULL);
    else if (at->field->encrypted && value.type != P_NULL)
        js_text(js, NULL, S(SEAL_MASK));
    else if (at->field->pii && is_masked)
        js_text(js, NULL, recordrow_mask(cx, at->field, &value));
    else
        at->field->type->write(js, NULL, &value);
}

static void write_record(struct cx *cx, struct js *js, const struct recordrow *row,
                         const struct source *from)
{
    js_object(js, NULL);
    write_system(js, from);
    write_account_name(js, row, from);
    for (size_t i = 0; i < row->n; i++) {
        size_t start;
        js_key(js, row->fields[i].field->name);
        start = js->out->n;
        write_field(cx, js, row, &row->fields[i], from);
        if (row->spans != NULL)
            row->spans[i] = (struct recordrow_span){ start, js->out->n };
    }
    js_end(js);
}

void recordrow_write(struct cx *cx, struct js *js, const struct recordrow *row,
                     const struct rows *rows)
{
    write_record(cx, js, row, &(struct source){ .rows = rows });
}

void recordrow_write_column(struct js *js, const struct collection *collection, struct str name,
                            const struct rows *rows, int column)
{
    const struct field *field = collection_field(collection, name);
    struct param value;

    if (rows_null(rows, column)) {
        js_null(js, NULL);
    } else if (field != NULL && field->encrypted) {
        js_text(js, NULL, S(SEAL_MASK));
    } else if (field != NULL) {
        value = field_value(field, rows, column);
        field->type->write(js, NULL, &value);
    } else if (str_eq(name, SYSTEM[RECORDROW_CREATED_AT].name)
               || str_eq(name, SYSTEM[RECORDROW_UPDATED_AT].name)) {
        write_time(js, NULL, rows_int(rows, column));
    } else {
        js_text(js, NULL, rows_text(rows, column));
    }
}

void recordrow_put(struct cx *cx, struct js *js, const struct recordrow *row,
                   const struct param *values)
{
    struct source from = { .values = values };

    name_values(cx, row, &from);
    write_record(cx, js, row, &from);
}

/* --- what is shown of stored values ----------------------------------------------------------- */

/* Asks under which of the guarded fields' conditions the record is shown. */
static bool read_guards(struct cx *cx, const struct recordrow *row, const struct access *access,
                        const struct param *values)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    int column = 0;

    qb_init(&q, cx);
    for (size_t i = 0; i < row->n; i++) {
        if (!row->fields[i].is_hidden)
            continue;
        qb_lit(&q, column++ == 0 ? SQL_OF("SELECT ") : SQL_OF(", "));
        TRY(access_shows(&q, access, row->fields[i].field));
    }
    qb_lit(&q, SQL_OF(" FROM "));
    qb_ident(&q, row->collection->table);
    qb_lit(&q, SQL_OF(" r WHERE r.\"account_id\" = "));
    qb_value(&q, values[RECORDROW_ACCOUNT]);
    qb_lit(&q, SQL_OF(" AND r.\"id\" = "));
    qb_value(&q, values[RECORDROW_ID]);
    TRY(qb_query(&q, &rows));
    if (!rows_step(&rows))
        return rows_done(&rows) && broken(cx, "a record just written is gone");
    column = 0;
    for (size_t i = 0; i < row->n; i++)
        if (row->fields[i].is_hidden)
            row->fields[i].is_hidden = rows_int(&rows, column++) == 0;
    return true;
}

/* The fields that the access gives at all. */
static void shape_over(struct cx *cx, const struct recordrow *stored, const struct access *access,
                       struct recordrow *out)
{
    const struct collection *c = stored->collection;

    *out = *stored;
    out->access = access;
    out->n = 0;
    out->fields = arena_list(cx->mem, struct recordrow_field, c->field_count + 1);
    for (size_t i = 0, next = 0; i < c->field_count; i++) {
        struct recordrow_field at = { &c->fields[i], RECORDROW_COMPUTED, false };
        if (!field_is_computed(at.field))
            at = stored->fields[next++];
        if (access_gives(access, at.field))
            out->fields[out->n++] = at;
    }
}

bool recordrow_over(struct cx *cx, const struct recordrow *stored, const struct access *access,
                    const struct param *values, struct recordrow *out)
{
    bool is_guarded = false;

    shape_over(cx, stored, access, out);
    for (size_t i = 0; i < out->n; i++) {
        out->fields[i].is_hidden = !access_gives_always(access, out->fields[i].field);
        is_guarded = is_guarded || out->fields[i].is_hidden;
    }
    return !is_guarded || read_guards(cx, out, access, values);
}

void recordrow_granted(struct cx *cx, const struct recordrow *stored, const struct access *access,
                       const struct access *held, struct recordrow *out)
{
    shape_over(cx, stored, access, out);
    for (size_t i = 0; i < out->n; i++)
        out->fields[i].is_hidden = !access_gives(held, out->fields[i].field);
}
