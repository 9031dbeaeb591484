/* recordrow.c — a record's row on its way out: which columns, and how they become JSON. */
#include "data/recordrow.h"

#include "base/num.h"
#include "base/when.h"
#include "data/mask.h"

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

    *out = (struct recordrow){ .collection = collection, .access = access };
    out->next = RECORDROW_FIELDS;
    out->fields = arena_list(cx->mem, struct recordrow_field, collection->field_count + 1);
    for (size_t i = 0; i < collection->field_count; i++) {
        const struct field *field = &collection->fields[i];
        if (field->type->word != NULL && (every || access_gives(access, field))
            && names_it(only, field->name))
            out->fields[out->n++] = (struct recordrow_field){ field, out->next++ };
    }
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

void recordrow_over(struct cx *cx, const struct recordrow *stored, const struct access *access,
                    struct recordrow *out)
{
    *out = (struct recordrow){ .collection = stored->collection, .access = access };
    out->next = stored->next;
    out->fields = arena_list(cx->mem, struct recordrow_field, stored->n + 1);
    for (size_t i = 0; i < stored->n; i++) {
        const struct recordrow_field *from = &stored->fields[i];
        if (access_gives_always(access, from->field))
            out->fields[out->n++] = *from;
        else if (access_gives(access, from->field))
            out->fields[out->n++] = (struct recordrow_field){ from->field, out->next++ };
    }
}

bool recordrow_columns_over(struct qb *q, const struct recordrow *stored,
                            const struct recordrow *over)
{
    for (size_t i = 0; i < over->n; i++) {
        if (over->fields[i].column < stored->next)
            continue;
        qb_lit(q, SQL_OF(", "));
        TRY(access_column(q, over->access, over->fields[i].field));
    }
    return true;
}

/* --- values ----------------------------------------------------------------------------------- */

static struct param time_value(const struct rows *rows, int column)
{
    return p_time(NULL, rows_int(rows, column));
}

/* Texts point into the row. */
static struct param field_value(const struct field *field, const struct rows *rows, int column)
{
    if (rows_null(rows, column))
        return p_null(NULL);
    switch (field->type->rule) {
    case R_NUMBER:
        return p_real(NULL, rows_real(rows, column));
    case R_BOOLEAN:
        return p_bool(NULL, rows_bool(rows, column));
    case R_DATETIME:
        return time_value(rows, column);
    default:
        return p_text(NULL, rows_text(rows, column));
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
    struct str plain = NO_STR;

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

static void write_time(struct js *js, const char *key, int64_t us)
{
    char room[48];
    struct buf text = { .p = room, .room = sizeof(room), .max = sizeof(room) };

    when_record(&text, us);
    js_text(js, key, buf_text(&text));
}

static void write_system(struct js *js, const struct rows *rows)
{
    for (int i = 0; i < RECORDROW_FIELDS; i++)
        if (SYSTEM[i].is_time)
            write_time(js, SYSTEM[i].name.p, rows_int(rows, i));
        else
            js_text(js, SYSTEM[i].name.p, rows_text(rows, i));
}

static void write_field(struct cx *cx, struct js *js, const struct field *field,
                        const struct rows *rows, int column, bool is_masked)
{
    struct param value;

    if (!field->pii || !is_masked) {
        field->type->write(js, NULL, rows, column);
        return;
    }
    value = field_value(field, rows, column);
    js_text(js, NULL, recordrow_mask(cx, field, &value));
}

void recordrow_write(struct cx *cx, struct js *js, const struct recordrow *row,
                     const struct rows *rows)
{
    bool is_masked = row->access != NULL && row->access->is_masked;

    js_object(js, NULL);
    write_system(js, rows);
    if (row->account_column != 0)
        js_text(js, "account_name", rows_text(rows, row->account_column));
    else if (row->access != NULL && !row->is_nested)
        js_text(js, "account_name", row->account_name);
    for (size_t i = 0; i < row->n; i++) {
        size_t start;
        js_key(js, row->fields[i].field->name);
        start = js->out->n;
        write_field(cx, js, row->fields[i].field, rows, row->fields[i].column, is_masked);
        if (row->spans != NULL)
            row->spans[i] = (struct recordrow_span){ start, js->out->n };
    }
    js_end(js);
}
